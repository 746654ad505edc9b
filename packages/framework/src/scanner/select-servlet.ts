import type { ServletMapping } from "../model/application-definition.js";
import type { ApplicationModel, ServletModel } from "../model/application-model.js";
import { compileCondition, unknownVariables } from "../model/compile-condition.js";
import type { ProblemCollector } from "./problem-collector.js";

/** How initial requests find their servlet. */
export type ServletSelection = Pick<ApplicationModel, "mainServlet" | "selectServlet">;

/**
 * Decides how the servlet of an initial request is chosen: the only servlet, the main servlet, or the first mapping rule
 * that holds. JSR 289 §16.
 */
export function compileSelection(
  servlets: readonly ServletModel[],
  mainServlet: string | undefined,
  mappings: readonly ServletMapping[],
  problems: ProblemCollector,
): ServletSelection {
  if (mainServlet !== undefined && mappings.length > 0) {
    const reason = "the application has a main servlet and servlet mappings, which exclude each other";
    problems.add("application.selection", {}, { reason, mend: "Remove mainServlet or the mappings" });
  }
  checkMappings(servlets, mappings, problems);
  const main = findMain(servlets, mainServlet, mappings, problems);
  return mappings.length > 0
    ? { mainServlet: undefined, selectServlet: compileMappings(servlets, mappings) }
    : { mainServlet: main, selectServlet: () => main };
}

function findMain(
  servlets: readonly ServletModel[],
  mainServlet: string | undefined,
  mappings: readonly ServletMapping[],
  problems: ProblemCollector,
): ServletModel | undefined {
  const names = servlets.map(({ name }) => name).join(", ");
  if (mainServlet !== undefined) {
    const main = servlets.find(({ name }) => name === mainServlet);
    if (main === undefined) {
      const reason = `there is no servlet named "${mainServlet}" to be the main servlet`;
      problems.add("application.main-servlet", {}, { reason, mend: `Name one of: ${names || "(none)"}` });
    }
    return main;
  }
  if (servlets.length > 1 && mappings.length === 0) {
    const reason = `nothing says which of its servlets (${names}) gets the initial requests`;
    problems.add("application.selection", {}, { reason, mend: "Name one as mainServlet, or give servletMappings" });
  }
  return servlets[0];
}

function checkMappings(
  servlets: readonly ServletModel[],
  mappings: readonly ServletMapping[],
  problems: ProblemCollector,
): void {
  for (const { servletName, pattern } of mappings) {
    if (!servlets.some(({ name }) => name === servletName)) {
      const reason = `a servlet mapping names the servlet "${servletName}", which does not exist`;
      const mend = `Name one of: ${servlets.map(({ name }) => name).join(", ") || "(none)"}`;
      problems.add("mapping.servlet", {}, { reason, mend });
    }
    for (const variable of unknownVariables(pattern)) {
      const reason = `the servlet mapping of "${servletName}" looks at "${variable}", which is no part of a request`;
      const mend = "Use a variable such as request.method, request.uri.host or request.from.uri.user";
      problems.add("mapping.variable", {}, { reason, mend });
    }
  }
}

function compileMappings(
  servlets: readonly ServletModel[],
  mappings: readonly ServletMapping[],
): ServletSelection["selectServlet"] {
  const rules = mappings.map(({ servletName, pattern }) => ({
    servlet: servlets.find(({ name }) => name === servletName),
    test: compileCondition(pattern),
  }));
  return (request) => rules.find(({ test }) => test(request))?.servlet;
}
