import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { SC } from "../../src/index.js";
import { jsrTypes, statusConstants } from "./jsr-names.js";
import { isNotYet, readMapping, type MappingSection } from "./mapping-table.js";
import { exportedNames, implementersOf, isStub, membersOf, readSources } from "./source-model.js";

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));
const sections = readMapping(readFileSync(path("../../../../docs/jsr-359.md"), "utf8"));
const sources = readSources(path("../../src"));
const exported = new Set([
  ...exportedNames(path("../../src/index.ts")),
  ...exportedNames(path("../../src/spi/index.ts")),
]);

/** What the application or a router implements and the container calls. */
const isCalledByContainer = (type: string) => /(?:Listener|Predicate|Router|RouterProvider)$/.test(type);

/** A message is a request or a response: no class of the container extends the common type itself. */
const carriers: Readonly<Record<string, readonly string[] | undefined>> = {
  SipServletMessage: ["SipServletRequest", "SipServletResponse"],
};

describe("docs/jsr-359.md", () => {
  it("names every type and member of JSR 289 and 359", () => {
    const rows = new Set(
      sections.flatMap(({ jsrType, rows: own }) => own.flatMap(({ jsr }) => jsr.map((name) => `${jsrType}.${name}`))),
    );
    const types = new Set(sections.flatMap(({ jsrType, rows: own }) => [jsrType, ...own.flatMap(({ jsr }) => jsr)]));
    const missing = [...jsrTypes].flatMap(([type, members]) => [
      ...(types.has(type) ? [] : [type]),
      ...members.filter((member) => !rows.has(`${type}.${member}`)).map((member) => `${type}.${member}`),
    ]);
    expect(missing).toEqual([]);
  });

  it("names nothing the JSR does not have", () => {
    const strange = sections.flatMap(({ jsrType, rows }) =>
      rows.flatMap(({ jsr, line }) =>
        jsr
          .filter((name) => !(jsrTypes.get(jsrType)?.includes(name) ?? jsrTypes.has(name)) && !name.startsWith("SC_"))
          .map((name) => `${line}: ${jsrType}.${name}`),
      ),
    );
    expect(strange).toEqual([]);
  });

  it("leads to types and values the package exports", () => {
    const unknown = sections
      .filter(({ type }) => type !== undefined && !exported.has(type))
      .map(({ line, type }) => `${line}: ${type}`);
    expect(unknown).toEqual([]);
  });

  it("leads to members that exist", () => {
    const unknown = sections.flatMap((section) =>
      section.rows.flatMap(({ here, line }) =>
        here.filter((name) => !exists(section, name)).map((name) => `${line}: ${section.type}.${name}`),
      ),
    );
    expect(unknown).toEqual([]);
  });

  it("has one of the statuses in every row, with the reason where it is not as the JSR has it", () => {
    const wrong = sections.flatMap(({ rows }) =>
      rows
        .filter(({ status }) => !/^(?:as JSR|proposal|(?:deviates|not offered): \S)/.test(status))
        .map(({ line, status }) => `${line}: ${status}`),
    );
    expect(wrong).toEqual([]);
  });

  it("offers something in every row, unless the status says why not", () => {
    const empty = sections.flatMap(({ rows }) =>
      rows.filter(
        ({ here, status }) => (here.length === 0) !== /^(?:not offered|deviates)/.test(status) && here.length === 0,
      ),
    );
    expect(empty).toEqual([]);
  });

  it("says `not yet` exactly where the container cannot do it yet", () => {
    const wrong = sections.flatMap((section) => [...missingMarks(section), ...outdatedMarks(section)]);
    expect(wrong).toEqual([]);
  });
});

describe("JSR 289 §5 constants of SipServletResponse", () => {
  it.each(Object.entries(statusConstants))("%i is SC.%s", (status, name) => {
    expect(SC).toHaveProperty(name, Number(status));
  });
});

function exists({ type }: MappingSection, name: string): boolean {
  const [owner = "", member] = name.replace(/^@/, "").split(".");
  if (member !== undefined) return exported.has(owner) && membersOf(sources, owner).has(member);
  return (type !== undefined && membersOf(sources, type).has(owner)) || exported.has(owner);
}

/** Whether the container can do what a member of a type is for. */
function works(type: string, member: string): boolean {
  if (!membersOf(sources, type).has(member)) return true;
  if (isCalledByContainer(type)) return sources.used.has(member) && (!/Router/.test(type) || sources.used.has(type));
  if (sources.declared.get(type)?.isAbstract !== true || type === "SipServletBase") return true;
  const implementers = (carriers[type] ?? [type]).flatMap((each) => implementersOf(sources, each));
  return implementers.some((each) => !isStub(sources, each, member));
}

/** Members that do not work, and no row says so. */
function missingMarks({ type, rows }: MappingSection): readonly string[] {
  if (type === undefined) return [];
  const dead = new Set(rows.flatMap(({ here }) => here).filter((member) => !works(type, member)));
  return [...dead]
    .filter((member) => !rows.some((row) => row.here.includes(member) && (isNotYet(row) || throwsForGood(row.status))))
    .map((member) => `${type}.${member} does not work: add "not yet"`);
}

/** Rows whose members work although they say they do not. */
function outdatedMarks({ type, rows }: MappingSection): readonly string[] {
  if (type === undefined) return [];
  return rows
    .filter((row) => (isNotYet(row) || throwsForGood(row.status)) && row.here.every((member) => works(type, member)))
    .map((row) => `${row.line}: ${type}.${row.here.join(", ")} works: take "${row.status}" out`);
}

/** It is part of the API and never available: the status names the error. */
function throwsForGood(status: string): boolean {
  return status.includes("`UnsupportedOperationError`");
}
