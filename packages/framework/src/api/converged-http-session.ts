import { AttributeStore } from "./attribute-store.js";
import type { Knot } from "./knot.js";

/** Members of `ConvergedHttpSession`: an HTTP session that can share an application session with SIP. JSR 289 §13. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- every `…Members` is tied the same way
export abstract class ConvergedHttpSessionMembers<K extends Knot> extends AttributeStore {
  abstract readonly id: string;
  abstract readonly isValid: boolean;
  /** Milliseconds since the epoch. */
  abstract readonly creationTime: number;
  /** Milliseconds since the epoch. */
  abstract readonly lastAccessedTime: number;
  /** The parent, made and associated if there is none yet. */
  abstract readonly applicationSession: K["SipApplicationSession"];
  /** An absolute URL that carries the id of this session. JSR: `encodeURL(url)`. */
  abstract encodeUrl(url: URL | string): URL;
  /** An absolute URL of this application for a path and a scheme (`http`, `https`). JSR: `encodeURL(path, scheme)`. */
  abstract encodeUrl(relativePath: string, scheme: string): URL;
  abstract invalidate(): void;
}
