import type { SipServletResponse } from "@siplet/framework";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { obeyCancel, ProxyLab } from "./proxy-lab.js";

let bench: ProxyLab;

beforeEach(async () => {
  bench = await ProxyLab.start();
  for (const phone of [bench.bob, bench.carol, bench.dave]) obeyCancel(phone);
});

afterEach(async () => {
  await bench[Symbol.asyncDispose]();
});

const code = (expected: string): unknown => expect.objectContaining({ code: expected });

describe("JSR 289 §10.2.4 responses", () => {
  it("shows provisionals and passes them on, but never a 100", async () => {
    bench.proxyTo([bench.bob]);
    await bench.call();
    await bench.answer(bench.bob, 100);
    await bench.answer(bench.bob, 183);
    await bench.answer(bench.bob, 180);
    expect(bench.script.heard).toEqual(["INVITE", "183 INVITE", "180 INVITE"]);
    expect(bench.answers()).toEqual([183, 180]);
  });

  it("shows a response before it goes on, also when the handler takes its time", async () => {
    let go: () => void = () => undefined;
    bench.script.onResponse = (response) => {
      response.setHeader("X-Seen", "yes");
      return new Promise<void>((resolve) => (go = resolve));
    };
    bench.proxyTo([bench.bob]);
    await bench.call();
    await bench.answer(bench.bob, 180);
    expect(bench.answers()).toEqual([]);
    go();
    await bench.settle();
    expect(bench.alice.last("180 INVITE").header("X-Seen")).toBe("yes");
  });

  it("passes a response on although its handler throws", async () => {
    bench.script.onResponse = () => {
      throw new TypeError("a mistake");
    };
    bench.proxyTo([bench.bob]);
    await bench.call();
    await bench.answer(bench.bob, 486);
    expect(bench.answers()).toEqual([486]);
  });

  it("sends a 2xx on at once and cancels the others, saying why", async () => {
    bench.proxyTo([bench.bob, bench.carol]);
    await bench.call();
    await bench.answer(bench.carol, 180);
    await bench.answer(bench.bob, 200);
    expect(bench.answers()).toEqual([180, 200]);
    expect(bench.carol.last("CANCEL").header("Reason")).toBe('SIP;cause=200;text="Call completed elsewhere"');
    expect(bench.script.heard).toEqual(["INVITE", "180 INVITE", "200 INVITE"]);
  });

  it("cancels nobody with noCancel: every 2xx is sent on", async () => {
    bench.proxyTo([bench.bob, bench.carol], (proxy) => void (proxy.noCancel = true));
    await bench.call();
    await bench.answer(bench.carol, 180);
    await bench.answer(bench.bob, 200);
    expect(bench.carol.messages("CANCEL")).toEqual([]);
    await bench.answer(bench.carol, 200);
    expect(bench.alice.messages("200 INVITE").map(({ toTag }) => toTag)).toEqual(["bob-tag", "carol-tag"]);
  });

  it("sends two 2xx on that cross a CANCEL", async () => {
    bench.proxyTo([bench.bob, bench.carol]);
    await bench.call();
    bench.bob.received.at(-1)?.reply(200, { toTag: "bob-tag" });
    bench.carol.received.at(-1)?.reply(200, { toTag: "carol-tag" });
    await bench.settle();
    expect(bench.alice.messages("200 INVITE").map(({ toTag }) => toTag)).toEqual(["bob-tag", "carol-tag"]);
    expect(bench.script.heard.filter((each) => each === "200 INVITE")).toHaveLength(2);
  });

  it("holds a 6xx until the others have ended", async () => {
    bench.proxyTo([bench.bob, bench.carol]);
    bench.carol.on("INVITE", () => {});
    await bench.call();
    await bench.answer(bench.carol, 180);
    await bench.answer(bench.bob, 603);
    expect(bench.carol.messages("CANCEL")).toHaveLength(1);
    expect(bench.script.heard).toEqual([
      "INVITE",
      "180 INVITE",
      "branch 603 INVITE",
      "branch 487 INVITE",
      "603 INVITE",
    ]);
    expect(bench.answers()).toEqual([180, 603]);
  });

  it("shows each failure of a branch to the branch handler, the best one to the other", async () => {
    const seen: (readonly [boolean, string | undefined, number])[] = [];
    const note = ({ isBranchResponse, proxyBranch, status }: SipServletResponse) =>
      void seen.push([isBranchResponse, proxyBranch?.request.requestUri.toString(), status]);
    bench.script.onBranchResponse = note;
    bench.script.onResponse = note;
    bench.proxyTo([bench.bob, bench.carol]);
    await bench.call();
    await bench.answer(bench.bob, 500);
    expect(bench.answers()).toEqual([]);
    await bench.answer(bench.carol, 404);
    expect(seen).toEqual([
      [true, bench.bob.uri, 500],
      [true, bench.carol.uri, 404],
      [false, bench.carol.uri, 404],
    ]);
    expect(bench.answers()).toEqual([404]);
  });

  it.each([
    [[486, 603], 603],
    [[486, 302], 302],
    [[503, 486], 486],
    [[404, 401], 401],
    [[480, 484], 484],
    [[503, 503], 500],
    [[500, 501], 500],
  ])("takes of %j the best, %i (RFC 3261 §16.7)", async ([one, other], best) => {
    bench.proxyTo([bench.bob, bench.carol], (proxy) => void (proxy.recurse = false));
    await bench.call();
    await bench.answer(bench.bob, one ?? 0);
    await bench.answer(bench.carol, other ?? 0);
    expect(bench.answers()).toEqual([best]);
  });

  it("puts the challenges of all branches into the one that goes up", async () => {
    const challenge = (realm: string) => `Digest realm="${realm}", nonce="1"`;
    bench.proxyTo([bench.bob, bench.carol]);
    await bench.call();
    await bench.answer(bench.bob, 407, { headers: { "Proxy-Authenticate": challenge("b") } });
    await bench.answer(bench.carol, 401, { headers: { "WWW-Authenticate": challenge("c") } });
    const answer = bench.alice.last("407 INVITE");
    expect([answer.header("Proxy-Authenticate"), answer.header("WWW-Authenticate")]).toEqual([
      challenge("b"),
      challenge("c"),
    ]);
  });

  it("does not let the application answer or acknowledge what the proxy forwards", async () => {
    const errors: unknown[] = [];
    bench.script.onResponse = (response) => {
      for (const attempt of [() => response.send(), () => response.createAck(), () => response.sendReliably()]) {
        try {
          void attempt();
        } catch (error) {
          errors.push(error);
        }
      }
    };
    bench.proxyTo([bench.bob]);
    await bench.call();
    await bench.answer(bench.bob, 200);
    expect(errors).toHaveLength(3);
    expect(errors[1]).toEqual(code("state.proxy"));
  });

  it("passes the first 2xx to anything but INVITE, and no provisional (RFC 4320)", async () => {
    bench.proxyTo([bench.bob, bench.carol]);
    await bench.call({ method: "MESSAGE" });
    await bench.answer(bench.bob, 180, { method: "MESSAGE" });
    await bench.answer(bench.bob, 200, { method: "MESSAGE" });
    await bench.answer(bench.carol, 200, { method: "MESSAGE" });
    expect(bench.answers("MESSAGE")).toEqual([200]);
  });

  it("answers 408 or 503 for who does not answer or cannot be reached", async () => {
    bench.proxyTo([bench.bob]);
    await bench.call();
    await bench.settle(32_000);
    expect(bench.answers()).toEqual([100, 408]);
    bench.lab.network.fail("INVITE", { to: "192.0.2.2" });
    await bench.call();
    expect(bench.answers().at(-1)).toBe(500);
    expect(bench.script.heard.slice(-3)).toEqual(["INVITE", "branch 503 INVITE", "500 INVITE"]);
  });
});

