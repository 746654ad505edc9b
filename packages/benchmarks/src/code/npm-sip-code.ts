import { loadNpmSip, type NpmSipMessage } from "../servers/peers/npm-sip.js";
import type { CodePeer } from "./code-peer.js";
import { sampleInvite } from "./sample-messages.js";

const sip = loadNpmSip();
const names = [
  "from",
  "to",
  "call-id",
  "cseq",
  "contact",
  "max-forwards",
  "user-agent",
  "content-type",
  "content-length",
];

function respond(request: NpmSipMessage): number {
  const response = sip.makeResponse(request, 200, "OK");
  response.headers.to.params["tag"] = "a6c85cf";
  response.headers.contact = [{ uri: "sip:bob@192.0.2.4" }];
  return sip.stringify(response).length;
}

function readTen({ headers }: NpmSipMessage): number {
  let read = headers.via.length;
  for (const name of names) read += headers[name] === undefined ? 0 : 1;
  return read;
}

const sample = sip.parse(sampleInvite);

/** npm `sip`: it decodes the ten headers while it parses. */
export const npmSipCode: CodePeer = {
  name: "npm sip",
  answer: () => {
    const request = sip.parse(sampleInvite);
    return readTen(request) + respond(request);
  },
  serialize: () => respond(sample),
  uri: (text) => (sip.parseUri(text) as { readonly host: string }).host.length,
};
