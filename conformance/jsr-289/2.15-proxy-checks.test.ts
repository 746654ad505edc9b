import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ProxyLab, withoutKey } from "./proxy-lab.js";

let bench: ProxyLab;

beforeEach(async () => {
  bench = await ProxyLab.start();
});

afterEach(async () => {
  await bench[Symbol.asyncDispose]();
});

/** What `getProxy` throws. */
function refusal(): () => unknown {
  let failure: unknown;
  bench.script.onInitial = (request) => {
    try {
      return request.getProxy().proxyTo(bench.uri(bench.bob));
    } catch (error) {
      failure = error;
      return undefined;
    }
  };
  return () => failure;
}

describe("RFC 3261 §16.3 requests that are not proxied", () => {
  it("answers 483 when no hop is left, and throws TooManyHopsError", async () => {
    const failure = refusal();
    await bench.call({ headers: { "Max-Forwards": "0" } });
    expect(failure()).toMatchObject({ code: "proxy.too-many-hops", name: "TooManyHopsError" });
    expect(bench.answers()).toEqual([483]);
    expect(bench.bob.received).toEqual([]);
  });

  it("passes one that has a single hop left", async () => {
    bench.proxyTo([bench.bob]);
    await bench.call({ headers: { "Max-Forwards": "1" } });
    expect(bench.bob.last("INVITE").header("Max-Forwards")).toBe("0");
  });

  it("answers 420 to what Proxy-Require asks and nobody knows [K]", async () => {
    const failure = refusal();
    await bench.call({ headers: { "Proxy-Require": "teleport" } });
    expect(failure()).toMatchObject({ code: "state.proxy" });
    expect(bench.answers()).toEqual([420]);
    expect(bench.alice.last("420 INVITE").header("Unsupported")).toBe("teleport");
  });

  it("answers 482 to a request that comes back as it went (RFC 5393)", async () => {
    const failure = refusal();
    await bench.call({ uri: "sip:hunt@192.0.2.10" });
    const copy = bench.bob.received[0]?.message;
    const returned = copy?.toString().replace(/^INVITE \S+/, "INVITE sip:hunt@192.0.2.10") ?? "";
    bench.bob.send(returned, { address: "192.0.2.10", port: 5060 });
    await bench.settle();
    expect(failure()).toMatchObject({ code: "proxy.loop" });
    expect(bench.bob.messages("482 INVITE")).toHaveLength(1);
  });

  it("lets a spiral pass: it comes back for another target", async () => {
    bench.script.onInitial = (request) => {
      const target = request.requestUri.toString().includes("hunt") ? "sip:bob@192.0.2.10" : bench.bob.uri;
      return request.getProxy().proxyTo(bench.uri(target));
    };
    await bench.call();
    expect(bench.bob.messages("INVITE")).toHaveLength(1);
    expect(bench.bob.last("INVITE").values("Via")).toHaveLength(3);
  });
});

describe("RFC 5393 §5 Max-Breadth", () => {
  it("shares what came between the branches", async () => {
    bench.proxyTo([bench.bob, bench.carol]);
    await bench.call({ headers: { "Max-Breadth": "4" } });
    const shares = [bench.bob, bench.carol].map((phone) => Number(phone.last("INVITE").header("Max-Breadth")));
    expect(shares.every((share) => share >= 1)).toBe(true);
    expect(shares.reduce((sum, share) => sum + share)).toBeLessThanOrEqual(4);
  });

  it("answers 440 when there are more targets at once than it allows", async () => {
    bench.proxyTo([bench.bob, bench.carol]);
    await bench.call({ headers: { "Max-Breadth": "1" } });
    expect(bench.answers()).toEqual([440]);
    expect(bench.bob.received).toEqual([]);
  });

  it("is no matter to a sequential search", async () => {
    bench.proxyTo([bench.bob, bench.carol], (proxy) => void (proxy.parallel = false));
    await bench.call({ headers: { "Max-Breadth": "1" } });
    expect(bench.bob.last("INVITE").header("Max-Breadth")).toBe("1");
    await bench.answer(bench.bob, 486);
    await bench.answer(bench.carol, 200);
    expect(bench.answers()).toEqual([200]);
  });

  it("is what the application says", async () => {
    bench.script.onInitial = (request) => {
      expect(request.maxBreadth).toBe(30);
      request.maxBreadth = 2;
      return request.getProxy().proxyTo([bench.uri(bench.bob), bench.uri(bench.carol)]);
    };
    await bench.call({ headers: { "Max-Breadth": "30" } });
    expect(bench.bob.last("INVITE").header("Max-Breadth")).toBe("1");
  });
});

