import type { Endpoint } from "@siplet/core";

/** A way to one peer. */
export interface UserAgentPeer {
  readonly remote: Endpoint;
  send(bytes: Uint8Array): void;
}

/** Who hears what arrives at a port. */
export type ReceiveCallback = (bytes: Uint8Array, peer: UserAgentPeer) => void;

/** What a scripted user agent talks through. */
export interface UserAgentPort {
  readonly transport: "UDP" | "TCP" | "TLS" | "WS" | "WSS";
  readonly local: Endpoint;
  /** The way to a peer: for streams the open connection to it, or a new one. */
  connect(remote: Endpoint): UserAgentPeer;
  close(): Promise<void>;
}
