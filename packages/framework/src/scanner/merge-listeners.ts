import type { ServletClass } from "../api/servlet-class.js";
import { TimerListener } from "../api/timer-listener.js";
import { readListenerRecord, type ListenerType } from "../metadata/class-records.js";
import type { ListenerDefinition } from "../model/application-definition.js";
import type { ListenerModel } from "../model/application-model.js";
import { findClass } from "./find-class.js";
import type { ServletSources } from "./merge-servlets.js";
import type { ProblemCollector } from "./problem-collector.js";
import { readListenerTypes } from "./read-listener-types.js";

/**
 * The listeners of an application, each class once: those of the descriptor first, then those of the definition, then
 * those with `@SipListener` only. JSR 289 §8.
 */
export function mergeListeners(sources: ServletSources, problems: ProblemCollector): readonly ListenerModel[] {
  const named = new Map<ServletClass, readonly ListenerType[]>();
  const add = (listenerClass: ServletClass, listens: readonly ListenerType[] = []) => {
    named.set(listenerClass, [...(named.get(listenerClass) ?? []), ...listens]);
  };
  for (const className of sources.descriptor?.listeners ?? []) {
    const found = findClass(className, sources.classes, problems);
    if (found !== undefined) add(found);
  }
  for (const entry of sources.definition.listeners ?? []) {
    if (isDefinition(entry)) add(entry.listenerClass, entry.listens);
  }
  // Of a descriptor that is complete, only the classes it names and those the definition lists are listeners.
  const isListener = (each: ServletClass) =>
    sources.descriptor?.metadataComplete !== true ||
    named.has(each) ||
    sources.definition.listeners?.includes(each) === true;
  for (const listenerClass of sources.classes) {
    const record = readListenerRecord(listenerClass);
    if (record !== undefined && isListener(listenerClass)) add(listenerClass, record.listens);
  }
  const listeners = [...named].map(([listenerClass, listens]) =>
    Object.freeze({ listenerClass, listens: readListenerTypes(listenerClass, listens, problems) }),
  );
  checkTimerListeners(listeners, problems);
  return listeners;
}

function checkTimerListeners(listeners: readonly ListenerModel[], problems: ProblemCollector): void {
  const names = listeners.filter(({ listens }) => listens.has(TimerListener)).map((each) => each.listenerClass.name);
  if (names.length < 2) return;
  const reason = `an application has one TimerListener, here are ${names.join(", ")}`;
  problems.add("application.timer-listener", {}, { reason, mend: "Let one of them tell the timers apart by info" });
}

function isDefinition(entry: ServletClass | ListenerDefinition): entry is ListenerDefinition {
  return typeof entry === "object" && entry !== null && typeof entry.listenerClass === "function";
}
