import { describe, expect, it } from "vitest";
import type { ScriptedUserAgent } from "@siplet/testkit";
import { ProxyLab, type ProxyLabOptions } from "./proxy-lab.js";

/** An INVITE to callees that answer with these statuses, each with headers of its own. */
async function fork(
  statuses: readonly number[],
  headers: Readonly<Record<number, Readonly<Record<string, string | readonly string[]>>>> = {},
  options: ProxyLabOptions = {},
): Promise<ProxyLab> {
  const lab = await ProxyLab.open({ ...options, proxy: { mode: "parallel", ...options.proxy } });
  for (const [index, status] of statuses.entries()) {
    const bob = lab.callee(`bob${index}`);
    bob.on("INVITE", (call) => call.reply(status, { toTag: `tag${index}`, headers: headers[status] }));
  }
  lab.alice.sendRequest({ method: "INVITE" });
  lab.settle();
  return lab;
}

describe("RFC 3261 §16.7 step 3: Via", () => {
  it("takes the own value away, whether it has a line of its own or not", async () => {
    const lab = await ProxyLab.open();
    const bob = lab.callee("bob");
    bob.on("MESSAGE", (incoming) =>
      incoming.reply(200, { headers: { Via: incoming.message.values("Via").join(" ,\r\n ") } }),
    );
    const request = lab.alice.sendRequest({ method: "MESSAGE" });
    lab.settle();
    expect(lab.alice.last("200").values("Via")).toEqual(request.values("Via"));
  });

  it("keeps a response that has no other Via", async () => {
    const lab = await ProxyLab.open();
    const bob = lab.callee("bob");
    bob.on("MESSAGE", (incoming) => incoming.reply(200, { headers: { Via: incoming.message.topVia } }));
    lab.alice.sendRequest({ method: "MESSAGE" });
    lab.settle(1000);
    expect(lab.answers).toEqual([]);
  });
});

describe("RFC 3261 §16.7 step 5: what goes up at once", () => {
  it("is every 101–199 and the 2xx, as they are, but no 100", async () => {
    const lab = await ProxyLab.open();
    const bob = lab.callee("bob");
    bob.on("INVITE", (call) => {
      call.reply(100);
      call.reply(180, { reason: "Klingeln \u00fc", headers: { "X-A": "b" } });
      call.reply(199);
      call.reply(183, { body: "v=0\r\n" });
      call.reply(200, { toTag: "final" });
    });
    lab.alice.sendRequest({ method: "INVITE" });
    lab.settle();
    expect(lab.alice.received.map(({ message }) => message.startLine)).toEqual([
      "SIP/2.0 180 Klingeln \u00c3\u00bc",
      "SIP/2.0 199 Whatever",
      "SIP/2.0 183 Session Progress",
      "SIP/2.0 200 OK",
    ]);
    expect([lab.alice.last("180").header("X-A"), lab.alice.last("183").body]).toEqual(["b", "v=0\r\n"]);
    expect(lab.alice.last("200").toTag).toBe("final");
  });

  it("adds no tag to what has none", async () => {
    const lab = await ProxyLab.open();
    const bob = lab.callee("bob");
    bob.on("INVITE", (call) => call.reply(180, { headers: { To: "<sip:bob@example.com>" } }));
    lab.alice.sendRequest({ method: "INVITE" });
    lab.settle();
    expect(lab.alice.last("180").toTag).toBeUndefined();
  });

  it("is the first 2xx alone for other methods", async () => {
    const lab = await ProxyLab.open({ proxy: { mode: "parallel" } });
    for (const name of ["one", "other"]) lab.callee(name).answer("MESSAGE", 200);
    lab.alice.sendRequest({ method: "MESSAGE" });
    lab.settle();
    expect(lab.answers).toEqual(["200 MESSAGE"]);
  });

  it("is no provisional to another method than INVITE (RFC 4320 §4.1)", async () => {
    const lab = await ProxyLab.open();
    lab.callee("bob").answer("MESSAGE", 183, 200);
    lab.alice.sendRequest({ method: "MESSAGE" });
    lab.settle();
    expect(lab.answers).toEqual(["200 MESSAGE"]);
  });

  it("passes reliable provisionals and their PRACK through (RFC 3262)", async () => {
    const lab = await ProxyLab.open({ proxy: { recordRoute: true } });
    const bob = lab.callee("bob");
    bob.on("INVITE", (call) => call.reply(183, { headers: { Require: "100rel", RSeq: "9021" } }));
    bob.answer("PRACK", 200);
    lab.alice.sendRequest({ method: "INVITE", headers: { Supported: "100rel" } });
    lab.settle();
    const progress = lab.alice.last("183");
    expect([progress.header("Require"), progress.header("RSeq")]).toEqual(["100rel", "9021"]);
    const route = progress.values("Record-Route");
    lab.alice.sendRequest({
      method: "PRACK",
      uri: bob.uri,
      toTag: "bob-tag",
      route,
      headers: { RAck: "9021 1 INVITE" },
    });
    lab.settle();
    expect([bob.last("PRACK").header("RAck"), lab.answers.at(-1)]).toEqual(["9021 1 INVITE", "200 PRACK"]);
  });
});

