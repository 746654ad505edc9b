import { createResponse, type SipProxyOptions } from "@siplet/core";
import { cancelText, type RequestTextOptions } from "@siplet/testkit";
import { describe, expect, it } from "vitest";
import { ProxyLab } from "./proxy-lab.js";

interface Outcome {
  /** What the caller got. */
  readonly answers: readonly string[];
  /** Whether the callee got the request. */
  readonly isForwarded: boolean;
  readonly lab: ProxyLab;
}

async function send(request: RequestTextOptions, options?: SipProxyOptions): Promise<Outcome> {
  const lab = await ProxyLab.open(options);
  const bob = lab.callee("bob");
  lab.alice.sendRequest(request);
  lab.settle();
  return { answers: lab.answers, isForwarded: bob.received.length > 0, lab };
}

const foreignVia = "SIP/2.0/UDP 192.0.2.99;branch=z9hG4bK-far";

describe("RFC 3261 §16.3 step 1: syntax", () => {
  it.each([
    ["a Request-URI that is none", { uri: "sip:bob@@example.com" }],
    ["a Route that is none", { route: ["<sip:p1 example.com;lr>"] }],
    ["a Route without angle brackets", { route: ["sip:p1.example.com;lr"] }],
    ["two different CSeq", { headers: { CSeq: ["1 MESSAGE", "2 MESSAGE"] } }],
    ["no Call-ID", { headers: { "Call-ID": undefined } }],
  ])("answers %s by 400", async (_what, overrides) => {
    const { answers, isForwarded } = await send({ method: "MESSAGE", ...overrides });
    expect([answers, isForwarded]).toEqual([["400 MESSAGE"], false]);
  });

  it("forwards what it does not understand as it is", async () => {
    const headers = {
      "X-Strange": '<<>>;"unterminated',
      Date: "yesterday",
      "Content-Type": "application/unknown",
      Require: "nothing-a-proxy-knows",
      "Max-Forwards": "70",
    };
    const { lab, isForwarded } = await send({ method: "X-FUTURE", body: "\u0000\u0001", headers });
    expect(isForwarded).toBe(true);
    const sent = lab.network.trace.packets("X-FUTURE", { from: "proxy" })[0]?.message;
    for (const [name, value] of Object.entries(headers).slice(0, 4)) expect(sent?.headers(name)).toEqual([value]);
    expect(sent?.body).toBe("\u0000\u0001");
  });
});

describe("RFC 3261 §16.3 step 2: scheme", () => {
  it.each(["http://example.com", "urn:service:sos", "nobodyKnowsThisScheme:totallyopaquecontent"])(
    "answers %s by 416",
    async (uri) => {
      expect((await send({ method: "MESSAGE", uri })).answers).toEqual(["416 MESSAGE"]);
    },
  );
});

describe("RFC 3261 §16.3 step 3: Max-Forwards (checklist 45)", () => {
  it("answers 0 by 483", async () => {
    const { answers, isForwarded } = await send({ method: "INVITE", headers: { "Max-Forwards": "0" } });
    expect([answers, isForwarded]).toEqual([["483 INVITE"], false]);
  });

  it("forwards 1 as 0", async () => {
    const { lab } = await send({ method: "INVITE", headers: { "Max-Forwards": "1" } });
    expect(lab.network.trace.packets("INVITE", { from: "proxy" })[0]?.message.header("Max-Forwards")).toBe("0");
  });

  it("answers an OPTIONS with 0 by 200", async () => {
    const { answers } = await send({ method: "OPTIONS", headers: { "Max-Forwards": "0" } });
    expect(answers).toEqual(["200 OPTIONS"]);
  });

  it.each([undefined, "256", "99999999999999999999"])("writes 70 where it came as %s", async (value) => {
    const { lab } = await send({ method: "MESSAGE", headers: { "Max-Forwards": value } });
    const [sent] = lab.network.trace.packets("MESSAGE", { from: "proxy" });
    expect(sent?.message.headers("Max-Forwards")).toEqual(["70"]);
  });
});

describe("RFC 3261 §16.3 step 5: Proxy-Require", () => {
  it("answers 420 with the option tags it does not know", async () => {
    const request = { method: "INVITE", headers: { "Proxy-Require": "sec-agree, Foo", Require: "bar" } };
    const { lab, answers } = await send(request, { extensions: ["SEC-agree"] });
    expect(answers).toEqual(["420 INVITE"]);
    expect(lab.alice.last("420").header("Unsupported")).toBe("Foo");
  });

  it("does not look at it in a CANCEL", async () => {
    const lab = await ProxyLab.open();
    lab.callee("bob").answer("INVITE", 180);
    const invite = lab.alice.sendRequest({ method: "INVITE" });
    lab.settle();
    lab.alice.send(cancelText(invite).replace("Max-Forwards", "Proxy-Require: foo\r\nMax-Forwards"));
    lab.settle();
    expect(lab.answers).toContain("200 CANCEL");
  });
});

describe("RFC 3261 §16.3 step 6: Proxy-Authorization", () => {
  const authorize: SipProxyOptions["authorize"] = (request) => {
    if (request.has("Proxy-Authorization")) return undefined;
    const challenge = createResponse(request, 407, { toTag: "proxy" });
    return challenge.addText("Proxy-Authenticate", 'Digest realm="p", nonce="n"').build();
  };

  it("lets the answer of the element stand, at once or later", async () => {
    for (const options of [
      { authorize },
      { authorize: async (...all: Parameters<typeof authorize>) => authorize(...all) },
    ]) {
      const lab = await ProxyLab.open(options);
      lab.callee("bob");
      lab.alice.sendRequest({ method: "INVITE" });
      await lab.clock.advanceAsync(0);
      expect(lab.answers).toEqual(["407 INVITE"]);
    }
  });

  it("forwards what carries credentials, and ACK and CANCEL in any case", async () => {
    const lab = await ProxyLab.open({ authorize });
    const bob = lab.callee("bob");
    bob.answer("INVITE", 180);
    const invite = lab.alice.sendRequest({ method: "INVITE", headers: { "Proxy-Authorization": "Digest x=y" } });
    lab.settle();
    lab.alice.send(cancelText(invite));
    lab.alice.sendRequest({ method: "ACK", uri: bob.uri, toTag: "bob-tag" });
    lab.settle();
    expect(bob.received.map(({ message }) => message.summary)).toEqual(["INVITE", "CANCEL", "ACK"]);
  });
});

describe("RFC 3261 §16.3: what a proxy does not check", () => {
  it("is whether a request came by several paths", async () => {
    const lab = await ProxyLab.open();
    const bob = lab.callee("bob");
    for (const via of [undefined, [foreignVia, "SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK-1"]]) {
      lab.alice.sendRequest({ method: "MESSAGE", via });
    }
    lab.settle();
    expect(bob.messages("MESSAGE")).toHaveLength(2);
    expect(lab.answers).toEqual([]);
  });

  it("is Require", async () => {
    expect((await send({ method: "INVITE", headers: { Require: "whatever" } })).isForwarded).toBe(true);
  });
});
