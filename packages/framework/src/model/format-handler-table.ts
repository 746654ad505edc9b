import type { ApplicationModel, ServletModel } from "./application-model.js";
import { handlerLabel, type HandlerMethod } from "./handler-method.js";
import { SipServletBase } from "./sip-servlet-base.js";

type Row = readonly [application: string, servlet: string, kind: string, selectors: string, handler: string];

const headings: Row = ["application", "servlet", "kind", "selectors", "handler"];

/** All handlers of the applications as an aligned table, for the log at the start: nothing is chosen silently. */
export function formatHandlerTable(applications: ApplicationModel | readonly ApplicationModel[]): string {
  const models: readonly ApplicationModel[] = Array.isArray(applications) ? applications : [applications];
  const rows = [headings, ...models.flatMap(rowsOfApplication)];
  const widths = headings.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

function rowsOfApplication(application: ApplicationModel): readonly Row[] {
  return application.servlets.flatMap((servlet) => {
    const name = servlet === application.mainServlet ? `${servlet.name} (main)` : servlet.name;
    return rowsOfServlet(servlet).map(([kind, selectors, handler]): Row => [
      application.name,
      name,
      kind,
      selectors,
      handler,
    ]);
  });
}

function rowsOfServlet(servlet: ServletModel): readonly (readonly [string, string, string])[] {
  const { className, handlers } = { className: servlet.servletClass.name, handlers: servlet.handlers.handlers };
  if (servlet.style === "class") return [["both", "class style", `${className}: ${overridden(servlet)}`]];
  if (handlers.length === 0) return [["none", "", `${className} (no handler)`]];
  return handlers.map((handler) => [
    handler.isBranch ? "branch" : handler.kind,
    selectorsOf(handler),
    handlerLabel(handler),
  ]);
}

function selectorsOf(handler: HandlerMethod): string {
  const methods = handler.methods.join(" ") || "any method";
  const named = handler.anyMethod && handler.methods.length > 0 ? `${methods}, any method` : methods;
  const statuses = handler.statuses.map(({ begin, end }) => (begin === end ? `${begin}` : `${begin}-${end}`)).join(" ");
  const status = handler.kind === "request" ? [] : [statuses || "any status"];
  const tests = handler.tests.map((test) => `if ${test.name || "predicate"}`).join(" or ");
  return [named, ...status, ...(tests === "" ? [] : [tests])].join(", ");
}

/** The methods of the class style a class has of its own. */
function overridden(servlet: ServletModel): string {
  const names = Object.getOwnPropertyNames(SipServletBase.prototype).filter((name) =>
    /^(?:do[A-Z]|service$)/.test(name),
  );
  const own = servlet.servletClass.prototype as Readonly<Record<string, unknown>>;
  const inherited: object = SipServletBase.prototype;
  const isOwn = (name: string) => own[name] !== (inherited as Readonly<Record<string, unknown>>)[name];
  return names.filter(isOwn).join(" ") || "nothing overridden";
}
