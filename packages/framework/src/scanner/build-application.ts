import { readControllerRecord } from "../metadata/http-record.js";
import type { ApplicationDefinition } from "../model/application-definition.js";
import type { ApplicationModel, ServletModel } from "../model/application-model.js";
import { handlerLabel } from "../model/handler-method.js";
import { HandlerTable, type HandlerAmbiguity, type HandlerTie } from "../model/handler-table.js";
import type { SipDescriptor } from "../model/sip-descriptor.js";
import { SipServletBase } from "../model/sip-servlet-base.js";
import type { CollectedClasses } from "./collect-classes.js";
import { mergeListeners } from "./merge-listeners.js";
import { mergeServlets, type DeclaredServlet } from "./merge-servlets.js";
import { mergeSecurity } from "./merge-security.js";
import { mergeSettings } from "./merge-settings.js";
import { checkRoles, ownClasses } from "./own-classes.js";
import type { ProblemCollector } from "./problem-collector.js";
import { readApplicationKey } from "./read-application-key.js";
import { readContextPath } from "./read-context-path.js";
import { readHandlerMethods } from "./read-handler-methods.js";
import { compileSelection } from "./select-servlet.js";

/** What an application is built from, once everything is loaded. */
export interface LoadedApplication {
  readonly definition: ApplicationDefinition;
  readonly classes: CollectedClasses;
  readonly descriptor: SipDescriptor | undefined;
}

/**
 * Makes the frozen model of an application, or tells the collector why it cannot be deployed: then the model is not to
 * be used.
 */
export function buildApplication(
  { definition, classes: collected, descriptor }: LoadedApplication,
  problems: ProblemCollector,
  onTie: (tie: HandlerTie) => void,
): ApplicationModel {
  const settings = mergeSettings(definition, collected, descriptor, problems);
  const sources = { definition, descriptor, classes: ownClasses(collected, problems) };
  const declared = mergeServlets(sources, problems);
  checkRoles(definition, sources.classes, declared, problems);
  const servlets = Object.freeze(declared.map((servlet) => buildServlet(servlet, problems, onTie)));
  const listeners = Object.freeze(mergeListeners(sources, problems));
  const controllers = Object.freeze(sources.classes.filter((each) => readControllerRecord(each) !== undefined));
  const hasHttp = controllers.length > 0 || (definition.routers?.length ?? 0) > 0;
  if (servlets.length === 0 && listeners.length === 0 && !hasHttp) {
    const mend = "List its classes in `servlets`, or scan for them";
    problems.add("application.empty", {}, { reason: "the application has neither servlets nor listeners", mend });
  }
  const mappings = definition.servletMappings ?? descriptor?.servletMappings ?? [];
  const { mainServlet, ...others } = settings;
  return Object.freeze({
    ...others,
    ...compileSelection(servlets, mainServlet, mappings, problems),
    invalidateWhenReady: descriptor?.version !== "1.0",
    initParameters: Object.freeze({ ...descriptor?.contextParameters, ...definition.initParameters }),
    contextPath: readContextPath(definition.contextPath, problems),
    controllers,
    servlets,
    listeners,
    applicationKey: readApplicationKey(sources.classes, definition.applicationKey, problems),
    ...mergeSecurity(sources, servlets, problems),
  });
}

function buildServlet(
  declared: DeclaredServlet,
  problems: ProblemCollector,
  onTie: (tie: HandlerTie) => void,
): ServletModel {
  const { name, servletClass, runAs } = declared;
  const isClassStyle = servletClass.prototype instanceof SipServletBase;
  const found = readHandlerMethods(servletClass, problems);
  if (isClassStyle && found.length > 0) {
    const reason = "it extends SipServletBase and has handler decorators, which are never looked at there";
    problems.add("class.handlers", { class: servletClass.name }, { reason, mend: "Override doInvite and the others" });
  }
  const handlers = new HandlerTable(isClassStyle ? [] : found, onTie);
  for (const ambiguity of handlers.findAmbiguities()) tellAmbiguity(ambiguity, problems);
  return Object.freeze({
    name,
    servletClass,
    style: isClassStyle ? "class" : "pojo",
    description: declared.description ?? "",
    loadOnStartup: declared.loadOnStartup ?? -1,
    initParameters: Object.freeze({ ...declared.initParameters }),
    handlers,
    securityRoleRefs: Object.freeze({ ...declared.securityRoleRefs }),
    runAs,
  });
}

function tellAmbiguity({ first, second, method, status }: HandlerAmbiguity, problems: ProblemCollector): void {
  const responses = `${first.isBranch ? "branch responses" : "responses"}${status === 0 ? "" : ` ${status}`}`;
  const kind = first.kind === "request" ? "requests" : responses;
  const messages = method === undefined ? `${kind} of any other method` : `${method} ${kind}`;
  const reason = `${messages} match this method and ${handlerLabel(second)} equally well`;
  const mend =
    first.kind === "request"
      ? "Narrow one of them with @SipPredicate; if one is meant for responses, say so with @AnyResponse()"
      : "Narrow one of them with @SipPredicate, or with fewer statuses";
  problems.add("handler.ambiguous", { class: first.className, method: first.name }, { reason, mend });
}
