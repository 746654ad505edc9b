import { describe, expect, it } from "vitest";
import { ProxyLab, type ProxyLabOptions } from "./proxy-lab.js";
import type { RequestTextOptions, WireMessage } from "@siplet/testkit";

/** What bob gets of a request, which goes to his one contact. */
async function forwarded(request: RequestTextOptions, options?: ProxyLabOptions): Promise<WireMessage> {
  const lab = await ProxyLab.open(options);
  const bob = lab.callee("bob");
  lab.alice.sendRequest(request);
  lab.settle();
  return bob.last(request.method);
}

describe("RFC 3261 §16.5 targets", () => {
  it("sends for a foreign domain to its very Request-URI, unchanged", async () => {
    const lab = await ProxyLab.open();
    const carol = lab.userAgent("carol");
    const uri = "SIP:%63arol@192.0.2.2;method=INVITE;Param=Value";
    lab.alice.sendRequest({ method: "MESSAGE", uri });
    lab.settle();
    expect(carol.last("MESSAGE").requestUri).toBe(uri);
  });

  it("answers 404 for nobody, 480 for somebody who is not there", async () => {
    for (const [contacts, status] of [
      [undefined, 404],
      [[], 480],
    ] as const) {
      const lab = await ProxyLab.open({ lookUp: () => contacts });
      lab.alice.sendRequest({ method: "MESSAGE" });
      lab.settle();
      expect(lab.answers).toEqual([`${status} MESSAGE`]);
    }
  });

  it("tries each URI once", async () => {
    const lab = await ProxyLab.open();
    const bob = lab.callee("bob");
    lab.register(bob.uri);
    lab.alice.sendRequest({ method: "MESSAGE" });
    lab.settle();
    expect(bob.messages("MESSAGE")).toHaveLength(1);
  });

  it("does not send to itself what nobody else serves", async () => {
    const lab = await ProxyLab.open({ lookUp: undefined });
    lab.alice.sendRequest({ method: "MESSAGE", uri: "sip:bob@192.0.2.10" });
    lab.settle();
    expect(lab.answers).toEqual(["404 MESSAGE"]);
  });

  it("answers an OPTIONS for itself", async () => {
    const lab = await ProxyLab.open();
    lab.alice.sendRequest({ method: "OPTIONS", uri: "sip:192.0.2.10" });
    lab.settle();
    expect(lab.answers).toEqual(["200 OPTIONS"]);
  });

  it("does not fork a request of a dialog", async () => {
    const lab = await ProxyLab.open();
    const [one, other] = [lab.callee("bob"), lab.callee("other")];
    lab.alice.sendRequest({ method: "BYE", uri: one.uri, toTag: "bob-tag" });
    lab.settle();
    expect([one.received.length, other.received.length]).toEqual([1, 0]);
  });
});

describe("RFC 3261 §16.6 what is sent on", () => {
  it("has all fields in their order, those that were not touched byte for byte", async () => {
    const lab = await ProxyLab.open();
    const bob = lab.callee("bob");
    const lines = [
      "INVITE sip:bob@example.com SIP/2.0",
      "v :  SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK-1",
      'f:"Al\\"ice"<sip:alice@example.org> ;  tag=alice-tag',
      "X-FUTURE:",
      "t: <sip:bob@example.com>",
      "i: 0@here",
      "cSEQ: 0007   INVITE",
      "m:<sip:alice@192.0.2.1>",
      "subject: one\r\n  two\tthree",
      "max-forwards: 8",
      "X-Utf: \u00e4\u20ac",
      "L: 3",
    ];
    lab.alice.send(`${lines.join("\r\n")}\r\n\r\na\u00e4`);
    lab.settle();
    const [start, own, ...rest] = Buffer.from(bob.last("INVITE").text, "latin1").toString("utf8").split("\r\n");
    expect(start).toBe(`INVITE ${bob.uri} SIP/2.0`);
    expect(own).toMatch(/^Via: SIP\/2\.0\/UDP 192\.0\.2\.10:5060;rport;branch=z9hG4bK/);
    const expected = [...lines.slice(1), "Max-Breadth: 60", "", "a\u00e4"].join("\r\n");
    expect(rest.join("\r\n")).toBe(expected.replace("max-forwards: 8", "Max-Forwards: 7"));
  });

  it("leaves Call-ID, CSeq and tags alone", async () => {
    const sent = await forwarded({ method: "SUBSCRIBE", callId: "a%b?-{x}@<y>", sequenceNumber: 2_147_483_647 });
    expect([sent.callId, sent.sequenceNumber, sent.fromTag]).toEqual(["a%b?-{x}@<y>", 2_147_483_647, "alice-tag"]);
  });

  it("drops from a target what cannot stand in a Request-URI", async () => {
    const lab = await ProxyLab.open();
    const bob = lab.userAgent("bob");
    lab.register(`${bob.uri};method=INVITE?Subject=x`);
    lab.alice.sendRequest({ method: "MESSAGE" });
    lab.settle();
    expect(bob.last("MESSAGE").requestUri).toBe(bob.uri);
  });

  it("has a branch of its own for each request", async () => {
    const lab = await ProxyLab.open();
    const bob = lab.callee("bob");
    for (const sequenceNumber of [1, 2]) lab.alice.sendRequest({ method: "MESSAGE", sequenceNumber });
    lab.settle();
    const branches = bob.messages("MESSAGE").map(({ branch }) => branch);
    expect(new Set(branches).size).toBe(2);
  });

  it("goes by TCP where the target says so, with a length that was not there", async () => {
    const lab = await ProxyLab.open();
    const bob = lab.userAgent("bob", "tcp");
    lab.register(bob.uri);
    lab.alice.sendRequest({ method: "MESSAGE", headers: { "Content-Length": undefined } });
    lab.settle();
    expect(bob.last("MESSAGE").topVia).toContain("SIP/2.0/TCP 192.0.2.10");
    expect(bob.last("MESSAGE").header("Content-Length")).toBe("0");
  });

  it("goes by the Path of a registration", async () => {
    const lab = await ProxyLab.open();
    const [edge, bob] = [lab.userAgent("edge"), lab.userAgent("bob")];
    const path = [`<${edge.uri};lr>`, "<sip:inner.example.com;lr>"];
    lab.register(bob.uri, { path });
    lab.alice.sendRequest({ method: "MESSAGE" });
    lab.settle();
    expect([edge.last("MESSAGE").requestUri, edge.last("MESSAGE").values("Route")]).toEqual([bob.uri, path]);
  });
});

