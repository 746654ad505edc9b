import { andThen, type SyncOrPromise } from "../../auth/users/sync-or-promise.js";
import { createAnswer } from "../sdp/create-answer.js";
import { holdDirection, withDirections } from "../sdp/media-direction.js";
import { continueSession } from "../sdp/session-origin.js";

/** What is wanted of a description. */
export interface MediaWish {
  /** Whether the peer is on hold: it may hear us, we do not hear it. */
  readonly isHolding: boolean;
}

/** Who makes our session descriptions: the program's own media, or {@link DescribedMedia}. */
export interface CallMedia {
  /** Our description for an offer: complete, of all media. Its origin is continued by the call (RFC 3264 §8). */
  createOffer(wish: MediaWish): SyncOrPromise<string>;
  /** Our answer to an offer; undefined refuses it by 488. */
  createAnswer(offer: string, wish: MediaWish): SyncOrPromise<string | undefined>;
  /** Both ends are agreed. */
  onAgreed?(local: string, remote: string): void;
}

/** Media that are described once: offers are this description, answers are drawn from it. RFC 3264 §5, §6 */
export class DescribedMedia implements CallMedia {
  #own: string;

  /** `own` is a session description with our addresses, ports and formats. */
  constructor(own: string) {
    this.#own = own;
  }

  /** Describes the media anew; the next offer or answer tells. */
  describe(own: string): void {
    this.#own = own;
  }

  createOffer(wish: MediaWish): string {
    return this.#described(wish);
  }

  createAnswer(offer: string, wish: MediaWish): string | undefined {
    const { description, acceptedLines } = createAnswer(offer, this.#described(wish));
    return acceptedLines === 0 && hasMedia(offer) ? undefined : description;
  }

  #described({ isHolding }: MediaWish): string {
    return isHolding ? withDirections(this.#own, holdDirection) : this.#own;
  }
}

/** A description of ours as it goes on in a session: same origin, the version raised by a change. RFC 3264 §8 */
export function continued(last: string | undefined, next: SyncOrPromise<string>): SyncOrPromise<string> {
  return andThen(next, (text) => (last === undefined ? text : continueSession(last, text)));
}

function hasMedia(offer: string): boolean {
  return /^m=\S+ (?!0[ /])/m.test(offer);
}
