import type { ServletClass } from "../api/servlet-class.js";
import type { ProblemCollector } from "./problem-collector.js";

/**
 * The class a descriptor names: among the classes of the application, the one called like the last part of the name, as
 * `CallServlet` for `com.acme.CallServlet`. Undefined, with the problem told, when there is not exactly one.
 */
export function findClass(
  className: string,
  classes: readonly ServletClass[],
  problems: ProblemCollector,
): ServletClass | undefined {
  const simpleName = /[^.$]*$/.exec(className)?.[0];
  const [found, second] = classes.filter(({ name }) => name === className || name === simpleName);
  if (found !== undefined && second === undefined) return found;
  const reason = `the descriptor names the class ${className}, and ${found === undefined ? "none" : "more than one"} is called so`;
  const mend = "Add the class to `classes` of the definition, or to the scanned modules";
  problems.add("descriptor.class", {}, { reason, mend });
  return undefined;
}
