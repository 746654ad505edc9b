import type { ProblemCollector } from "./problem-collector.js";

/** Segments that need no escaping. */
const form = /^(?:\/[\w.~-]+)+$/;

/** The context path of an application without a final slash; empty for the root. */
export function readContextPath(path: string | undefined, problems: ProblemCollector): string {
  const trimmed = (path ?? "").replace(/\/$/, "");
  if (trimmed === "" || form.test(trimmed)) return trimmed;
  problems.add(
    "application.setting",
    {},
    { reason: `contextPath "${path}" is no path`, mend: 'Write "/office", or leave it out for the root' },
  );
  return "";
}
