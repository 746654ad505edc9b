import type { IncomingMessage } from "@siplet/testkit";
import { beforeEach, describe, expect, it } from "vitest";
import { AgentLab, callScripted, sdp, type LabAgent } from "../agent-lab.js";

let lab: AgentLab;
let bob: ReturnType<AgentLab["scripted"]>;
let requests: IncomingMessage[];

async function agent(options: Parameters<AgentLab["agent"]>[1] = {}): Promise<LabAgent> {
  lab = new AgentLab();
  const alice = await lab.agent("alice", { displayName: "Alice", ...options });
  bob = lab.scripted("bob", alice);
  requests = [];
  bob.on(
    ({ isRequest, method }) => isRequest && method !== "ACK",
    (request) => void (request.copy === 1 && requests.push(request)),
  );
  return alice;
}

beforeEach(() => {
  requests = [];
});

describe("RFC 3261 §8.1.1 a user agent makes a request", () => {
  it("with what every request has, and what an INVITE should have", async () => {
    const alice = await agent({ product: "siplet-test/1.0" });
    alice.ua.invite(bob.uri, { sdp: sdp("alice"), expires: 60, headers: { Subject: "hello" } });
    lab.pass();
    const invite = bob.last("INVITE");
    expect([invite.requestUri, invite.header("To"), invite.toTag]).toEqual([bob.uri, `<${bob.uri}>`, undefined]);
    expect(invite.header("From")).toMatch(/^"?Alice"? <sip:alice@example\.com>;tag=[0-9a-f]{16}$/);
    expect([invite.header("Max-Forwards"), invite.header("Expires"), invite.header("Subject")]).toEqual([
      "70",
      "60",
      "hello",
    ]);
    expect([invite.topVia, invite.branch]).toEqual([
      expect.stringContaining("SIP/2.0/UDP 192.0.2.1:5060"),
      expect.stringMatching(/^z9hG4bK.{10}/),
    ]);
    expect([invite.contactUri, invite.header("User-Agent")]).toEqual(["sip:alice@192.0.2.1:5060", "siplet-test/1.0"]);
    expect(invite.values("Supported")).toEqual(expect.arrayContaining(["100rel", "timer", "replaces", "199"]));
    expect(invite.values("Allow")).toEqual(
      expect.arrayContaining(["INVITE", "ACK", "CANCEL", "BYE", "UPDATE", "PRACK"]),
    );
    expect([invite.header("Content-Type"), invite.body]).toEqual(["application/sdp", sdp("alice")]);
  });

  it("with another Call-ID and tag each time, and no Contact where no dialog can begin", async () => {
    const alice = await agent();
    void alice.ua.message(bob.uri, "one").catch(() => {});
    alice.ua.options(bob.uri).catch(() => {});
    lab.pass();
    const [one, other] = [bob.last("MESSAGE"), bob.last("OPTIONS")];
    expect(new Set([one.callId, other.callId, one.fromTag, other.fromTag]).size).toBe(4);
    expect([one.header("Contact"), one.header("Content-Type"), one.body]).toEqual([undefined, "text/plain", "one"]);
  });

  it("over the routes it was given, the Request-URI untouched", async () => {
    const alice = await agent({ routes: ["<sip:192.0.2.2;lr>"] });
    alice.ua.invite("sip:carol@far.example", {});
    lab.pass();
    const invite = bob.last("INVITE");
    expect([invite.requestUri, invite.header("Route")]).toEqual(["sip:carol@far.example", "<sip:192.0.2.2;lr>"]);
  });

  it("with the header fields that the URI proposes, but no method of its own choice in the line (§19.1.5)", async () => {
    const alice = await agent();
    alice.ua.invite(`${bob.uri};method=INVITE?Subject=hi%20there&Via=no`, {});
    lab.pass();
    const invite = bob.last("INVITE");
    expect([invite.requestUri, invite.header("Subject"), invite.headers("Via").length]).toEqual([
      bob.uri,
      "hi there",
      1,
    ]);
  });

  it("refuses a target that is no URI", async () => {
    const alice = await agent();
    expect(() => alice.ua.invite("nonsense")).toThrow(expect.objectContaining({ code: "uri.malformed" }));
  });

  it("refuses to be nobody", async () => {
    await expect(agent({ uri: "mailto:alice@example.com" })).rejects.toMatchObject({ code: "ua.options" });
  });
});

