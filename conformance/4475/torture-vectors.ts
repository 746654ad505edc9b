import { readFileSync } from "node:fs";

/** What a torture message's manifest tells of one role. */
export interface ExpectedRole {
  readonly status?: number;
  readonly alternatives?: readonly number[];
  readonly action?: "discard" | "drop";
  readonly process?: boolean;
}

/** One message of a manifest. */
export interface TortureMessage {
  readonly file: string;
  readonly title: string;
  readonly section: string;
  readonly expect: {
    readonly parse: "accept" | "reject" | "accept-or-reject";
    readonly liberalAllowed?: boolean;
    readonly alternatives?: readonly number[];
    readonly overStream?: "close" | "wait-then-close";
    readonly uas?: ExpectedRole;
    readonly proxy?: ExpectedRole;
    readonly registrar?: ExpectedRole;
    readonly uac?: ExpectedRole;
  };
  readonly values?: Readonly<Record<string, unknown>>;
}

const vectors = new URL("../../packages/core/test/vectors/", import.meta.url);

/** The messages of a suite, as its manifest lists them. */
export function tortureMessages(folder: "rfc4475" | "rfc5118"): readonly TortureMessage[] {
  const manifest = readFileSync(new URL(`${folder}/manifest.json`, vectors), "utf8");
  return (JSON.parse(manifest) as { messages: TortureMessage[] }).messages;
}

/** The octets of a message. */
export function readTorture(folder: "rfc4475" | "rfc5118", file: string): Buffer {
  return readFileSync(new URL(`${folder}/${file}`, vectors));
}
