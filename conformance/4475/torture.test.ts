/** Every message of RFC 4475 meets what its manifest expects of a parser. */
import { readFileSync } from "node:fs";
import {
  checkRequest,
  parseMessage,
  serializeMessage,
  type ParseFailure,
  type SipRequest,
  type SipResponse,
} from "@siplet/core";
import { describe, expect, it } from "vitest";

interface TortureMessage {
  readonly file: string;
  readonly title: string;
  readonly section: string;
  readonly expect: {
    readonly parse: "accept" | "reject" | "accept-or-reject";
    readonly liberalAllowed?: boolean;
    readonly uas?: { readonly status?: number; readonly alternatives?: readonly number[] };
    readonly uac?: { readonly action: string };
  };
}

const suites = [
  { rfc: "4475", folder: "rfc4475" },
  { rfc: "5118", folder: "rfc5118" },
] as const;

for (const { rfc, folder } of suites) {
  const root = new URL(`../../packages/core/test/vectors/${folder}/`, import.meta.url);
  const manifest = JSON.parse(readFileSync(new URL("manifest.json", root), "utf8")) as { messages: TortureMessage[] };
  const read = (file: string): Uint8Array => readFileSync(new URL(file, root));

  describe(`RFC ${rfc} torture messages`, () => {
    for (const message of manifest.messages) {
      const { parse } = message.expect;
      describe(`§${message.section} ${message.file} ${message.title}`, () => {
        if (parse === "accept") {
          it("is taken and leaves as it came", () => {
            const bytes = read(message.file);
            const parsed = accepted(parseMessage(bytes));
            const out = Buffer.from(serializeMessage(parsed));
            if (parsed.has("Content-Length")) expect(out.equals(Buffer.from(bytes.subarray(0, out.length)))).toBe(true);
          });
        } else if (parse === "reject") {
          it("is refused with the status that an element answers", () => {
            const parsed = parseMessage(read(message.file));
            if (parsed.kind !== "failure") {
              expect(message.expect.liberalAllowed).toBe(true);
              return;
            }
            expect(parsed.reason).not.toBe("");
            const { uas } = message.expect;
            if (uas?.status !== undefined)
              expect([uas.status, ...(uas.alternatives ?? [])]).toContain(parsed.statusCode);
          });
        } else {
          it("is refused, or taken and then refused by the check of the element", () => {
            const parsed = parseMessage(read(message.file));
            const status =
              parsed.kind === "failure"
                ? parsed.statusCode
                : parsed.kind === "request"
                  ? checkRequest(parsed)?.statusCode
                  : 0;
            expect(status).toBe(400);
          });
        }
      });
    }
  });
}

function accepted(parsed: SipRequest | SipResponse | ParseFailure): SipRequest | SipResponse {
  if (parsed.kind === "failure") throw new RangeError(`refused: ${parsed.reason} at ${parsed.offset}`);
  return parsed;
}
