import { tryParseUri } from "@siplet/core";
import { createUri } from "../address/uris.js";
import type { Uri } from "../api/uri.js";
import type { ApplicationSelection } from "./chain-context.js";

/** Whether a text can be what `getSubscriberUri` gives: a SIP or tel URI (JSR 289 §15.4). */
export function isSubscriberUri(text: string): boolean {
  const uri = tryParseUri(text);
  return uri !== undefined && uri.kind !== "other";
}

/** The subscriber an application is invoked for; a new value each time, which the application may change. */
export function subscriberOf(selection: Pick<ApplicationSelection, "subscriberUri"> | undefined): Uri | undefined {
  return selection?.subscriberUri === undefined ? undefined : createUri(selection.subscriberUri);
}
