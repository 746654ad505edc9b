import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parseUri, tryParseUri } from "../uri/parse-uri.js";
import type { Uri } from "../uri/uri.js";
import { headerDefinition, headerKey } from "./header-table.js";
import type { MediaType } from "./media-type.js";
import type { NameAddress } from "./name-address.js";
import { peekTag } from "./peek-tag.js";
import type { Via } from "./via.js";

interface AddressValues {
  readonly displayName?: string;
  readonly uri?: string;
  readonly userDecoded?: string;
  readonly tag?: string | null;
  readonly params?: Readonly<Record<string, string | null>>;
  readonly uriParams?: Readonly<Record<string, string | null>>;
  readonly uriParamsDecoded?: Readonly<Record<string, string | null>>;
  readonly uriHost?: string;
  readonly uriPort?: number;
  readonly displayNameLength?: number;
}

interface ViaValues {
  readonly transport?: string;
  readonly host?: string;
  readonly port?: number;
  readonly branch?: string;
  readonly branchLength?: number;
  readonly received?: string;
  readonly rport?: null;
}

interface Values {
  readonly requestUri?: string;
  readonly requestUriParams?: Readonly<Record<string, string | null>>;
  readonly requestUriUser?: string;
  readonly requestUriUserDecoded?: string;
  readonly requestUriPassword?: string;
  readonly requestUriHost?: string;
  readonly requestUriPort?: number | null;
  readonly from?: AddressValues;
  readonly to?: AddressValues;
  readonly contact?: readonly AddressValues[];
  readonly route?: readonly AddressValues[];
  readonly recordRoute?: readonly AddressValues[];
  readonly via?: readonly ViaValues[];
  readonly viaCount?: number;
  readonly viaFirst?: ViaValues;
  readonly viaLast?: ViaValues;
  readonly cseq?: { readonly number: number; readonly method: string };
  readonly callId?: string;
  readonly maxForwards?: number;
  readonly contentLength?: number;
  readonly contentType?: string;
  readonly subject?: string;
  readonly accept?: readonly string[];
  readonly require?: readonly string[];
  readonly proxyRequire?: readonly string[];
  readonly authorization?: { readonly scheme: string };
  readonly date?: string;
  readonly userAgent?: string;
  readonly badHeaders?: readonly string[];
}

interface Message {
  readonly file: string;
  readonly title: string;
  readonly kind: string;
  readonly values?: Values;
}

type Fields = ReadonlyMap<string, readonly string[]>;

const vectors = new URL("../../test/vectors/", import.meta.url);

function messagesOf(suite: string): Message[] {
  const manifest = JSON.parse(readFileSync(new URL(`${suite}/manifest.json`, vectors), "utf8")) as {
    messages: Message[];
  };
  return manifest.messages;
}

/** Start line and field values of a message file; folding stays in. */
function readMessage(suite: string, file: string): { startLine: string; fields: Fields } {
  const text = readFileSync(new URL(`${suite}/${file}`, vectors)).toString("utf8");
  const [startLine = "", ...lines] = (text.split("\r\n\r\n")[0] ?? "").split(/\r\n(?![ \t])/u);
  const fields = new Map<string, string[]>();
  for (const line of lines) {
    const colon = line.indexOf(":");
    const key = headerKey(line.slice(0, colon).trim());
    fields.set(key, [...(fields.get(key) ?? []), line.slice(colon + 1)]);
  }
  return { startLine, fields };
}

function valuesOf<T>(fields: Fields, key: string): T[] {
  return (fields.get(key) ?? []).flatMap((text) => headerDefinition(key)?.parse(text) as T | T[]);
}

/** Only what the manifest names, as the reader tells it. */
function pick(found: Readonly<Record<string, unknown>>, asked: object): Record<string, unknown> {
  return Object.fromEntries(Object.keys(asked).map((key) => [key, found[key]]));
}

