import type { CallSummary } from "../trace/call-trace.js";

/** Which calls of the list are wanted; what is left out admits all. */
export interface CallFilter {
  /** Part of From or To. */
  readonly user: string | undefined;
  readonly method: string | undefined;
  /** `486`, `4xx`, or a state: `answered`, `failed`, … */
  readonly status: string | undefined;
}

/** Reads a filter from the query of a request; empty values count as left out. */
export function readFilter(query: URLSearchParams): CallFilter {
  const valueOf = (name: string): string | undefined => query.get(name)?.trim() || undefined;
  return { user: valueOf("user"), method: valueOf("method"), status: valueOf("status") };
}

/** Whether a call is wanted. */
export function fits(call: CallSummary, { user, method, status }: CallFilter): boolean {
  if (method !== undefined && call.method !== method.toUpperCase()) return false;
  if (user !== undefined && !`${call.from} ${call.to}`.toLowerCase().includes(user.toLowerCase())) return false;
  return status === undefined || fitsStatus(call, status.toLowerCase());
}

function fitsStatus(call: CallSummary, wanted: string): boolean {
  if (wanted === call.state) return true;
  const status = String(call.status ?? "");
  const byClass = /^([1-6])xx$/.exec(wanted)?.[1];
  return byClass === undefined ? status === wanted : status.length === 3 && status.startsWith(byClass);
}
