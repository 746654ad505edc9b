import { createRequire } from "node:module";
import type { CodePeer } from "./code-peer.js";
import { sampleInvite } from "./sample-messages.js";

const require = createRequire(import.meta.url);
const names = ["From", "To", "Call-ID", "CSeq", "Contact", "Max-Forwards", "User-Agent", "Content-Type"];
const silent = { warn() {}, error() {}, log() {}, debug() {} };

/** The parts of SIP.js that are used here; its types ask for a browser's. */
interface SipJs {
  readonly Parser: { parseMessage(data: string, logger: object): SipJsRequest };
  readonly Grammar: { URIParse(text: string): { readonly host: string } | undefined };
  constructOutgoingResponse(request: SipJsRequest, options: object): { readonly message: string };
}

interface SipJsRequest {
  readonly via: object;
  parseHeader(name: string): unknown;
  getHeader(name: string): string | undefined;
}

/** SIP.js, the browser's stack. */
export async function sipJsCode(): Promise<CodePeer> {
  const core = (await import("sip.js/lib/core/index.js")) as SipJs & { readonly Grammar?: unknown };
  const { Parser } = (await import("sip.js/lib/core/messages/parser.js")) as Pick<SipJs, "Parser">;
  const { Grammar } = (await import("sip.js/lib/grammar/index.js")) as Pick<SipJs, "Grammar">;
  const respond = (request: SipJsRequest): number =>
    core.constructOutgoingResponse(request, {
      statusCode: 200,
      toTag: "a6c85cf",
      extraHeaders: ["Contact: <sip:bob@192.0.2.4>"],
    }).message.length;
  const sample = Parser.parseMessage(sampleInvite, silent);
  return {
    name: "SIP.js",
    answer: () => {
      const request = Parser.parseMessage(sampleInvite, silent);
      let read = 0;
      for (const name of ["Contact"]) read += request.parseHeader(name) === undefined ? 0 : 1;
      for (const name of names) read += request.getHeader(name)?.length ?? 0;
      return read + respond(request);
    },
    serialize: () => respond(sample),
    uri: (text) => Grammar.URIParse(text)?.host.length ?? 0,
  };
}

interface JsSipRequest {
  parseHeader(name: string): unknown;
  getHeader(name: string): string | undefined;
  reply(code: number, reason: string, extraHeaders: readonly string[]): void;
  server_transaction: object;
}

/** JsSIP, the browser's other stack. */
export function jsSipCode(): CodePeer {
  const parser = require("jssip/lib/Parser") as { parseMessage(data: string, agent: object): JsSipRequest };
  const uris = require("jssip/lib/URI") as { parse(text: string): { readonly host: string } | undefined };
  let length = 0;
  const transaction = { receiveResponse: (_code: number, text: string) => void (length = text.length) };
  const respond = (request: JsSipRequest): number => {
    request.server_transaction = transaction;
    request.reply(200, "OK", ["Contact: <sip:bob@192.0.2.4>"]);
    return length;
  };
  const agent = { configuration: {}, contact: { pub_gruu: null, temp_gruu: null } };
  const sample = parser.parseMessage(sampleInvite, agent);
  return {
    name: "JsSIP",
    answer: () => {
      const request = parser.parseMessage(sampleInvite, agent);
      let read = request.parseHeader("Contact") === undefined ? 0 : 1;
      for (const name of names) read += request.getHeader(name)?.length ?? 0;
      return read + respond(request);
    },
    serialize: () => respond(sample),
    uri: (text) => uris.parse(text)?.host.length ?? 0,
  };
}

interface DrachtioMessage {
  readonly headers: Record<string, unknown>;
  get(name: string): string | undefined;
  getParsedHeader(name: string): unknown;
  set(name: string, value: unknown): void;
  toString(): string;
}

/** drachtio-sip, the messages of drachtio; it makes no responses, so the 200 is put together from what it read. */
export function drachtioCode(): CodePeer {
  const { SipMessage, parser } = require("drachtio-sip") as {
    readonly SipMessage: new (text?: string) => DrachtioMessage;
    readonly parser: { parseUri(text: string): { readonly host: string } | undefined };
  };
  const copied = ["Via", "From", "To", "Call-ID", "CSeq"];
  return {
    name: "drachtio-sip",
    answer: () => {
      const request = new SipMessage(sampleInvite);
      let read = 0;
      for (const name of ["From", "To", "Contact", "Via"]) read += request.getParsedHeader(name) === undefined ? 0 : 1;
      for (const name of names) read += request.get(name)?.length ?? 0;
      const head = copied.map((name) => `${name}: ${String(request.get(name))}`).join("\r\n");
      const response = `SIP/2.0 200 OK\r\n${head};tag=a6c85cf\r\nContact: <sip:bob@192.0.2.4>\r\nContent-Length: 0\r\n\r\n`;
      return read + response.length;
    },
    uri: (text) => parser.parseUri(text)?.host.length ?? 0,
  };
}