describe("JSR 289 §10 a proxy is no user agent", () => {
  it("answers like one as long as nothing was sent on", async () => {
    bench.script.onInitial = async (request) => {
      request.getProxy();
      await request.createResponse(180).send();
      await request.createResponse(200).send();
    };
    bench.script.onSubsequent = (request) =>
      request.method === "BYE" ? request.createResponse(200).send() : undefined;
    await bench.call();
    expect(bench.answers()).toEqual([180, 200]);
    const { toTag, contactUri, callId } = bench.alice.last("200 INVITE");
    expect(withoutKey(contactUri)).toBe("sip:192.0.2.10:5060");
    for (const method of ["ACK", "BYE"]) {
      const sequenceNumber = method === "ACK" ? 1 : 2;
      bench.alice.sendRequest({ method, uri: contactUri, callId, toTag, sequenceNumber });
      await bench.settle();
    }
    expect(bench.answers("BYE")).toEqual([200]);
  });

  it("sends no request in the session of a proxy, and cancels by the proxy", async () => {
    bench.proxyTo([bench.bob], (proxy) => void (proxy.recordRoute = true));
    await bench.call();
    await bench.answer(bench.bob, 180);
    const invite = bench.script.request("INVITE");
    expect(() => invite.session.createRequest("INFO")).toThrow(expect.objectContaining({ code: "state.proxy" }));
    expect(() => invite.createCancel()).toThrow(expect.objectContaining({ code: "state.transaction" }));
    expect(() => invite.send()).toThrow(expect.objectContaining({ code: "state.transaction" }));
    expect(() => invite.session.terminateDialog()).toThrow(expect.objectContaining({ code: "state.proxy" }));
  });

  it("proxies initial requests only, and none that was answered", async () => {
    const failures: unknown[] = [];
    const attempt = (request: { getProxy(): unknown }) => {
      try {
        request.getProxy();
      } catch (error) {
        failures.push(error);
      }
    };
    bench.proxyTo([bench.bob], (proxy) => void (proxy.recordRoute = true));
    bench.script.onSubsequent = attempt;
    await bench.call();
    await bench.answer(bench.bob, 200);
    await bench.acknowledge();
    bench.script.onInitial = async (request) => {
      await request.createResponse(486).send();
      attempt(request);
    };
    await bench.call();
    expect(failures).toEqual([
      expect.objectContaining({ code: "state.not-initial" }),
      expect.objectContaining({ code: "state.proxy" }),
    ]);
  });

  it("answers for an application that asked for a proxy and then forgot the call", async () => {
    bench.script.onInitial = (request) => {
      request.applicationSession.setExpires(60);
      request.getProxy();
    };
    await bench.call();
    await bench.settle(180_000);
    expect(bench.answers().at(-1)).toBe(500);
  });
});

