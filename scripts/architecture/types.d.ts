import type { Comment, Program } from "oxc-parser";

/** What `scripts/floors.json` says. */
export interface FloorPlan {
  /** What our package names begin with: `@siplet/`. */
  readonly scope: string;
  readonly packages: Readonly<Record<string, PackagePlan>>;
  /** Packages that only tests may import. */
  readonly testsOnly: readonly string[];
  readonly owners: readonly Owner[];
}

/** What one package may import, and its floors from the ground up. */
export interface PackagePlan {
  readonly imports: readonly string[];
  readonly floors?: readonly (readonly string[])[];
}

/** Foreign modules, or members of a global, that belong to some folders alone. */
export interface Owner {
  /** Packages or scopes; their subpaths are meant as well. */
  readonly modules?: readonly string[];
  readonly global?: string;
  readonly members?: readonly string[];
  /** `package/folder` */
  readonly folders: readonly string[];
  readonly mend: string;
}

/** One `import` or `export … from` of a module. */
export interface ImportEdge {
  readonly specifier: string;
  readonly line: number;
  /** Whether it vanishes when compiled. It still counts for cycles and floors. */
  readonly typesOnly: boolean;
}

/** Where a module stands. */
export interface Home {
  readonly kind: "package" | "example" | "suite";
  /** `core` of `packages/core/src/uri/sip-uri.ts`; `conformance` of a suite. */
  readonly name: string;
  /** `uri` of the same file; empty directly in `src` and outside of it. */
  readonly folder: string;
}

/** A parsed source file. Paths are relative to the root, with forward slashes. */
export interface Module {
  readonly path: string;
  readonly directory: string;
  readonly home: Home;
  readonly isTest: boolean;
  readonly source: string;
  readonly imports: readonly ImportEdge[];
  readonly comments: readonly Comment[];
  readonly program: Program;
  /** The line an offset of the source stands on, from 1. */
  readonly lineOf: (offset: number) => number;
}

/** Everything the rules look at. */
export interface World {
  readonly plan: FloorPlan;
  readonly modules: ReadonlyMap<string, Module>;
  /** The package.json of `packages/core`, `examples/quick-start`, …, by that folder. */
  readonly manifests: ReadonlyMap<string, Manifest>;
  /** The module a relative import leads to, or `undefined` when it leads nowhere we know. */
  resolve(from: Module, specifier: string): Module | undefined;
}

/** What we read of a package.json. */
export interface Manifest {
  readonly name?: string;
  readonly private?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/** One breach of a rule. */
export interface Finding {
  readonly file: string;
  readonly line: number;
  readonly rule: string;
  readonly what: string;
  readonly mend: string;
}
