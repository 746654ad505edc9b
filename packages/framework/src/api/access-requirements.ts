/** What the way to the caller has to be: anything, or TLS and its like. JSR 289 §17 `transport-guarantee`. */
export type TransportGuarantee = "NONE" | "INTEGRAL" | "CONFIDENTIAL";

/** Which callers a rule lets through. JSR 289 §17. */
export interface AccessRequirements {
  /**
   * Absent: nobody needs to be authenticated; empty: nobody may; `*`: anybody who is authenticated; else one of the roles
   * is needed.
   */
  readonly roles?: readonly string[];
  /** Challenge as a proxy does, 407 instead of 401; false. */
  readonly proxyAuthentication?: boolean;
  /** All but `NONE` ask for TLS or secure WebSockets; `NONE`. */
  readonly transportGuarantee?: TransportGuarantee;
}