describe("RFC 3261 §16.6 step 4: Record-Route (checklist 51)", () => {
  const proxy = { recordRoute: true };

  it.each(["INVITE", "SUBSCRIBE", "REFER", "NOTIFY", "X-FUTURE"])("stands in %s", async (method) => {
    const sent = await forwarded({ method, headers: { "Record-Route": "<sip:p0.example.org;lr>" } }, { proxy });
    expect(sent.values("Record-Route")).toEqual(["<sip:192.0.2.10:5060;lr>", "<sip:p0.example.org;lr>"]);
  });

  it.each(["REGISTER", "MESSAGE", "OPTIONS", "PUBLISH"])("does not stand in %s", async (method) => {
    expect((await forwarded({ method }, { proxy })).headers("Record-Route")).toEqual([]);
  });

  it("does not stand there when it was not asked for", async () => {
    expect((await forwarded({ method: "INVITE" })).headers("Record-Route")).toEqual([]);
  });

  it("tells what the element wants to know again", async () => {
    const recordRoute = { user: "key", parameters: { sid: "a;b", x: true } } as const;
    const sent = await forwarded({ method: "INVITE" }, { proxy: { recordRoute } });
    expect(sent.header("Record-Route")).toBe("<sip:key@192.0.2.10:5060;sid=a%3Bb;x;lr>");
  });

  it("is demanded where a sips request came without TLS", async () => {
    const lab = await ProxyLab.open({ listen: [{ protocol: "tls", address: "192.0.2.10", port: 5061 }] });
    const bob = lab.userAgent("bob");
    lab.network.bind({ protocol: "tls", address: bob.local.address, port: 5061 }, silent);
    lab.alice.sendRequest({ method: "INVITE", uri: "sips:bob@192.0.2.2" });
    lab.settle();
    const [sent] = lab.network.trace.packets("INVITE", { from: "proxy" });
    expect(sent?.message.values("Record-Route")).toEqual([
      "<sips:192.0.2.10:5061;lr;r2=on>",
      "<sip:192.0.2.10:5060;lr;r2=on>",
    ]);
  });
});

const silent = {
  onMessage: () => {},
  onBrokenStream: () => {},
  onConnectionOpened: () => {},
  onConnectionClosed: () => {},
};

describe("RFC 3261 §16.6 ACK for a 2xx (checklist 55)", () => {
  it("goes on by Route, by no transaction, with a branch of its own", async () => {
    const lab = await ProxyLab.open({ proxy: { recordRoute: true } });
    const bob = lab.callee("bob");
    bob.answer("INVITE", 200);
    const invite = lab.alice.sendRequest({ method: "INVITE" });
    lab.settle();
    const before = lab.stack.transactions.count;
    const route = lab.alice.last("200 INVITE").values("Record-Route");
    lab.alice.sendRequest({ method: "ACK", uri: bob.uri, toTag: "bob-tag", route });
    lab.settle();
    const ack = bob.last("ACK");
    expect(lab.stack.transactions.count).toEqual(before);
    expect([ack.values("Via").length, ack.values("Route"), ack.header("Max-Forwards")]).toEqual([2, [], "69"]);
    expect(ack.branch).not.toBe(bob.last("INVITE").branch);
    expect(ack.branch).not.toBe(invite.branch);
  });

  it("goes on as often as it comes", async () => {
    const lab = await ProxyLab.open();
    const bob = lab.callee("bob");
    const ack = lab.alice.request({ method: "ACK", uri: bob.uri, toTag: "bob-tag" });
    for (let sent = 0; sent < 3; sent++) lab.alice.send(ack);
    lab.settle();
    expect(bob.messages("ACK")).toHaveLength(3);
  });

  it.each([
    ["has no hops left", { headers: { "Max-Forwards": "0" } }],
    ["is for nobody but us", { uri: "sip:192.0.2.10" }],
    ["cannot be read", { route: ["<sip:bad host;lr>"] }],
    ["leads nowhere", { uri: "tel:+1234" }],
  ])("is dropped when it %s", async (_why, overrides) => {
    const lab = await ProxyLab.open();
    const bob = lab.callee("bob");
    lab.alice.sendRequest({ method: "ACK", uri: bob.uri, toTag: "bob-tag", ...overrides });
    lab.settle();
    expect(lab.network.trace.summaries({ from: "proxy" })).toEqual([]);
  });

  it("of a failure stays here", async () => {
    const lab = await ProxyLab.open();
    const bob = lab.callee("bob");
    bob.answer("INVITE", 486);
    const invite = lab.alice.sendRequest({ method: "INVITE" });
    lab.settle();
    expect(bob.messages("ACK")).toHaveLength(1); // ours
    lab.alice.sendRequest({ method: "ACK", uri: invite.requestUri, via: invite.topVia, toTag: "bob-tag" });
    lab.settle();
    expect(bob.messages("ACK")).toHaveLength(1);
  });
});
