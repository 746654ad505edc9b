import type { ServerTransaction, ServerTransactionUser } from "@siplet/core";
import type { ContainerSipSession } from "../session/container-sip-session.js";
import { existingUsage } from "./session-usage.js";

/**
 * Who hears of a transaction that nothing more is to be done for. A back-to-back user agent may still answer by further 2xx
 * (JSR 289 §12); once the transaction is over no answer can follow, and the request that it was asked by goes as well.
 */
export function lastTransactionUser(
  transaction: ServerTransaction,
  sessions: readonly ContainerSipSession[],
): ServerTransactionUser | undefined {
  const usages = sessions.map(existingUsage).filter((usage) => usage?.originalRequest !== undefined);
  if (usages.length === 0) return undefined;
  const onTerminated = (): void => {
    for (const usage of usages) if (usage !== undefined) usage.originalRequest = undefined;
  };
  if (!transaction.isTerminated) return { onTerminated };
  onTerminated();
  return undefined;
}