describe("RFC 3261 §16.7 step 6: the best response (checklist 47)", () => {
  it.each([
    [[404, 503], 404],
    [[486, 603], 603],
    [[503], 500],
    [[503, 503], 500],
    [[503, 501], 501],
    [[302, 486], 302],
    [[486, 302], 302],
    [[500, 404], 404],
    [[486, 401], 401],
    [[480, 420, 404], 420],
    [[486, 484], 484],
    [[404, 415, 480], 415],
    [[487, 486], 486],
    [[408, 480], 480],
    [[486, 480], 486],
    [[430], 480],
    [[430, 404], 404],
    [[606, 600], 606],
  ])("of %j is %i", async (statuses, best) => {
    expect((await fork(statuses)).answers).toEqual([`${best} INVITE`]);
  });

  it("keeps its tag, its body and what it says", async () => {
    const lab = await fork([486, 404], { 404: { Warning: '399 p "gone"' } });
    expect([lab.alice.last("486").toTag, lab.alice.last("486").values("Via").length]).toEqual(["tag0", 1]);
  });

  it("takes Retry-After from a 503 that becomes 500", async () => {
    const lab = await fork([503], { 503: { "Retry-After": "120" } });
    expect(lab.alice.last("500").header("Retry-After")).toBeUndefined();
  });

  it("leaves a 503 as it is when the element knows that all requests would fail", async () => {
    expect((await fork([503], {}, { proxy: { forwards503: true } })).answers).toEqual(["503 INVITE"]);
  });

  it("waits for all branches", async () => {
    const lab = await ProxyLab.open({ proxy: { mode: "parallel" } });
    lab.callee("one").answer("INVITE", 486);
    lab.callee("other").on("INVITE", (call) => call.after(1000, () => call.reply(404)));
    lab.alice.sendRequest({ method: "INVITE" });
    lab.settle(900);
    expect(lab.answers).toEqual([]);
    lab.settle(100);
    expect(lab.answers).toEqual(["486 INVITE"]);
  });

  it("is 408 of its own where nobody answered an INVITE", async () => {
    const lab = await ProxyLab.open();
    lab.callee("bob");
    lab.alice.sendRequest({ method: "INVITE" });
    lab.settle(31_999);
    expect(lab.answers).toEqual([]);
    lab.settle(1);
    expect(lab.answers).toEqual(["408 INVITE"]);
    expect(lab.alice.last("408").toTag).toBeDefined();
  });

  it("is nothing where nobody answered another request (checklist 53, RFC 4320 §4.2)", async () => {
    const lab = await ProxyLab.open();
    lab.callee("bob");
    lab.alice.sendRequest({ method: "MESSAGE" });
    lab.settle(120_000);
    expect(lab.answers).toEqual([]);
    expect(lab.stack.transactions.count).toEqual({ client: 0, server: 0 });
  });

  it("is nothing, too, when the answer came after the client had given up (RFC 4320 §4.4)", async () => {
    const lab = await ProxyLab.open();
    const bob = lab.callee("bob");
    bob.on("MESSAGE", (incoming) =>
      incoming.copy === 1 ? incoming.after(70_000, () => incoming.reply(200)) : undefined,
    );
    lab.alice.sendRequest({ method: "MESSAGE" });
    lab.settle(120_000);
    expect(lab.answers).toEqual([]);
  });

  it("is 500 where the target cannot be reached (RFC 3261 §16.9)", async () => {
    const lab = await ProxyLab.open();
    lab.register("sip:bob@192.0.2.77:5060;transport=tcp");
    lab.alice.sendRequest({ method: "INVITE" });
    lab.settle();
    expect(lab.answers).toEqual(["500 INVITE"]);
  });
});