describe("JSR 289 §10.2.4 the virtual branch", () => {
  it("sends a provisional of the application at once, with a tag of its own", async () => {
    bench.proxyTo([bench.bob]);
    await bench.call();
    await bench.answer(bench.bob, 180);
    await bench.script.request("INVITE").createResponse(181).send();
    await bench.settle();
    expect(bench.answers()).toEqual([180, 181]);
    const tags = bench.alice.messages("*").map(({ toTag }) => toTag);
    expect(tags[0]).toBe("bob-tag");
    expect(tags[1]).toMatch(/./);
    expect(tags[1]).not.toBe("bob-tag");
  });

  it("may say that the call is being forwarded before it is", async () => {
    bench.script.onInitial = async (request) => {
      await request.createResponse(181).send();
      await request.getProxy().proxyTo(bench.uri(bench.bob));
    };
    const states: string[] = [];
    bench.script.onResponse = ({ session }) => void states.push(session.state);
    await bench.call();
    await bench.answer(bench.bob, 200);
    expect(bench.answers()).toEqual([181, 200]);
    expect(states).toEqual(["CONFIRMED"]);
  });

  it("sends a 2xx of the application at once and cancels the others; the application is in that call", async () => {
    bench.proxyTo([bench.bob, bench.carol]);
    bench.script.onSubsequent = (request) =>
      request.method === "BYE" ? request.createResponse(200).send() : undefined;
    await bench.call();
    await bench.answer(bench.bob, 180);
    await bench.script.request("INVITE").createResponse(200).send();
    await bench.settle();
    expect(bench.answers()).toEqual([180, 200]);
    expect(bench.bob.messages("CANCEL")).toHaveLength(1);
    const { toTag, contactUri, callId } = bench.alice.last("200 INVITE");
    bench.alice.sendRequest({ method: "ACK", uri: contactUri, callId, toTag });
    bench.alice.sendRequest({ method: "BYE", uri: contactUri, callId, toTag, sequenceNumber: 2 });
    await bench.settle();
    expect(bench.script.heard).toEqual(["INVITE", "180 INVITE", "ACK", "BYE"]);
    expect(bench.answers("BYE")).toEqual([200]);
  });

  it("repeats its 2xx until the ACK comes", async () => {
    bench.proxyTo([bench.bob]);
    await bench.call();
    await bench.script.request("INVITE").createResponse(200).send();
    await bench.settle(1000);
    expect(bench.answers().filter((status) => status === 200).length).toBeGreaterThan(1);
  });

  it("sends a 6xx of the application at once and cancels the others", async () => {
    bench.proxyTo([bench.bob]);
    await bench.call();
    await bench.answer(bench.bob, 180);
    await bench.script.request("INVITE").createResponse(603).send();
    await bench.settle();
    expect(bench.answers()).toEqual([180, 603]);
    expect(bench.bob.messages("CANCEL")).toHaveLength(1);
  });

  it("takes any other final of the application as one of several, and shows it when it wins [K]", async () => {
    bench.proxyTo([bench.bob]);
    await bench.call();
    await bench.answer(bench.bob, 180);
    await bench.script.request("INVITE").createResponse(404).send();
    await bench.settle();
    expect(bench.answers()).toEqual([180]);
    await bench.answer(bench.bob, 500);
    expect(bench.script.heard).toEqual(["INVITE", "180 INVITE", "branch 500 INVITE", "404 INVITE"]);
    const best = bench.script.responses.at(-1);
    expect([best?.proxy, best?.proxyBranch, best?.isBranchResponse]).toEqual([bench.proxy, undefined, false]);
    expect(bench.answers()).toEqual([180, 404]);
  });

  it("loses against a better one", async () => {
    bench.proxyTo([bench.bob]);
    await bench.call();
    await bench.script.request("INVITE").createResponse(500).send();
    await bench.answer(bench.bob, 486);
    expect(bench.answers()).toEqual([486]);
  });

  it("is over once a final response went up", async () => {
    bench.proxyTo([bench.bob]);
    await bench.call();
    const late = bench.script.request("INVITE").createResponse(404);
    await bench.answer(bench.bob, 486);
    expect(() => late.send()).toThrow(expect.objectContaining({ code: "state.transaction" }));
  });
});