describe("RFC 3261 §8.1.3 a user agent takes responses", () => {
  it("takes a timeout for 408 and a broken transport for 503", async () => {
    const silent = await callScripted();
    silent.lab.pass(32_000);
    expect(silent.told).toEqual(["ended network timeout 408"]);
    const lab = new AgentLab();
    lab.network.fail("INVITE");
    const broken = await callScripted({ sdp: sdp("alice") }, { lab });
    expect([broken.call.state, broken.call.end]).toMatchObject(["ended", { by: "network", statusCode: 503 }]);
  });

  it.each([
    [433, "433"],
    [599, "599"],
  ])("takes an unknown final %i like any failure of its class", async (status, told) => {
    const { invites, lab, told: heard } = await callScripted();
    invites[0]?.reply(status);
    lab.pass();
    expect(heard).toEqual([`ended remote rejected ${told}`]);
  });

  describe("§8.1.3.4 redirection", () => {
    it("is a failure unless it may be followed", async () => {
      const { invites, lab, told, bob } = await callScripted();
      invites[0]?.reply(302, { contact: `<${bob.uri};x=1>` });
      lab.pass();
      expect(told).toEqual(["ended remote rejected 302"]);
    });

    it("goes to the contacts by their q, each once, with the same Call-ID and tag and the next number", async () => {
      const { invites, lab, bob, told } = await callScripted({ sdp: sdp("alice"), maxRedirects: 5 });
      const uri = bob.uri;
      invites[0]?.reply(302, { contact: `<${uri};x=1>;q=0.1, <${uri};x=2;method=BYE?Subject=s>;q=0.9, <${uri}>` });
      lab.pass();
      invites[1]?.reply(486);
      lab.pass();
      invites[2]?.reply(404);
      lab.pass();
      const seen = bob.messages("INVITE");
      expect(seen.map(({ requestUri }) => requestUri)).toEqual([uri, `${uri};x=2`, `${uri};x=1`]);
      expect(seen.map(({ sequenceNumber }) => sequenceNumber)).toEqual([1, 2, 3]);
      expect(new Set(seen.map(({ callId, fromTag, body }) => `${callId} ${fromTag} ${body}`)).size).toBe(1);
      expect(new Set(seen.map(({ branch }) => branch)).size).toBe(3);
      expect(told).toEqual(["ended remote rejected 404"]);
    });

    it("does not go on for ever", async () => {
      const { bob, lab, told, invites } = await callScripted({ sdp: sdp("alice"), maxRedirects: 3 });
      for (let turn = 0; turn < 6; turn++) {
        invites[turn]?.reply(302, { contact: `<${bob.uri};turn=${turn}>` });
        lab.pass();
      }
      expect([bob.messages("INVITE").length, told]).toEqual([4, ["ended remote rejected 302"]]);
    });
  });

  describe("§8.1.3.5, §22.2 challenges", () => {
    const challenge = (realm: string, more = ""): string => `Digest realm="${realm}", nonce="n1", qop="auth"${more}`;

    it("are answered from the credentials: same Call-ID, From and To, next number, new branch", async () => {
      const credentials = { username: "alice", password: "secret" };
      const { invites, lab, bob, told } = await callScripted({ sdp: sdp("alice") }, { agent: { credentials } });
      invites[0]?.reply(401, { headers: { "WWW-Authenticate": challenge("b.example") } });
      lab.pass();
      const [first, second] = bob.messages("INVITE");
      expect(second?.header("Authorization")).toMatch(/^Digest username="alice", realm="b\.example".*uri="sip:bob@192/);
      expect([second?.callId, second?.fromTag, second?.toTag, second?.sequenceNumber]).toEqual([
        first?.callId,
        first?.fromTag,
        undefined,
        2,
      ]);
      expect(second?.branch).not.toBe(first?.branch);
      expect(bob.last("ACK").sequenceNumber).toBe(1);
      invites[1]?.reply(200, { body: sdp("bob") });
      lab.pass();
      expect(told).toEqual(["answered", "confirmed"]);
      expect(bob.last("ACK").header("Authorization")).toBe(second?.header("Authorization"));
    });

    it("end the call when credentials are refused or absent", async () => {
      const credentials = { username: "alice", password: "wrong" };
      const { invites, lab, told } = await callScripted({ sdp: sdp("alice") }, { agent: { credentials } });
      for (const invite of [0, 1]) {
        invites[invite]?.reply(407, { headers: { "Proxy-Authenticate": challenge("p.example") } });
        lab.pass();
      }
      expect([invites.length, told]).toEqual([2, ["ended remote rejected 407"]]);
      const none = await callScripted();
      none.invites[0]?.reply(401, { headers: { "WWW-Authenticate": challenge("b.example") } });
      none.lab.pass();
      expect(none.told).toEqual(["ended remote rejected 401"]);
    });

    it("go ahead of the next requests of the call, the nonce counted", async () => {
      const credentials = { username: "alice", password: "secret" };
      const { invites, lab, bob, call } = await callScripted({ sdp: sdp("alice") }, { agent: { credentials } });
      invites[0]?.reply(401, { headers: { "WWW-Authenticate": challenge("b.example") } });
      lab.pass();
      invites[1]?.reply(200, { body: sdp("bob") });
      lab.pass();
      void call.hangUp();
      lab.pass();
      expect(bob.last("BYE").header("Authorization")).toContain("nc=00000002");
    });

    it("are answered for requests outside calls", async () => {
      const alice = await agent({ credentials: { username: "alice", password: "secret" } });
      const sent = alice.ua.message(bob.uri, "hello");
      lab.pass();
      requests[0]?.reply(407, { headers: { "Proxy-Authenticate": challenge("p.example") } });
      lab.pass();
      requests[1]?.reply(200);
      await lab.settle();
      await expect(sent).resolves.toMatchObject({ statusCode: 200 });
      expect(bob.messages("MESSAGE").map(({ sequenceNumber }) => sequenceNumber)).toEqual([1, 2]);
    });
  });
});
