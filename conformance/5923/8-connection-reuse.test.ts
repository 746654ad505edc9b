import { createVia, type Connection, type TlsCredentials } from "@siplet/core";
import { optionsText } from "@siplet/testkit";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { available, needs } from "../../test/counterparts/available.js";
import { TlsLab, until, type TlsElement } from "../5922/tls-lab.js";

let lab: TlsLab;
let alice: TlsElement;
let bob: TlsElement;
let credentials: { readonly alice: TlsCredentials; readonly bob: TlsCredentials };

beforeAll(async () => {
  if (!available("openssl")) return;
  lab = await TlsLab.open();
  credentials = { alice: await lab.domain("alice.example.com"), bob: await lab.domain("bob.example.com") };
});
afterAll(() => lab?.stop());
beforeEach(async (context) => {
  needs(context, "openssl");
  alice = await lab.element({ credentials: credentials.alice, asksAlias: true });
  bob = await lab.element({ credentials: credentials.bob, clientCertificate: "request" });
});
afterEach(() => lab?.close());

/** Alice sends a request with this Via parameter; tells the connection that it came by at Bob's. */
async function request(from: TlsElement, parameter: string): Promise<Connection> {
  const connection = from.layer.connect("tls", { ...bob.transport.local, domain: "bob.example.com" });
  const via = `SIP/2.0/TLS 127.0.0.1:${alice.transport.local.port};branch=z9hG4bK1${parameter}`;
  connection.send(Buffer.from(optionsText({ via })));
  await until(() => bob.requests.length === 1);
  const arrived = bob.requests[0]?.connection;
  if (arrived === undefined) throw new RangeError("nothing came");
  return arrived;
}

const callBack = (domain: string): Connection => bob.layer.connect("tls", { ...alice.transport.local, domain });

describe("RFC 5923 §5 the client", () => {
  it("asks for reuse by alias in its Via, where it is told to", () => {
    const connection = alice.layer.connect("tls", { ...bob.transport.local, domain: "bob.example.com" });
    expect(createVia(connection, "z9hG4bK1")).toMatch(/;alias$/);
    expect(createVia(callBack("alice.example.com"), "z9hG4bK1")).not.toContain("alias");
  });

  it("hears the requests that come by its connection", async () => {
    await request(alice, ";alias");
    callBack("alice.example.com").send(Buffer.from(optionsText({ transport: "TLS" })));
    await until(() => alice.requests.length === 1);
    expect(alice.requests[0]?.connection.isOutgoing).toBe(true);
  });
});

describe("RFC 5923 §8 the server", () => {
  it("sends requests for the peer's listening port by the connection that the peer made", async () => {
    const arrived = await request(alice, ";alias");
    expect(callBack("Alice.example.com")).toBe(arrived);
  });

  it("makes a connection of its own where no alias was offered", async () => {
    const arrived = await request(alice, "");
    expect(callBack("alice.example.com")).not.toBe(arrived);
  });

  it("makes a connection of its own for a domain that the certificate does not name", async () => {
    const arrived = await request(alice, ";alias");
    expect(callBack("carol.example.com")).not.toBe(arrived);
  });

  it("believes no alias of a peer that showed no certificate", async () => {
    const bare = await lab.element({ credentials: { ca: lab.authority.certificate } });
    const arrived = await request(bare, ";alias");
    expect(callBack("alice.example.com")).not.toBe(arrived);
  });

  it("forgets the alias with the connection", async () => {
    const arrived = await request(alice, ";alias");
    arrived.close();
    await until(() => bob.ends.length === 1);
    expect(callBack("alice.example.com")).not.toBe(arrived);
  });
});
