/** Answers that end a subscription when they come to a refresh or a NOTIFY (RFC 6665 §4.1.2.2, §4.2.2, RFC 5057 §5.1). */
const ending = new Set([404, 405, 408, 410, 416, 480, 481, 482, 483, 484, 485, 489, 501, 604]);

/** Tells whether an answer to SUBSCRIBE or NOTIFY inside a subscription ends it; others leave it alive until its expiry. */
export function endsSubscription(statusCode: number): boolean {
  return ending.has(statusCode);
}