describe("RFC 3261 §16.7 step 7: challenges", () => {
  it("are all sent up, those of one branch in their order, unchanged", async () => {
    const lab = await fork([407, 401, 486], {
      407: { "Proxy-Authenticate": ['Digest realm="p1", nonce="1"', "Strange  x=y"] },
      401: { "WWW-Authenticate": 'Digest realm="bob", nonce="2", algorithm=SHA-256' },
      486: { "WWW-Authenticate": 'Digest realm="no", nonce="3"' },
    });
    const answer = lab.alice.last();
    expect(lab.answers).toEqual(["407 INVITE"]);
    expect(answer.headers("Proxy-Authenticate")).toEqual(['Digest realm="p1", nonce="1"', "Strange  x=y"]);
    expect(answer.headers("WWW-Authenticate")).toEqual(['Digest realm="bob", nonce="2", algorithm=SHA-256']);
  });
});

describe("RFC 3261 §16.7 a 6xx (checklist 48)", () => {
  it("cancels the others and goes up when they have ended", async () => {
    const lab = await ProxyLab.open({ proxy: { mode: "parallel" } });
    const ringing = lab.callee("ringing").answer("INVITE", 180).answer("CANCEL", 200);
    lab.callee("declining").on("INVITE", (call) => call.after(100, () => call.reply(603)));
    lab.alice.sendRequest({ method: "INVITE" });
    lab.settle(200);
    expect(ringing.last("CANCEL").header("Reason")).toBe('SIP;cause=603;text="Decline"');
    expect(lab.answers).toEqual(["180 INVITE"]);
    answerInvite(ringing, 487);
    lab.settle();
    expect(lab.answers).toEqual(["180 INVITE", "603 INVITE"]);
  });

  it("gives way to a 2xx that comes meanwhile", async () => {
    const lab = await ProxyLab.open({ proxy: { mode: "parallel" } });
    const ringing = lab.callee("ringing").answer("INVITE", 180);
    lab.callee("declining").on("INVITE", (call) => call.after(100, () => call.reply(603)));
    lab.alice.sendRequest({ method: "INVITE" });
    lab.settle(200);
    answerInvite(ringing, 200);
    lab.settle();
    expect(lab.answers).toEqual(["180 INVITE", "200 INVITE"]);
  });

  it("starts no further branch", async () => {
    const lab = await ProxyLab.open();
    lab.callee("first", { q: 1 }).answer("INVITE", 600);
    const second = lab.callee("second", { q: 0.5 });
    lab.alice.sendRequest({ method: "INVITE" });
    lab.settle();
    expect([lab.answers, second.received.length]).toEqual([["600 INVITE"], 0]);
  });
});

/** Answers the INVITE that an agent got first. */
function answerInvite(agent: ScriptedUserAgent, status: number): void {
  agent.received.find(({ message }) => message.method === "INVITE")?.reply(status);
}

describe("RFC 3261 §16.7 step 4: redirects", () => {
  it("are followed for our own users, the most wanted contact first", async () => {
    const lab = await ProxyLab.open();
    const [home, away, other] = [lab.userAgent("home"), lab.userAgent("away"), lab.userAgent("other")];
    lab.callee("bob").on("INVITE", (call) =>
      call.reply(302, {
        contact: `<${other.uri}>;q=0.3, <${home.uri}>;q=0.9, <${away.uri};method=INVITE?X=y>;q=0.9`,
      }),
    );
    home.answer("INVITE", 486);
    away.answer("INVITE", 404);
    other.answer("INVITE", 200);
    lab.alice.sendRequest({ method: "INVITE" });
    lab.settle();
    expect([home, away, other].map((agent) => agent.last("INVITE").requestUri)).toEqual([
      home.uri,
      away.uri,
      other.uri,
    ]);
    expect(lab.answers).toEqual(["200 INVITE"]);
  });

  it("leave nothing to answer with once all their contacts were tried", async () => {
    const lab = await ProxyLab.open();
    const away = lab.userAgent("away").answer("INVITE", 486);
    lab.callee("bob").on("INVITE", (call) => call.reply(302, { contact: `<${away.uri}>` }));
    lab.alice.sendRequest({ method: "INVITE" });
    lab.settle();
    expect(lab.answers).toEqual(["486 INVITE"]);
  });

  it("go up without the contacts that were tried", async () => {
    const lab = await ProxyLab.open();
    const away = lab.userAgent("away").answer("INVITE", 486);
    lab.callee("bob").on("INVITE", (call) => call.reply(302, { contact: `<mailto:bob@example.com>, <${away.uri}>` }));
    lab.alice.sendRequest({ method: "INVITE" });
    lab.settle();
    expect([lab.answers, lab.alice.last("302").headers("Contact")]).toEqual([
      ["302 INVITE"],
      ["<mailto:bob@example.com>"],
    ]);
  });

  it("do not lead where the request has been", async () => {
    const lab = await ProxyLab.open();
    const bob = lab.callee("bob");
    const away = lab.userAgent("away");
    away.on("INVITE", (call) => call.reply(302, { contact: `<${bob.uri}>` }));
    bob.on("INVITE", (call) => call.reply(301, { contact: `<${away.uri}>` }));
    lab.alice.sendRequest({ method: "INVITE" });
    lab.settle();
    expect([bob.messages("INVITE").length, away.messages("INVITE").length, lab.answers]).toEqual([
      1,
      1,
      ["302 INVITE"],
    ]);
  });

  it("end at the most targets a request may have", async () => {
    const lab = await ProxyLab.open({ proxy: { maxTargets: 5 } });
    const bob = lab.callee("bob");
    let count = 0;
    bob.on("INVITE", (call) => call.reply(302, { contact: `<sip:bob${++count}@192.0.2.2:5060>` }));
    lab.alice.sendRequest({ method: "INVITE" });
    lab.settle();
    expect([bob.messages("INVITE").length, lab.answers]).toEqual([5, ["302 INVITE"]]);
  });

  it.each([305, 380])("by %i are not followed", async (status) => {
    const lab = await fork([status], { [status]: { Contact: "<sip:other@192.0.2.3>" } });
    expect(lab.answers).toEqual([`${status} INVITE`]);
  });

  it("of a foreign domain are for the client", async () => {
    const lab = await ProxyLab.open();
    const carol = lab.userAgent("carol");
    const other = lab.userAgent("other");
    carol.on("INVITE", (call) => call.reply(302, { contact: `<${other.uri}>` }));
    lab.alice.sendRequest({ method: "INVITE", uri: carol.uri });
    lab.settle();
    expect([lab.answers, other.received.length]).toEqual([["302 INVITE"], 0]);
  });
});

