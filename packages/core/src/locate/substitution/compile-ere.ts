import type { CharacterTest, EreNode } from "./ere-node.js";

/** One step of a compiled expression; targets are indexes into the program. */
export type EreStep =
  | { readonly kind: "character"; readonly test: CharacterTest }
  | { readonly kind: "start" | "end" | "match" }
  /** Both ways are open; `first` is preferred. */
  | { readonly kind: "split"; first: number; second: number }
  | { readonly kind: "jump"; to: number }
  /** Notes the place where a group begins (even slot) or ends (odd slot). */
  | { readonly kind: "save"; readonly slot: number };

/** Bounds memory and time, whatever counted repeats ask for. */
const mostSteps = 1_000;

/** A replacement can refer to nine groups; where further ones match does not matter (RFC 3402 §3.2). */
const mostGroups = 9;

/** Turns an expression into steps for `matchEre`; undefined when they would be too many. */
export function compileEre(node: EreNode): readonly EreStep[] | undefined {
  const program: EreStep[] = [];
  const complete = emit(program, node);
  program.push({ kind: "match" });
  return complete ? program : undefined;
}

/** False as soon as the program is full. */
function emit(program: EreStep[], node: EreNode): boolean {
  if (program.length >= mostSteps) return false;
  switch (node.kind) {
    case "sequence":
      return node.nodes.every((part) => emit(program, part));
    case "group":
      return emitGroup(program, node.node, node.index);
    case "choice":
      return emitChoice(program, node.nodes);
    case "repeat":
      return emitRepeat(program, node.node, node.min, node.max);
    default:
      program.push(node);
      return true;
  }
}

function emitGroup(program: EreStep[], node: EreNode, index: number): boolean {
  if (index > mostGroups) return emit(program, node);
  program.push({ kind: "save", slot: index * 2 });
  const complete = emit(program, node);
  program.push({ kind: "save", slot: index * 2 + 1 });
  return complete;
}

function emitChoice(program: EreStep[], nodes: readonly EreNode[]): boolean {
  const exits: { to: number }[] = [];
  let complete = true;
  for (const [index, node] of nodes.entries()) {
    if (index === nodes.length - 1) {
      complete &&= emit(program, node);
      break;
    }
    const split = { kind: "split" as const, first: program.length + 1, second: 0 };
    const exit = { kind: "jump" as const, to: 0 };
    program.push(split);
    complete &&= emit(program, node);
    program.push(exit);
    exits.push(exit);
    split.second = program.length;
  }
  for (const exit of exits) exit.to = program.length;
  return complete;
}

function emitRepeat(program: EreStep[], node: EreNode, min: number, max: number): boolean {
  for (let count = 0; count < min; count++) if (!emit(program, node)) return false;
  if (max === Infinity) return emitLoop(program, node);
  for (let count = min; count < max; count++) if (!emitOptional(program, node)) return false;
  return true;
}

function emitLoop(program: EreStep[], node: EreNode): boolean {
  const entry = program.length;
  const split = { kind: "split" as const, first: entry + 1, second: 0 };
  program.push(split);
  const complete = emit(program, node);
  program.push({ kind: "jump", to: entry });
  split.second = program.length;
  return complete;
}

function emitOptional(program: EreStep[], node: EreNode): boolean {
  const split = { kind: "split" as const, first: program.length + 1, second: 0 };
  program.push(split);
  const complete = emit(program, node);
  split.second = program.length;
  return complete;
}
