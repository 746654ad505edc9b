import { SipServletRequest } from "../api/object-model.js";
import { ServletError } from "../errors/servlet-error.js";
import type { ServletClass } from "../api/servlet-class.js";
import { readDesignTypes } from "../metadata/design-types.js";
import { readKeyRecords, type KeyRecord } from "../metadata/key-record.js";
import type { ApplicationModel } from "../model/application-model.js";
import type { ProblemCollector } from "./problem-collector.js";

const ofDefinition = "applicationKey of the definition";

/** The key function of an application as it is called; undefined where there is none. */
type ApplicationKey = NonNullable<ApplicationModel["applicationKey"]>;

/**
 * Finds the one `@SipApplicationKey` method of an application. JSR 289 §15.
 *
 * @param given the function of the definition, which counts as one
 */
export function readApplicationKey(
  classes: readonly ServletClass[],
  given: ((request: SipServletRequest) => unknown) | undefined,
  problems: ProblemCollector,
): ApplicationKey | undefined {
  const records = ownRecords(classes, problems.application);
  const places = [...records.map(placeOf), ...(given === undefined ? [] : [ofDefinition])];
  if (places.length > 1) {
    const reason = `several methods compute the application key: ${places.join(", ")}`;
    problems.add("application.key", {}, { reason, mend: "Keep one of them" });
  }
  const keys = records.map((record) => readKey(record, problems));
  return given === undefined ? keys[0] : toKey(ofDefinition, given);
}

/** Each method once, however many classes inherit it; without those of other applications. */
function ownRecords(classes: readonly ServletClass[], application: string): readonly KeyRecord[] {
  const all = classes
    .flatMap(readKeyRecords)
    .filter(({ applicationName }) => (applicationName ?? application) === application);
  return [...new Set(all)];
}

function readKey(record: KeyRecord, problems: ProblemCollector): ApplicationKey | undefined {
  const fault = faultOf(record);
  if (fault === undefined) return toKey(placeOf(record), (request) => call(record, request));
  const mend = "Write it as `static key(request: SipServletRequest): string | undefined`";
  problems.add("application.key", { class: classNameOf(record), method: record.name }, { reason: fault, mend });
  return undefined;
}

function faultOf(record: KeyRecord): string | undefined {
  if (!record.isStatic) return "the method of the application key is not static";
  const method = (record.declaringClass as Readonly<Record<string | symbol, unknown>>)[record.name];
  if (typeof method !== "function") return "@SipApplicationKey stands on something that is no method";
  if (method.length > 1) return "the method of the application key takes more than the request";
  const { parameterTypes, returnType } = readDesignTypes(record.declaringClass, record.name);
  const type = parameterTypes?.[0];
  if (type !== undefined && type !== Object && type !== SipServletRequest) return `its parameter is ${nameOf(type)}`;
  if (method.constructor.name === "AsyncFunction") return "it is asynchronous, but the key is needed at once";
  const isText = returnType === undefined || returnType === Object || returnType === String;
  return isText ? undefined : `it returns ${nameOf(returnType)}`;
}

function call(record: KeyRecord, request: SipServletRequest): unknown {
  const holder = record.declaringClass as Readonly<Record<string | symbol, (request: SipServletRequest) => unknown>>;
  return holder[record.name]?.(request);
}

/** Anything but text, and the empty text, means "no key". */
function toKey(place: string, compute: (request: SipServletRequest) => unknown): ApplicationKey {
  return (request) => {
    try {
      const key = compute(request);
      return typeof key === "string" && key !== "" ? key : undefined;
    } catch (cause) {
      throw new ServletError("servlet.failed", {
        detail: `the application key could not be computed by ${place}`,
        cause,
      });
    }
  };
}

function placeOf(record: KeyRecord): string {
  return `${classNameOf(record)}.${String(record.name)}`;
}

function classNameOf(record: KeyRecord): string {
  return (record.declaringClass as { readonly name: string }).name;
}

function nameOf(type: unknown): string {
  return typeof type === "function" ? type.name : String(type);
}
