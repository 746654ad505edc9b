import type { ServerSpecification } from "./measure/server-process.js";

/** Who makes the calls, and by which transport. */
export type LoadKind =
  | { readonly kind: "sipp"; readonly script: SippScript; readonly transport: "u1" | "t1" }
  /** SIPp on both sides: the server stands between the caller and this callee. */
  | { readonly kind: "sipp-between"; readonly script: SippScript; readonly callee: SippScript }
  /** The generator of this package: SIPp has no WebSocket, and Debian's no TLS. */
  | { readonly kind: "stream"; readonly protocol: "tls" | "ws" };

/** A script in `load/scripts.ts`, or SIPp's own caller. */
export type SippScript = "uac" | "routed-uac" | "routed-uas" | "register" | "message";

/** One comparison: the same load for each server. */
export interface Scenario {
  readonly name: string;
  readonly description: string;
  readonly servers: readonly ServerSpecification[];
  readonly load: LoadKind;
  /** Share of the calls a second, where a server would be measured beyond its limit by all of them. */
  readonly share?: number;
}
