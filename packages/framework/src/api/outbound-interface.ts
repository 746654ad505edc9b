/**
 * A local address to send from: an IP address, or one with the port of a listen point. One of
 * `SipServletContext.outboundInterfaces`. JSR 289 §14 (multihoming); Java has `InetAddress` and `InetSocketAddress`.
 */
export type OutboundInterface = string | { readonly address: string; readonly port?: number };
