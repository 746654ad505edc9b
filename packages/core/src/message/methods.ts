/** What the standards say of one method. */
export interface MethodDefinition {
  readonly name: string;
  readonly rfc: string;
  /** Makes a dialog when answered 101–299 (NOTIFY completes the one of its SUBSCRIBE). */
  readonly createsDialog: boolean;
  /** Moves the remote target of its dialog (RFC 3261 §6 "target refresh request"). */
  readonly refreshesTarget: boolean;
}

const define = (name: string, rfc: string, makesDialog = false, movesTarget = false): [string, MethodDefinition] => [
  name,
  { name, rfc, createsDialog: makesDialog, refreshesTarget: movesTarget },
];

/** The methods of the IANA registry. Method names compare with case (RFC 3261 §7.1). */
export const methods: ReadonlyMap<string, MethodDefinition> = new Map([
  define("INVITE", "3261", true, true),
  define("ACK", "3261"),
  define("BYE", "3261"),
  define("CANCEL", "3261"),
  define("OPTIONS", "3261"),
  define("REGISTER", "3261"),
  define("PRACK", "3262"),
  define("SUBSCRIBE", "6665", true, true),
  define("NOTIFY", "6665", true, true),
  define("PUBLISH", "3903"),
  define("INFO", "6086"),
  define("REFER", "3515", true, true),
  define("MESSAGE", "3428"),
  define("UPDATE", "3311", false, true),
]);

/** Tells whether a 101–299 answer to this method makes a dialog. */
export function createsDialog(method: string): boolean {
  return method === "INVITE" || (methods.get(method)?.createsDialog ?? false);
}

/** Tells whether this method moves the remote target of its dialog. */
export function refreshesTarget(method: string): boolean {
  return methods.get(method)?.refreshesTarget ?? false;
}
