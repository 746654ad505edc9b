import type { HandlerMessage } from "../metadata/handler-record.js";
import type { HandlerDecorator } from "./handler-decorator.js";

/** Any decorator for methods: ours, or one that wraps the method. */
type AnyMethodDecorator = (
  target: object,
  name: string | symbol,
  descriptor: PropertyDescriptor,
) => PropertyDescriptor | void;

/** The messages one decorator allows; a foreign one allows all. */
type MessageOf<D> = D extends { readonly "~message"?: infer M extends HandlerMessage } ? M : HandlerMessage;

/** The messages all of them allow. */
type CommonMessage<D extends readonly unknown[]> = D extends readonly [infer First, ...infer Rest]
  ? Extract<MessageOf<First>, CommonMessage<Rest>>
  : HandlerMessage;

/**
 * Makes one decorator of several, as an own annotation with meta-annotations does in JSR 359:
 *
 *     const InitialInvite = () => applyDecorators(SipMethod("INVITE"), SipPredicate((r: SipServletRequest) => r.isInitial));
 */
export function applyDecorators<const D extends readonly AnyMethodDecorator[]>(
  ...decorators: D
): HandlerDecorator<CommonMessage<D>> {
  return (target: object, name: string | symbol, descriptor: PropertyDescriptor) => {
    let current = descriptor;
    // From the last to the first, as decorators above one another run.
    for (const decorator of decorators.toReversed()) current = decorator(target, name, current) ?? current;
    return current;
  };
}
