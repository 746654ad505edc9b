import { applyDecorators, SipMethod, SipPredicate, type SipServletRequest } from "@siplet/framework";

const isInitial = (request: SipServletRequest): boolean => request.isInitial;

/** An INVITE that begins a call: not one within it. */
export const InitialInvite = () => applyDecorators(SipMethod("INVITE"), SipPredicate(isInitial));
