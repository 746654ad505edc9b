import {
  SipApplicationSessionActivationListener,
  SipApplicationSessionAttributeListener,
  SipApplicationSessionListener,
} from "../api/application-session-listener.js";
import { SipErrorListener } from "../api/error-listener.js";
import { FlowListener } from "../api/flow-listener.js";
import { RegistrationListener } from "../api/registration-listener.js";
import type { ServletClass } from "../api/servlet-class.js";
import { SipServletListener } from "../api/servlet-listener.js";
import {
  SipSessionActivationListener,
  SipSessionAttributeListener,
  SipSessionListener,
} from "../api/session-listener.js";
import { TimerListener } from "../api/timer-listener.js";
import type { ListenerType } from "../metadata/class-records.js";
import type { ProblemCollector } from "./problem-collector.js";

/** The listener interfaces of an application and their methods. JSR 289 §8. */
const methodsOfType: ReadonlyMap<ListenerType, readonly string[]> = new Map<ListenerType, readonly string[]>([
  [SipServletListener, ["servletInitialized"]],
  [SipApplicationSessionListener, ["sessionCreated", "sessionDestroyed", "sessionExpired", "sessionReadyToInvalidate"]],
  [SipApplicationSessionAttributeListener, ["attributeAdded", "attributeRemoved", "attributeReplaced"]],
  [SipApplicationSessionActivationListener, ["sessionWillPassivate", "sessionDidActivate"]],
  [SipSessionListener, ["sessionCreated", "sessionDestroyed", "sessionReadyToInvalidate"]],
  [SipSessionAttributeListener, ["attributeAdded", "attributeRemoved", "attributeReplaced"]],
  [SipSessionActivationListener, ["sessionWillPassivate", "sessionDidActivate"]],
  [SipErrorListener, ["noAckReceived", "noPrackReceived"]],
  [TimerListener, ["timeout"]],
  [FlowListener, ["flowFailed"]],
  [RegistrationListener, ["contactAdded", "contactRefreshed", "contactRemoved", "contactExpired"]],
]);

/**
 * The listener interfaces a class implements: those it names or extends; where it names none, those its methods tell.
 * Java tells overloads apart by their events; here `sessionCreated` alone does not say whose session is meant.
 */
export function readListenerTypes(
  listenerClass: ServletClass,
  named: readonly ListenerType[],
  problems: ProblemCollector,
): ReadonlySet<ListenerType> {
  const prototype = listenerClass.prototype as object;
  const declared = new Set([...named, ...[...methodsOfType.keys()].filter((type) => prototype instanceof type)]);
  if (declared.size > 0) checkDeclared(listenerClass, declared, problems);
  return declared.size > 0 ? declared : inferTypes(listenerClass, problems);
}

function checkDeclared(
  listenerClass: ServletClass,
  types: ReadonlySet<ListenerType>,
  problems: ProblemCollector,
): void {
  for (const type of types) {
    const methods = methodsOfType.get(type);
    if (methods === undefined) {
      const mend = `Name some of ${names(methodsOfType.keys())}`;
      const reason = `${type?.name ?? String(type)} is no listener interface of an application`;
      problems.add("listener.kind", { class: listenerClass.name }, { reason, mend });
    } else if (!methods.some((method) => hasMethod(listenerClass, method))) {
      const reason = `it says it is a ${type.name} and has no method of one`;
      problems.add("listener.kind", { class: listenerClass.name }, { reason, mend: `Add ${methods.join(" or ")}` });
    }
  }
}

function inferTypes(listenerClass: ServletClass, problems: ProblemCollector): ReadonlySet<ListenerType> {
  const present = [...methodsOfType].filter(([, methods]) =>
    methods.some((method) => hasMethod(listenerClass, method)),
  );
  const sure = present.filter(([type, methods]) => methods.some((method) => isOwn(listenerClass, type, method)));
  const explained = new Set(sure.flatMap(([, methods]) => methods));
  const unsure = present.filter(([, methods]) => !methods.some((method) => explained.has(method)));
  const place = { class: listenerClass.name };
  if (present.length === 0) {
    const mend = `Give it a method of ${names(methodsOfType.keys())}`;
    problems.add("listener.kind", place, { reason: "it is a listener and has no method of one", mend });
  }
  if (unsure.length > 0) {
    const types = names(unsure.map(([type]) => type));
    const mend = `Say which: @SipListener({ listens: [${unsure[0]?.[0].name}] })`;
    problems.add("listener.kind", place, { reason: `its methods may belong to any of ${types}`, mend });
  }
  return new Set(sure.map(([type]) => type));
}

/** Whether the class has the method, and no other interface has one of that name. */
function isOwn(listenerClass: ServletClass, type: ListenerType, method: string): boolean {
  const isShared = [...methodsOfType].some(([other, methods]) => other !== type && methods.includes(method));
  return !isShared && hasMethod(listenerClass, method);
}

function hasMethod(listenerClass: ServletClass, method: string): boolean {
  return typeof (listenerClass.prototype as Readonly<Record<string, unknown>>)[method] === "function";
}

function names(types: Iterable<ListenerType>): string {
  return [...types].map((type) => type.name).join(", ");
}
