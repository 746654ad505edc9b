import type { MediaType } from "../../../headers/media-type.js";
import type { PublicationRecord, PublishedState } from "./publication-store.js";

/** A PUBLISH as far as a compositor looks at it. */
export interface PublishRequest {
  readonly key: string;
  readonly resource: string;
  /** SIP-If-Match. */
  readonly entityTag: string | undefined;
  readonly expires: number | undefined;
  readonly body: Uint8Array;
  readonly contentType: MediaType | undefined;
}

/** Why a PUBLISH changes nothing. */
export interface PublishRejection {
  readonly kind: "rejected";
  readonly statusCode: number;
  /** For 423. */
  readonly minExpires?: number;
}

/** What a PUBLISH makes of a record. */
export interface PublishResult {
  readonly kind: "applied";
  readonly record: PublicationRecord;
  /** Seconds granted. */
  readonly expires: number;
}

/** What is known beside the request. */
export interface PublishContext {
  readonly support: {
    readonly name: string;
    readonly contentTypes: readonly string[];
    readonly defaultExpires?: number;
    readonly minExpires?: number;
    readonly maxExpires?: number;
  };
  /** Tag of the state behind this change. */
  readonly newTag: string;
  /** Now, in milliseconds since 1970. */
  readonly now: number;
}

/** What a PUBLISH makes of what is published: initial, refresh, modify or remove. A pure function. RFC 3903 §6 */
export function applyPublish(
  record: PublicationRecord | undefined,
  request: PublishRequest,
  context: PublishContext,
): PublishResult | PublishRejection {
  const { support, newTag, now } = context;
  const { minExpires = 60, maxExpires = 86_400, defaultExpires = 3600 } = support;
  const live = record?.states.filter(({ expiresAt }) => expiresAt > now) ?? [];
  const before = live.find(({ entityTag }) => entityTag === request.entityTag);
  if (request.entityTag !== undefined && before === undefined) return { kind: "rejected", statusCode: 412 };
  const asked = request.expires ?? defaultExpires;
  if (asked > 0 && asked < minExpires) return { kind: "rejected", statusCode: 423, minExpires };
  const fault = bodyFault(request, support.contentTypes);
  if (fault !== undefined) return { kind: "rejected", statusCode: fault };
  const expires = Math.min(asked, maxExpires);
  const states = live.filter((state) => state !== before);
  const content = request.body.length > 0 ? contentOf(request) : before;
  if (expires > 0 && content !== undefined) {
    const { body, contentType } = content;
    states.push({ entityTag: newTag, body, contentType, expiresAt: now + expires * 1000 });
  }
  const { key, resource } = request;
  const revision = (record?.revision ?? 0) + 1;
  return { kind: "applied", expires, record: { version: 1, key, resource, event: support.name, revision, states } };
}

/** A state without body or tag is none; one of a type that nobody understands cannot be composed. */
function bodyFault(
  { body, entityTag, contentType }: PublishRequest,
  contentTypes: readonly string[],
): number | undefined {
  if (body.length === 0) return entityTag === undefined ? 400 : undefined;
  const isKnown = contentTypes.some((type) => type.toLowerCase() === contentType?.essence);
  return isKnown ? undefined : 415;
}

function contentOf({ body, contentType }: PublishRequest): Pick<PublishedState, "body" | "contentType"> {
  return { body: Buffer.from(body).toString("base64"), contentType: String(contentType) };
}
