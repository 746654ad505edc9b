import { applyDecorators, SipMethod, SipResponseRange } from "@siplet/framework";

/** 180 to 189 to an INVITE: the phone rings, or the call is being forwarded, queued, in progress. */
export const My18xInvite = () => applyDecorators(SipMethod("INVITE"), SipResponseRange(180, 189));
