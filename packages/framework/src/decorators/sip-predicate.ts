import { addSelector, type HandlerMessage, type PredicateSource } from "../metadata/handler-record.js";
import type { HandlerDecorator } from "./handler-decorator.js";

/**
 * Handles messages that pass a test without side effects; several of these mean "or". JSR 359.
 *
 *     SipPredicate((request: SipServletRequest) => request.isInitial)
 */
export function SipPredicate<M extends HandlerMessage>(source: PredicateSource<M>): HandlerDecorator<M> {
  return (target: object, name: string | symbol) => addSelector(target, name, { kind: "predicate", source });
}
