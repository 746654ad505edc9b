import type { SipServletRequest, SipServletResponse } from "../api/object-model.js";
import type { HandlerMessage } from "../metadata/handler-record.js";

/** A method that takes one of the messages `M`, or nothing. */
export type HandlerFunction<M extends HandlerMessage> = M extends HandlerMessage ? (message: M) => unknown : never;

/**
 * A decorator for methods that handle `M`: it does not compile on a method whose parameter is another message.
 * Write your own with `applyDecorators`.
 */
export interface HandlerDecorator<M extends HandlerMessage = HandlerMessage> {
  <H extends HandlerFunction<M>>(
    target: object,
    name: string | symbol,
    descriptor: TypedPropertyDescriptor<H>,
  ): TypedPropertyDescriptor<H> | void;
  /** Never present: tells `applyDecorators` the type of message. */
  readonly "~message"?: M;
}

/** A decorator for methods that handle requests. */
export type RequestHandlerDecorator = HandlerDecorator<SipServletRequest>;

/** A decorator for methods that handle responses. */
export type ResponseHandlerDecorator = HandlerDecorator<SipServletResponse>;
