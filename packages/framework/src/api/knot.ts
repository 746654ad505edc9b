/**
 * The types of the object model that mention one another: a request knows its session, a session creates requests.
 * Each of these interfaces stands in a file of its own as `…Members<K>` and speaks of the others as `K["…"]`;
 * `object-model.ts` ties them together and gives them their public names. So no file needs another in a circle.
 */
export interface Knot {
  readonly SipServletMessage: unknown;
  readonly SipServletRequest: unknown;
  readonly SipServletResponse: unknown;
  readonly SipSession: unknown;
  readonly SipApplicationSession: unknown;
  readonly ConvergedHttpSession: unknown;
  readonly ServletTimer: unknown;
  readonly Proxy: unknown;
  readonly ProxyBranch: unknown;
  readonly B2buaHelper: unknown;
  readonly ForkingContext: unknown;
  readonly InviteBranch: unknown;
  readonly SessionKeepAlive: unknown;
  readonly AutomaticProcessingListener: unknown;
}
