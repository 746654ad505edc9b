import type { StandardSchemaV1 } from "@standard-schema/spec";
import { readInheritedRecords, readRecord, writeRecord, type RecordKey } from "./record-store.js";

/** What `@HttpController` says. */
export interface ControllerRecord {
  /** Path below the context path of the application. */
  readonly path: string;
  readonly applicationName?: string;
}

/** What a route of a controller answers to. */
export type RouteVerb = "get" | "post" | "put" | "patch" | "delete" | "head" | "options" | "all" | "use" | "push";

/** What parts of a request must look like; any Standard Schema (zod, valibot, arktype …). */
export interface RequestSchemas {
  readonly body?: StandardSchemaV1;
  readonly query?: StandardSchemaV1;
  readonly params?: StandardSchemaV1;
}

/** A method with one of the route decorators. */
export interface RouteRecord {
  readonly name: string | symbol;
  readonly verb: RouteVerb;
  readonly path: string;
  readonly schemas: RequestSchemas;
}

/**
 * Finds the id of the application session a handler runs in, from the request; undefined: there is none. The request is
 * the bridge's own type, which a record cannot know.
 */
export type ApplicationSessionLookup = (request: never) => string | undefined;

/** A method, or all of a class, with `@InApplicationSession`. */
export interface InSessionRecord {
  /** Undefined: the application session of the HTTP session. */
  readonly lookup: ApplicationSessionLookup | undefined;
}

const controllerKey: RecordKey<ControllerRecord> = { name: "siplet:http-controller" };
const routesKey: RecordKey<readonly RouteRecord[]> = { name: "siplet:http-routes" };
const inSessionKey: RecordKey<ReadonlyMap<string | symbol, InSessionRecord>> = { name: "siplet:http-in-session" };

/** Writes what `@HttpController` says. */
export function writeControllerRecord(target: object, record: ControllerRecord): void {
  writeRecord(target, controllerKey, record);
}

/** What `@HttpController` on this class says; a base class does not count. */
export function readControllerRecord(target: object): ControllerRecord | undefined {
  return readRecord(target, controllerKey);
}

/** Writes a route. `target` is what a method decorator gets: the prototype. */
export function addRouteRecord(target: object, record: RouteRecord): void {
  const holder = target.constructor as object;
  writeRecord(holder, routesKey, [...(readRecord(holder, routesKey) ?? []), record]);
}

/**
 * The routes of a class, those of its base classes first, each in the order of the source. An override keeps the routes
 * of what it overrides unless it has its own.
 */
export function readRoutes(target: object): readonly RouteRecord[] {
  let routes: readonly RouteRecord[] = [];
  for (const own of readInheritedRecords(target, routesKey)) {
    const named = new Set(own.map(({ name }) => name));
    routes = [...routes.filter(({ name }) => !named.has(name)), ...own];
  }
  return routes;
}

/** Writes that a method runs in an application session; under `wholeClass`, that all do. */
export function writeInSession(target: object, name: string | symbol, record: InSessionRecord): void {
  writeRecord(target, inSessionKey, new Map([...(readRecord(target, inSessionKey) ?? []), [name, record]]));
}

/** What `@InApplicationSession` says of a method, or of its class. */
export function readInSession(target: object, name: string | symbol): InSessionRecord | undefined {
  const records = readInheritedRecords(target, inSessionKey).toReversed();
  const of = (key: string | symbol): InSessionRecord | undefined => records.find((each) => each.has(key))?.get(key);
  return of(name) ?? of(wholeClass);
}

/** Stands for all methods of a class; no method has this name. */
export const wholeClass = "";