describe("JSR 289 §10.2.4 the best response is seen before it is forwarded", () => {
  it("goes on to other targets when the application says so; what it saw stays one of several", async () => {
    bench.script.onResponse = (response) =>
      response.status === 404 && response.proxy?.proxyBranches.length === 1
        ? response.proxy.proxyTo(bench.uri(bench.carol))
        : undefined;
    bench.proxyTo([bench.bob]);
    await bench.call();
    await bench.answer(bench.bob, 404);
    expect(bench.answers()).toEqual([]);
    await bench.answer(bench.carol, 500);
    expect(bench.answers()).toEqual([404]);
    expect(bench.script.heard).toEqual([
      "INVITE",
      "branch 404 INVITE",
      "404 INVITE",
      "branch 500 INVITE",
      "404 INVITE",
    ]);
  });

  it("waits for a handler that looks up the next target", async () => {
    let found: () => void = () => undefined;
    bench.script.onResponse = async ({ status, proxy }) => {
      if (status !== 486) return;
      await new Promise<void>((resolve) => (found = resolve));
      await proxy?.proxyTo(bench.uri(bench.carol));
    };
    bench.proxyTo([bench.bob]);
    await bench.call();
    await bench.answer(bench.bob, 486);
    expect(bench.answers()).toEqual([]);
    found();
    await bench.settle();
    await bench.answer(bench.carol, 200);
    expect(bench.answers()).toEqual([200]);
  });

  it("takes an answer of the application in its place", async () => {
    bench.script.onResponse = ({ request }) => request?.createResponse(480, "Nobody Home").send();
    bench.proxyTo([bench.bob]);
    await bench.call();
    await bench.answer(bench.bob, 486);
    expect(bench.answers()).toEqual([480]);
  });

  it.each([200, 603])("is too late with %i", async (status) => {
    const failures: unknown[] = [];
    bench.script.onResponse = ({ proxy }) => {
      try {
        void proxy?.proxyTo(bench.uri(bench.carol));
      } catch (error) {
        failures.push(error);
      }
    };
    bench.proxyTo([bench.bob]);
    await bench.call();
    await bench.answer(bench.bob, status);
    expect(failures).toEqual([code("state.proxy")]);
    expect(bench.carol.messages("INVITE")).toEqual([]);
    expect(bench.answers()).toEqual([status]);
  });

  it("takes more targets from the branch handler, while others ring", async () => {
    bench.script.onBranchResponse = ({ proxy, status }) =>
      status === 486 ? proxy?.proxyTo(bench.uri(bench.dave)) : undefined;
    bench.proxyTo([bench.bob, bench.carol]);
    await bench.call();
    await bench.answer(bench.bob, 486);
    expect(bench.dave.messages("INVITE")).toHaveLength(1);
    await bench.answer(bench.dave, 200);
    expect(bench.answers()).toEqual([200]);
  });
});

