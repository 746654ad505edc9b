import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseSync, Visitor, type ClassElement, type Class, type Program, type Statement } from "oxc-parser";

/** A class, an interface, or an object or type whose members are names. */
export interface Declared {
  readonly name: string;
  readonly file: string;
  readonly isAbstract: boolean;
  /** What it extends; `withMessage(SipServletRequest)` gives both names. */
  readonly bases: readonly string[];
  readonly members: readonly string[];
  /** Members with a body that cannot do its work yet, see `cannotWork`. */
  readonly stubs: readonly string[];
}

/** What the sources of a package declare, as far as names tell. */
export interface SourceModel {
  readonly declared: ReadonlyMap<string, Declared>;
  /** What is read, called or imported somewhere outside of the declarations of the API. */
  readonly used: ReadonlySet<string>;
}

/** Reads the sources below a folder; tests are left out. */
export function readSources(folder: string): SourceModel {
  const declared = new Map<string, Declared>();
  const used = new Set<string>();
  for (const file of sourceFiles(folder)) {
    const text = readFileSync(join(folder, file), "utf8");
    const { program } = parseSync(file, text);
    for (const each of declarationsOf(program, file, text)) declared.set(each.name, each);
    if (!/^(?:api|spi|scanner|metadata|decorators)\//.test(file)) noteUses(program, used);
  }
  return { declared, used };
}

/** The names an index file exports. */
export function exportedNames(indexFile: string): ReadonlySet<string> {
  const { program } = parseSync(indexFile, readFileSync(indexFile, "utf8"));
  const names = program.body.flatMap((statement) =>
    statement.type === "ExportNamedDeclaration" ? statement.specifiers.map(({ exported }) => nameOf(exported)) : [],
  );
  return new Set(names);
}

/** Names of the members of a type, its own and inherited. */
export function membersOf({ declared }: SourceModel, name: string): ReadonlySet<string> {
  if (name === "Error") return new Set(["name", "message", "cause"]);
  const own = declared.get(name);
  const inherited = own?.bases.flatMap((base) => [...membersOf({ declared, used: new Set() }, base)]) ?? [];
  return new Set([...(own?.members ?? []), ...inherited]);
}

/** The classes of the container that stand behind a type of the API; not those they only extend. */
export function implementersOf(model: SourceModel, name: string): readonly Declared[] {
  const derives = (each: Declared): boolean =>
    each.bases.some((base) => base === name || derives(model.declared.get(base) ?? nothing));
  return [...model.declared.values()].filter(
    (each) => !each.isAbstract && !each.file.startsWith("api/") && derives(each),
  );
}

/** Whether the nearest definition of a member, in the class itself or in what it extends, cannot do its work yet. */
export function isStub(model: SourceModel, { bases, members, stubs }: Declared, member: string): boolean {
  if (members.includes(member)) return stubs.includes(member);
  return bases.some((base) => isStub(model, model.declared.get(base) ?? nothing, member));
}

const nothing: Declared = { name: "", file: "", isAbstract: false, bases: [], members: [], stubs: [] };

function sourceFiles(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((file) => file.replaceAll("\\", "/"))
    .filter((file) => file.endsWith(".ts") && !/\.test(?:-d)?\.ts$/.test(file));
}

function declarationsOf(program: Program, file: string, text: string): readonly Declared[] {
  return program.body.flatMap((statement) => {
    const declaration = statement.type === "ExportNamedDeclaration" ? statement.declaration : statement;
    return declaration === null ? [] : declarationOf(declaration, file, text);
  });
}

function declarationOf(statement: Statement, file: string, text: string): readonly Declared[] {
  const fresh = { ...nothing, file };
  switch (statement.type) {
    case "ClassDeclaration":
      return [classOf(statement, statement.id?.name ?? "", file, text)];
    case "TSInterfaceDeclaration": {
      const bases = statement.extends.map(({ expression }) => text.slice(expression.start, expression.end));
      const members = statement.body.body.flatMap((each) => ("key" in each ? [nameOf(each.key)] : []));
      return [{ ...fresh, name: statement.id.name, bases, members }];
    }
    case "TSTypeAliasDeclaration":
      return [{ ...fresh, name: statement.id.name, members: literalsIn(text.slice(statement.start, statement.end)) }];
    case "FunctionDeclaration":
      return mixinOf(statement.body?.body ?? [], statement.id?.name ?? "", file, text);
    case "VariableDeclaration":
      return statement.declarations.map(({ id, init }) => ({
        ...fresh,
        name: nameOf(id),
        members: keysOf(init?.type === "TSAsExpression" ? init.expression : init),
      }));
    default:
      return [];
  }
}

/** A function that gives a class stands for that class. */
function mixinOf(body: readonly { type: string }[], name: string, file: string, text: string): readonly Declared[] {
  return (body as readonly Statement[]).flatMap((each) => {
    const inner = each.type === "ReturnStatement" ? each.argument : each;
    const isClass = inner?.type === "ClassDeclaration" || inner?.type === "ClassExpression";
    return isClass ? [classOf(inner, name, file, text)] : [];
  });
}

function classOf(node: Class, name: string, file: string, text: string): Declared {
  const elements = node.body.body.filter((each) => "key" in each && each.key.type !== "PrivateIdentifier");
  const keyed = elements.flatMap((each) =>
    "key" in each ? [{ name: nameOf(each.key), text: bodyOf(each, text) }] : [],
  );
  const superclass = node.superClass === null ? "" : text.slice(node.superClass.start, node.superClass.end);
  return {
    name,
    file,
    isAbstract: node.abstract === true,
    bases: superclass.match(/\w+/g) ?? [],
    members: keyed.map((each) => each.name),
    stubs: keyed.filter((each) => cannotWork(each.text)).map((each) => each.name),
  };
}

function bodyOf(element: ClassElement, text: string): string {
  if (element.type !== "MethodDefinition" || element.value.body === null) return "";
  return text.slice(element.value.body.start, element.value.body.end);
}

/** A body that throws UnsupportedOperationError, or that knows one answer only: nothing. */
function cannotWork(body: string): boolean {
  if (body.includes("new UnsupportedOperationError")) return true;
  return /^\{(?:\s*this\.#?require\w+\([^)]*\);)?\s*return (?:undefined|false|\[\]);\s*\}$/.test(body);
}

function noteUses(program: Program, used: Set<string>): void {
  new Visitor({
    MemberExpression: ({ property }) => void used.add(nameOf(property)),
    ImportSpecifier: ({ imported }) => void used.add(nameOf(imported)),
    Literal: ({ value }) => void (typeof value === "string" && used.add(value)),
  }).visit(program);
}

function keysOf(init: { type: string } | null | undefined): readonly string[] {
  const properties = init && "properties" in init ? (init.properties as readonly { key?: unknown }[]) : [];
  return properties.flatMap(({ key }) => (key === undefined ? [] : [nameOf(key)]));
}

function literalsIn(text: string): readonly string[] {
  return [...text.matchAll(/"([^"]+)"/g)].map(([, literal]) => literal ?? "");
}

function nameOf(node: unknown): string {
  const { name, value } = node as { readonly name?: string; readonly value?: unknown };
  return name ?? String(value);
}