/** URI as it came: the manifest writes it without the spelling of its scheme. */
function sipParts(uri: Uri): Record<string, unknown> {
  if (uri.kind !== "sip") return {};
  const parameters = uri.parameters.toJSON();
  return {
    uriHost: uri.host,
    uriPort: uri.port,
    userDecoded: uri.decodedUser,
    uriParams: parameters,
    uriParamsDecoded: parameters,
    uriHeaders: Object.fromEntries(Array.from(uri.headers, ({ name, value }) => [name, value])),
  };
}

function addressOf(address: NameAddress): Record<string, unknown> {
  const params: Record<string, string | null> = {};
  for (const name of address.parameters.names()) {
    if (name !== "tag") params[name] = address.parameters.getRaw(name) ?? null;
  }
  return {
    displayName: address.displayName,
    displayNameLength: address.displayName?.length,
    tag: address.tag ?? null,
    uri: String(address.uri),
    params,
    ...sipParts(address.uri),
  };
}

function viaOf(via: Via): Record<string, unknown> {
  const { transport, host, port, branch, received } = via;
  return {
    transport,
    host,
    port,
    branch,
    received,
    branchLength: branch?.length,
    rport: via.rport === true ? null : via.rport,
  };
}

/** Takes away what only describes the raw text. */
function without(asked: object, ...keys: string[]): object {
  return Object.fromEntries(Object.entries(asked).filter(([key]) => !keys.includes(key)));
}

function checkAddresses(fields: Fields, key: string, asked: readonly AddressValues[]): void {
  const found = valuesOf<NameAddress>(fields, key).map(addressOf);
  const expected = asked.map((values) => without(values, "displayNameRaw"));
  expect(found.map((address, at) => pick(address, expected[at] ?? {}))).toEqual(expected);
}

function checkRequestUri(startLine: string, values: Values): void {
  if (values.requestUri === undefined) return;
  const text = startLine.slice(startLine.indexOf(" ") + 1, startLine.lastIndexOf(" "));
  const uri = parseUri(text);
  expect(String(uri)).toBe(values.requestUri);
  if (uri.kind !== "sip") return;
  const found = {
    requestUriParams: uri.parameters.toJSON(),
    requestUriUser: uri.user,
    requestUriUserDecoded: uri.decodedUser,
    requestUriPassword: uri.password,
    requestUriHost: uri.host,
    requestUriPort: uri.port ?? null,
  };
  const asked = pick(
    { ...values },
    Object.fromEntries(
      Object.keys(found)
        .filter((key) => key in values)
        .map((key) => [key, 0]),
    ),
  );
  expect(pick(found, asked)).toEqual(asked);
}

function checkVias(fields: Fields, values: Values): void {
  const vias = valuesOf<Via>(fields, "via").map(viaOf);
  if (values.viaCount !== undefined) expect(vias).toHaveLength(values.viaCount);
  const asked = values.via ?? [values.viaFirst, values.viaLast].filter((via) => via !== undefined);
  const found = values.via === undefined ? [vias[0], vias.at(-1)] : vias;
  for (const [at, via] of asked.entries()) {
    const expected = without(via, "receivedRaw");
    expect(pick(found[at] ?? {}, expected)).toEqual(expected);
  }
  if (values.via !== undefined) expect(vias).toHaveLength(values.via.length);
}

function checkScalars(fields: Fields, values: Values): void {
  const found: Readonly<Record<string, unknown>> = {
    callId: valuesOf<string>(fields, "call-id")[0],
    maxForwards: valuesOf<number>(fields, "max-forwards")[0],
    contentLength: valuesOf<number>(fields, "content-length")[0],
    subject: valuesOf<string>(fields, "subject")[0],
    accept: valuesOf<MediaType>(fields, "accept").map(String),
    require: valuesOf<string>(fields, "require"),
    proxyRequire: valuesOf<string>(fields, "proxy-require"),
    userAgent: valuesOf<string>(fields, "user-agent")[0],
    date: valuesOf<Date>(fields, "date")[0]?.toUTCString(),
  };
  const asked = Object.fromEntries(Object.entries(values).filter(([key]) => key in found));
  expect(pick(found, asked)).toEqual(asked);
}

