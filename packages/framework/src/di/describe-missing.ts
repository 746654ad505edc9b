/** What one needs to know of an injector to find what is missing. */
export interface BindingFacts {
  isBound(token: unknown): boolean;
  dependencies(
    component: object,
  ): readonly { readonly place: string; readonly token: unknown; readonly isOptional: boolean }[];
}

/** Finds the first thing that cannot be injected on the way to a token: which class asks for it, where, and the mend. */
export function describeMissing(
  token: unknown,
  facts: BindingFacts,
  seen: ReadonlySet<unknown> = new Set(),
): string | undefined {
  if (!facts.isBound(token)) {
    return `${nameOf(token)} is not bound; bind it in configure: (bind) => bind(${nameOf(token)}).to(…)`;
  }
  if (typeof token !== "function" || seen.has(token)) return undefined;
  const path = new Set([...seen, token]);
  for (const { place, token: asked, isOptional } of dependenciesOf(token, facts)) {
    if (isOptional) continue;
    const owner = `${place} of ${token.name}`;
    if (asked === undefined) return `${owner} does not say what it wants; write @inject(Token) before it`;
    if (!facts.isBound(asked)) {
      return `${owner} wants ${nameOf(asked)}, which is not bound; bind it in configure: (bind) => bind(${nameOf(asked)}).to(…)`;
    }
    const deeper = describeMissing(asked, facts, path);
    if (deeper !== undefined) return deeper;
  }
  return undefined;
}

/** A class whose decorators cannot be read asks for nothing that could be named. */
function dependenciesOf(component: object, facts: BindingFacts): ReturnType<BindingFacts["dependencies"]> {
  try {
    return facts.dependencies(component);
  } catch {
    return [];
  }
}

function nameOf(token: unknown): string {
  if (typeof token === "function") return token.name;
  return typeof token === "string" ? `"${token}"` : String(token);
}