describe("RFC 3261 §16.7 step 2: timer C (checklist 52)", () => {
  const timerC = 181_000;

  it("begins anew with each 101–199, not with 100", async () => {
    const lab = await ProxyLab.open();
    const bob = lab.callee("bob");
    bob.on("INVITE", (call) => {
      call.reply(100);
      call.after(100_000, () => call.reply(180));
      call.after(200_000, () => call.reply(100));
    });
    bob.on("CANCEL", (cancel) => {
      cancel.reply(200);
      answerInvite(bob, 487);
    });
    lab.alice.sendRequest({ method: "INVITE" });
    lab.settle(100_000 + timerC - 1);
    expect(bob.messages("CANCEL")).toEqual([]);
    lab.settle(1);
    expect(bob.messages("CANCEL")).toHaveLength(1);
    expect(lab.answers).toEqual(["180 INVITE", "408 INVITE"]);
  });

  it("takes another final response that crosses its CANCEL for what it is", async () => {
    const lab = await ProxyLab.open();
    const bob = lab.callee("bob").answer("INVITE", 180);
    bob.on("CANCEL", (cancel) => {
      cancel.reply(200);
      answerInvite(bob, 200);
    });
    lab.alice.sendRequest({ method: "INVITE" });
    lab.settle(timerC);
    expect(lab.answers).toEqual(["180 INVITE", "200 INVITE"]);
  });

  it("does not wait for ever for one that does not answer its CANCEL", async () => {
    const lab = await ProxyLab.open();
    const bob = lab.callee("bob").answer("INVITE", 180);
    lab.alice.sendRequest({ method: "INVITE" });
    lab.settle(timerC + 4_000);
    expect(lab.answers).toEqual(["180 INVITE", "408 INVITE"]);
    lab.settle(64_000);
    expect([bob.messages("CANCEL").length > 1, lab.stack.transactions.count.client]).toEqual([true, 0]);
  });
});

describe("RFC 3261 §16.7: a 416 after the scheme was changed", () => {
  it("leads to the other form of the number", async () => {
    const lab = await ProxyLab.open({
      route: () => ({
        kind: "targets",
        targets: [{ uri: "tel:+1234", options: { routes: ["<sip:192.0.2.2:5060;lr>"] } }],
      }),
      proxy: { otherScheme: () => "sip:+1234@192.0.2.2;user=phone" },
    });
    const gateway = lab.userAgent("gateway");
    gateway.on("INVITE", (call) => call.reply(call.message.requestUri.startsWith("tel:") ? 416 : 200));
    lab.alice.sendRequest({ method: "INVITE", uri: "tel:+1234" });
    lab.settle();
    expect(gateway.messages("INVITE").map(({ requestUri }) => requestUri)).toEqual([
      "tel:+1234",
      "sip:+1234@192.0.2.2;user=phone",
    ]);
    expect(lab.answers).toEqual(["200 INVITE"]);
  });
});
