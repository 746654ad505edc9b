import type { TransitionTable } from "../../../transaction/transition-table.js";

/** Where a publication stands. */
export type PublicationStage = "idle" | "publishing" | "published" | "waiting" | "failed" | "removing";

/** What can happen to it. */
export type PublicationEvent = "publish" | "remove" | "due" | "granted" | "amended" | "failed" | "refused" | "removed";

/** What it does. */
export type PublicationAction = "send" | "sendRemoval" | "record" | "backOff" | "giveUp" | "clear";

/**
 * A publication that keeps itself alive — RFC 3903 §4.
 *   idle ─publish→ publishing ─2xx→ published ─refresh due, new state→ publishing
 *   publishing ─412, 423→ publishing;  ─408, 5xx→ waiting ─back-off over→ publishing;  ─other→ failed
 *   published, waiting, failed ─remove→ removing ─any answer→ idle
 */
export const publicationTable: TransitionTable<PublicationStage, PublicationEvent, PublicationAction> = {
  idle: { publish: ["publishing", "send"] },
  publishing: {
    granted: ["published", "record"],
    amended: ["publishing", "send"],
    failed: ["waiting", "backOff"],
    refused: ["failed", "giveUp"],
  },
  published: {
    publish: ["publishing", "send"],
    due: ["publishing", "send"],
    remove: ["removing", "sendRemoval"],
  },
  waiting: {
    publish: ["publishing", "send"],
    due: ["publishing", "send"],
    remove: ["removing", "sendRemoval"],
  },
  failed: { publish: ["publishing", "send"], remove: ["removing", "sendRemoval"] },
  removing: { removed: ["idle", "clear"] },
};