function checkMessage(suite: string, message: Message, values: Values): void {
  const { startLine, fields } = readMessage(suite, message.file);
  checkRequestUri(startLine, values);
  if (values.from !== undefined) checkAddresses(fields, "from", [without(values.from, "displayNameRaw")]);
  if (values.to !== undefined) checkAddresses(fields, "to", [values.to]);
  for (const [key, asked] of [
    ["contact", values.contact],
    ["route", values.route],
    ["record-route", values.recordRoute],
  ] as const) {
    if (asked !== undefined) checkAddresses(fields, key, asked);
  }
  checkVias(fields, values);
  checkScalars(fields, values);
  for (const cseq of values.cseq === undefined
    ? []
    : valuesOf<{ sequenceNumber: number; method: string }>(fields, "cseq")) {
    expect({ number: cseq.sequenceNumber, method: cseq.method }).toEqual(values.cseq);
  }
  for (const key of ["from", "to"] as const) {
    const [tag] = valuesOf<NameAddress>(fields, key).map((address) => address.tag);
    expect(peekTag(fields.get(key)?.[0] ?? "")).toBe(tag);
  }
  if (values.contentType !== undefined) {
    const [type] = valuesOf<MediaType>(fields, "content-type");
    expect(values.contentType.startsWith(type?.essence ?? "-")).toBe(true);
  }
  if (values.authorization !== undefined) {
    expect(valuesOf<{ scheme: string }>(fields, "authorization")[0]?.scheme).toBe(values.authorization.scheme);
  }
}

for (const suite of ["rfc4475", "rfc5118"]) {
  describe(`${suite.toUpperCase()} torture messages, header by header`, () => {
    for (const message of messagesOf(suite)) {
      const { file, kind, title, values } = message;
      if (kind === "invalid" || values === undefined || file === "multi01.dat" || file === "mcl01.dat") continue;
      it(`${file}: ${title}`, () => checkMessage(suite, message, values));
    }
  });
}

describe("RFC 4475 §3.1.2 values that are refused", () => {
  it.each([
    ["badinv01.dat", "via"],
    ["badinv01.dat", "contact"],
    ["ncl.dat", "content-length"],
    ["scalar02.dat", "cseq"],
    ["scalarlg.dat", "cseq"],
    ["scalarlg.dat", "retry-after"],
    ["scalarlg.dat", "warning"],
    ["quotbal.dat", "to"],
    ["baddate.dat", "date"],
    ["regbadct.dat", "contact"],
    ["badaspec.dat", "to"],
    ["baddn.dat", "from"],
  ])("%s: %s", (file, key) => {
    const { fields } = readMessage("rfc4475", file);
    const [text = ""] = fields.get(key) ?? [];
    expect(() => headerDefinition(key)?.parse(text)).toThrow("Malformed header field");
  });

  it.each(["ltgtruri.dat", "lwsruri.dat", "lwsstart.dat"])("%s: the Request-URI", (file) => {
    const { startLine } = readMessage("rfc4475", file);
    expect(tryParseUri(startLine.slice(startLine.indexOf(" ") + 1, startLine.lastIndexOf(" ")))).toBeUndefined();
  });

  it("ipv6-bad.dat: the Request-URI (RFC 5118 §4.2)", () => {
    expect(readMessage("rfc5118", "ipv6-bad.dat").startLine).toContain("sip:2001:db8::10 ");
    expect(tryParseUri("sip:2001:db8::10")).toBeUndefined();
  });

  it("scalar02.dat: the large expiry values count as 3600", () => {
    const { fields } = readMessage("rfc4475", "scalar02.dat");
    expect(valuesOf<{ expires: number }>(fields, "contact")[0]?.expires).toBe(3600);
    expect(valuesOf<number>(fields, "expires")[0]).toBe(3600);
  });

  it("ipv6-bug-abnf-3-colons.dat: is the address with two colons (RFC 5118 §4.10)", () => {
    expect(parseUri("sip:user@[2001:db8:::192.0.2.1]").equals(parseUri("sip:user@[2001:db8::192.0.2.1]"))).toBe(true);
  });
});
