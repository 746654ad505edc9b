import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ScriptedLab } from "./scripted-application.js";

let bench: ScriptedLab;

beforeEach(async () => {
  bench = await ScriptedLab.start();
});

afterEach(async () => {
  await bench[Symbol.asyncDispose]();
});

const challenge = (realm: string, rest = "") => `Digest realm="${realm}", nonce="n-${realm}", qop="auth"${rest}`;
const refusals = { 401: "WWW-Authenticate", 407: "Proxy-Authenticate" } as const;

/** The peer challenges the first requests, one realm after the other, and takes the next. */
function challengeWith(method: string, ...steps: readonly (readonly [401 | 407, ...string[]])[]) {
  bench.peer.on(method, (request) => {
    const step = steps[request.message.sequenceNumber - 1];
    if (step === undefined) return void request.reply(200);
    const [status, ...realms] = step;
    request.reply(status, { headers: { [refusals[status]]: realms.map((realm) => challenge(realm)) } });
  });
}

describe("JSR 289 §17.6 addAuthHeader", () => {
  it("answers a 401 with user name and password in a request of the same session", async () => {
    challengeWith("REGISTER", [401, "example.com"]);
    bench.script.onResponse = (response) => {
      if (response.status !== 401) return undefined;
      const retry = response.session.createRequest("REGISTER");
      retry.addAuthHeader(response, "alice", "secret");
      return retry.send();
    };
    await bench.send("REGISTER");
    const retry = bench.peer.last("REGISTER");
    expect(retry.header("Authorization")).toMatch(/^Digest username="alice", realm="example.com"/);
    expect(retry.header("Authorization")).toContain(`uri="${retry.requestUri}"`);
    expect(bench.script.response(200).method).toBe("REGISTER");
  });

  it("answers every challenge whose realm the AuthInfo knows, and no other", async () => {
    challengeWith("INVITE", [407, "one", "two", "three"]);
    bench.script.onResponse = (response) => {
      if (response.status !== 407) return undefined;
      expect(response.getChallengeRealms()).toEqual(["one", "two", "three"]);
      const info = bench.factory.createAuthInfo();
      info.addAuthInfo(407, "one", "alice", "1");
      info.addAuthInfo(407, "two", "bob", "2");
      info.addAuthInfo(401, "three", "carol", "3");
      const retry = response.session.createRequest("INVITE");
      retry.addAuthHeader(response, info);
      return retry.send();
    };
    await bench.send("INVITE");
    const [one, two, ...more] = bench.peer.last("INVITE").headers("Proxy-Authorization");
    expect(one).toContain('username="alice", realm="one"');
    expect(two).toContain('username="bob", realm="two"');
    expect(more).toEqual([]);
  });

  it("carries what a proxy wanted when the user agent behind it challenges too (RFC 3261 §22.3)", async () => {
    challengeWith("INVITE", [407, "proxy"], [401, "agent"]);
    bench.script.onResponse = (response) => {
      if (response.status === 200) return response.createAck().send();
      const retry = response.session.createRequest("INVITE");
      retry.addAuthHeader(response, "alice", "secret");
      return retry.send();
    };
    await bench.send("INVITE");
    const last = bench.peer.last("INVITE");
    expect(last.sequenceNumber).toBe(3);
    expect(last.header("Proxy-Authorization")).toContain('realm="proxy"');
    expect(last.header("Authorization")).toContain('realm="agent"');
    expect(bench.peer.last("ACK").header("Authorization")).toBe(last.header("Authorization"));
  });

  it("replaces credentials of the same realm", async () => {
    challengeWith("OPTIONS", [401, "r"]);
    const request = await bench.send("OPTIONS");
    const retry = request.session.createRequest("OPTIONS");
    const response = bench.script.response(401);
    retry.addAuthHeader(response, "alice", "wrong");
    retry.addAuthHeader(response, "alice", "right");
    expect(retry.getHeaders("Authorization")).toHaveLength(1);
  });

  it("adds nothing for a challenge without Digest or a realm nobody knows", async () => {
    bench.peer.on("OPTIONS", (request) => request.reply(401, { headers: { "WWW-Authenticate": 'Basic realm="old"' } }));
    const request = await bench.send("OPTIONS");
    const response = bench.script.response(401);
    expect(response.getChallengeRealms()).toEqual(["old"]);
    const retry = request.session.createRequest("OPTIONS");
    retry.addAuthHeader(response, bench.factory.createAuthInfo());
    retry.addAuthHeader(response, "alice", "secret");
    expect(retry.getHeader("Authorization")).toBeUndefined();
  });

  it("reads several realms of one field, quoted text included", async () => {
    const quoted = String.raw`a, realm=\"b\"`;
    const text = `${challenge(quoted)}, ${challenge("c")}`;
    bench.peer.on("OPTIONS", (request) => request.reply(401, { headers: { "WWW-Authenticate": text } }));
    await bench.send("OPTIONS");
    expect(bench.script.response(401).getChallengeRealms()).toEqual(['a, realm="b"', "c"]);
  });

  it("is refused on a received request and with half a login", async () => {
    challengeWith("OPTIONS", [401, "r"]);
    const request = await bench.send("OPTIONS");
    const response = bench.script.response(401);
    await bench.lab.send(bench.peer, { method: "MESSAGE" });
    const received = bench.script.request("MESSAGE");
    expect(() => received.addAuthHeader(response, "a", "b")).toThrow(
      expect.objectContaining({ code: "state.transaction" }),
    );
    const retry = request.session.createRequest("OPTIONS");
    expect(() => retry.addAuthHeader(response, "a", undefined as unknown as string)).toThrow(
      expect.objectContaining({ code: "argument.missing" }),
    );
    expect(() => bench.factory.createAuthInfo().addAuthInfo(400 as 401, "r", "a", "b")).toThrow(
      expect.objectContaining({ code: "argument.status" }),
    );
  });
});