describe("JSR 289 §10.2 redirects", () => {
  const contact = (uri: string): { headers: { Contact: string } } => ({ headers: { Contact: `<${uri}>` } });

  it("tries the contacts of a 3xx in a branch of their own", async () => {
    bench.proxyTo([bench.bob]);
    await bench.call();
    await bench.answer(bench.bob, 302, contact(bench.carol.uri));
    await bench.answer(bench.carol, 180);
    const [top] = bench.proxy.proxyBranches;
    const [child] = top?.recursedProxyBranches ?? [];
    expect(top?.response?.status).toBe(302);
    expect(child?.request.requestUri.toString()).toBe(bench.carol.uri);
    expect(child?.response?.status).toBe(180);
    expect(top?.recursedProxyBranches[0]).toBe(child);
    expect(bench.script.responses[0]?.proxyBranch).toBe(child);
    expect(bench.proxy.proxyBranches).toEqual([top]);
    await bench.answer(bench.carol, 200);
    expect(bench.answers()).toEqual([180, 200]);
  });

  it("leaves them to the application when recurse is off", async () => {
    bench.proxyTo([bench.bob], (proxy) => void (proxy.recurse = false));
    await bench.call();
    await bench.answer(bench.bob, 302, contact(bench.carol.uri));
    expect(bench.carol.messages("INVITE")).toEqual([]);
    expect(bench.script.heard).toEqual(["INVITE", "branch 302 INVITE", "302 INVITE"]);
    expect(bench.answers()).toEqual([302]);
  });

  it("goes by what a single branch was told", async () => {
    bench.script.onInitial = (request) => {
      const proxy = request.getProxy();
      const [one] = proxy.createProxyBranches([bench.uri(bench.bob), bench.uri(bench.carol)]);
      if (one !== undefined) one.recurse = false;
      return proxy.startProxy();
    };
    await bench.call();
    await bench.answer(bench.bob, 302, contact(bench.dave.uri));
    expect(bench.dave.messages("INVITE")).toEqual([]);
    await bench.answer(bench.carol, 302, contact(bench.dave.uri));
    expect(bench.dave.messages("INVITE")).toHaveLength(1);
  });
});

describe("JSR 289 §10.2.5 supervised", () => {
  it("shows no response when it is off, and the call is answered all the same", async () => {
    bench.proxyTo([bench.bob, bench.carol], (proxy) => void (proxy.supervised = false));
    await bench.call();
    await bench.answer(bench.bob, 180);
    await bench.answer(bench.bob, 486);
    await bench.answer(bench.carol, 200);
    expect(bench.script.heard).toEqual(["INVITE"]);
    expect(bench.answers()).toEqual([180, 200]);
  });

  it("shows no CANCEL either", async () => {
    bench.proxyTo([bench.bob], (proxy) => void (proxy.supervised = false));
    await bench.call();
    await bench.answer(bench.bob, 180);
    await bench.cancel();
    expect(bench.script.heard).toEqual(["INVITE"]);
    expect(bench.answers()).toEqual([180, 487]);
  });

  it("still shows requests of the dialog when it record-routes, without their responses", async () => {
    bench.proxyTo([bench.bob], (proxy) => Object.assign(proxy, { supervised: false, recordRoute: true }));
    await bench.call();
    await bench.answer(bench.bob, 200);
    await bench.acknowledge();
    await bench.fromCaller("BYE");
    await bench.answer(bench.bob, 200, { method: "BYE" });
    expect(bench.script.heard).toEqual(["INVITE", "ACK", "BYE"]);
    expect(bench.answers("BYE")).toEqual([200]);
  });
});
