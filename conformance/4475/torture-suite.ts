import {
  checkBody,
  checkRequest,
  parseMessage,
  RequestBuilder,
  ResponseBuilder,
  serializeMessage,
  StreamFramer,
  type ParseFailure,
  type SipRequest,
  type SipResponse,
} from "@siplet/core";
import { describe, expect, it } from "vitest";
import { knowsValue, valuesOf } from "./torture-values.js";
import { readTorture, tortureMessages, type ExpectedRole, type TortureMessage } from "./torture-vectors.js";

const via = "SIP/2.0/UDP proxy.example.net:5060;branch=z9hG4bKtorture";

/** Statuses that the message alone decides; the others need what an element knows: users, dialogs, realms. */
const decidedByMessage = new Set([400, 415, 416, 501, 505]);

/** Every message of a suite against its manifest. */
export function describeTorture(rfc: string, folder: "rfc4475" | "rfc5118"): void {
  describe(`RFC ${rfc} torture messages`, () => {
    for (const message of tortureMessages(folder)) {
      describe(`§${message.section} ${message.file} ${message.title}`, () => {
        const bytes = readTorture(folder, message.file);
        if (message.expect.parse === "accept") describeAccepted(message, bytes);
        else describeRefused(message, bytes);
        describeRoles(message, bytes);
        if (message.expect.overStream !== undefined) describeStream(message, bytes);
      });
    }
  });
}

function describeAccepted({ values = {} }: TortureMessage, bytes: Buffer): void {
  it("has the values of the manifest", () => {
    const unknown = Object.keys(values).filter((name) => !knowsValue(name));
    expect(unknown).toEqual([]);
    expect(valuesOf(accepted(parseMessage(bytes)), values)).toEqual(values);
  });

  it("leaves as it came, octet for octet, also by way of a builder", () => {
    const message = accepted(parseMessage(bytes));
    const came = asWritten(message, bytes);
    expect(textOf(serializeMessage(message))).toBe(came);
    expect(textOf(serializeMessage(rebuilt(message)))).toBe(came);
  });

  it("keeps every other line when a proxy puts its Via in front", () => {
    const message = accepted(parseMessage(bytes));
    const came = asWritten(message, bytes);
    const startEnd = came.indexOf("\r\n") + 2;
    const forwarded = builderOf(message).addFirst("Via", via).build();
    expect(textOf(serializeMessage(forwarded))).toBe(
      `${came.slice(0, startEnd)}Via: ${via}\r\n${came.slice(startEnd)}`,
    );
  });

  it("means the same in compact and in long form", () => {
    const message = accepted(parseMessage(bytes));
    for (const form of ["compact", "long"] as const) {
      const again = accepted(parseMessage(serializeMessage(message, { form })));
      expect(again.fields.map(({ key, text }) => [key, text]).slice(0, message.fields.length)).toEqual(
        message.fields.map(({ key, text }) => [key, text]),
      );
    }
  });
}

function describeRefused({ expect: { liberalAllowed, parse } }: TortureMessage, bytes: Buffer): void {
  it("is refused, or taken where a liberal element may", () => {
    const parsed = parseMessage(bytes);
    if (parsed.kind !== "failure") {
      expect(liberalAllowed === true || parse === "accept-or-reject").toBe(true);
      return;
    }
    expect(parsed.reason).not.toBe("");
    expect(parsed.offset).toBeGreaterThanOrEqual(0);
    expect(parsed.offset).toBeLessThanOrEqual(bytes.length);
  });
}

function describeRoles({ expect: expected }: TortureMessage, bytes: Buffer): void {
  for (const name of ["uas", "proxy", "registrar"] as const) {
    const role = expected[name];
    if (role?.status === undefined || !decidedByMessage.has(role.status) || "orForward" in role) continue;
    it(`is answered ${role.status} by a ${name}`, () => {
      const status = statusOf(parseMessage(bytes));
      if (status === undefined && isLeftToElement(expected, role, name)) return;
      expect([role.status, ...(role.alternatives ?? []), ...(expected.alternatives ?? [])]).toContain(status);
    });
  }
  if (expected.uac?.action === "discard") {
    it("is a response that is dropped: it cannot be read, or has a second Via", () => {
      const parsed = parseMessage(bytes);
      expect(parsed.kind === "failure" || parsed.get("Via").length > 1).toBe(true);
    });
  }
}

/** What is allowed to be taken liberally may be taken; methods, and To at a registrar, are judged by the element. */
function isLeftToElement({ liberalAllowed }: TortureMessage["expect"], role: ExpectedRole, name: string): boolean {
  return liberalAllowed === true || role.status === 501 || "orProcessAs2543" in role || name === "registrar";
}

/** What an element answers by the message alone. */
function statusOf(parsed: SipRequest | SipResponse | ParseFailure): number | undefined {
  if (parsed.kind === "failure") return parsed.statusCode;
  if (parsed.kind === "response") return undefined;
  return (checkRequest(parsed) ?? checkBody(parsed, { types: ["application/sdp", "text/plain"] }))?.statusCode;
}

function describeStream({ expect: { overStream } }: TortureMessage, bytes: Buffer): void {
  it(`ends the connection ${overStream === "close" ? "at once" : "when the rest does not come"}`, () => {
    let faults = 0;
    const framer = new StreamFramer({
      onFrame: () => {},
      onPing: () => {},
      onPong: () => false,
      onFault: ({ statusCode }) => {
        expect(statusCode).toBe(400);
        faults++;
      },
    });
    framer.push(bytes);
    expect(faults).toBe(overStream === "close" ? 1 : 0);
    framer.giveUp();
    expect(faults).toBe(1);
  });
}

/** The octets of the message itself: without what stands behind it, with the Content-Length that we always write. */
function asWritten(message: SipRequest | SipResponse, bytes: Buffer): string {
  const head = bytes.indexOf("\r\n\r\n") + 2;
  const length = message.has("Content-Length") ? "" : `Content-Length: ${message.body.length}\r\n`;
  const body = bytes.subarray(head + 2, head + 2 + message.body.length).toString("latin1");
  return `${bytes.subarray(0, head).toString("latin1")}${length}\r\n${body}`;
}

function builderOf(message: SipRequest | SipResponse): RequestBuilder | ResponseBuilder {
  return message.kind === "request" ? RequestBuilder.from(message) : ResponseBuilder.from(message);
}

function rebuilt(message: SipRequest | SipResponse): SipRequest | SipResponse {
  return builderOf(message).build();
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("latin1");
}

function accepted(parsed: SipRequest | SipResponse | ParseFailure): SipRequest | SipResponse {
  if (parsed.kind === "failure") throw new RangeError(`refused: ${parsed.reason} at ${parsed.offset}`);
  return parsed;
}
