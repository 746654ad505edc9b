// WebSocket transports (RFC 7118), apart from the rest so that only who wants them loads `ws`.
export type { UpgradePolicy } from "./upgrade-policy.js";
export { wsClientTransport, type WsClientOptions } from "./ws-client-transport.js";
export type { WsListenerOptions } from "./ws-listener.js";
export {
  wssTransport,
  wsTransport,
  type GivenServerOptions,
  type WsOptions,
  type WssOptions,
  type WssTransport,
} from "./ws-transport.js";
