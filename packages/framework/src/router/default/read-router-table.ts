import { isToken } from "@siplet/core";
import { RouterConfigurationError } from "../../errors/router-configuration-error.js";
import { readProperties, type PropertyEntry } from "./properties-text.js";
import { readEntry } from "./read-entry.js";
import { readTuples } from "./read-tuples.js";
import type { RouterEntry, RouterTable } from "./router-entry.js";
import { placeOf, type OnFault, type TextFault } from "./text-fault.js";

/**
 * Reads the configuration of the default application router. JSR 289, appendix C.
 *
 * @param source names the text in errors
 * @throws RouterConfigurationError with everything that is wrong
 */
export function readRouterTable(text: string, source: string): RouterTable {
  const faults: TextFault[] = [];
  const onFault = (fault: TextFault): void => void faults.push(fault);
  const table = new Map<string, readonly RouterEntry[]>();
  for (const property of readProperties(text, onFault)) {
    const method = methodOf(property, onFault);
    const [offset = 0] = property.key.offsets;
    if (table.has(method)) {
      onFault({ offset, reason: `${method} has a line already`, mend: "Put all its tuples in one line" });
    }
    table.set(method, readChain(property, onFault));
  }
  if (faults.length === 0) return table;
  faults.sort((one, other) => one.offset - other.offset);
  throw new RouterConfigurationError(
    source,
    faults.map(({ offset, ...fault }) => ({ ...placeOf(text, offset), ...fault })),
  );
}

/** Methods are told apart by case (RFC 3261 §7.1), and all known ones are in capitals. */
function methodOf({ key: { text, offsets } }: PropertyEntry, onFault: OnFault): string {
  const [offset = 0] = offsets;
  if (!isToken(text)) {
    onFault({ offset, reason: `"${text}" is no method`, mend: "Begin the line with a method, such as INVITE:" });
  } else if (text !== text.toUpperCase()) {
    onFault({ offset, reason: `"${text}" is not in capitals`, mend: `Write ${text.toUpperCase()}` });
  }
  return text;
}

function readChain({ value }: PropertyEntry, onFault: OnFault): readonly RouterEntry[] {
  const chain: RouterEntry[] = [];
  for (const tuple of readTuples(value, onFault)) {
    const entry = readEntry(tuple, onFault);
    if (entry === undefined) continue;
    if (chain.some(({ position }) => position === entry.position)) {
      const { offset } = tuple.fields[5] ?? tuple;
      const reason = `position ${entry.position} is taken by another tuple of the line`;
      onFault({ offset, reason, mend: "Number the tuples of a line from 0" });
    }
    chain.push(entry);
  }
  return chain.toSorted((one, other) => one.position - other.position);
}
