import { afterEach, describe, expect, it } from "vitest";
import { ManualClock } from "../clock/manual-clock.js";
import { MemoryNetwork } from "../network/memory-network.js";
import { ScriptedUserAgent } from "./scripted-user-agent.js";

describe("ScriptedUserAgent", () => {
  describe.each(["udp", "tcp", "ws"] as const)("in the in-memory network over %s", (protocol) => {
    it("answers by script and writes everything down", () => {
      const clock = new ManualClock();
      const network = new MemoryNetwork({ clock });
      const bob = ScriptedUserAgent.inMemory(network, {
        protocol,
        address: "192.0.2.2",
        port: 5060,
        name: "bob",
        clock,
      });
      const peer = bob.local;
      const alice = ScriptedUserAgent.inMemory(network, { protocol, address: "192.0.2.1", port: 5060, clock, peer });
      bob.on("INVITE", (call) => {
        if (call.copy === 1) call.reply(180);
        call.after(1000, () => call.reply(200));
      });
      alice.sendRequest({ method: "INVITE" });
      clock.advance(1000);
      expect(alice.times("180")).toEqual([0]);
      expect(alice.times("200 INVITE")).toEqual([1000]);
      expect(alice.last("200").contactUri).toContain("sip:bob@192.0.2.2:5060");
      expect(bob.sent.map((message) => message.summary)).toEqual(["180 INVITE", "200 INVITE"]);
    });

    it("counts copies of one request", () => {
      const clock = new ManualClock();
      const network = new MemoryNetwork({ clock });
      const bob = ScriptedUserAgent.inMemory(network, { protocol, address: "192.0.2.2", port: 5060, clock });
      const alice = ScriptedUserAgent.inMemory(network, { protocol, address: "192.0.2.1", port: 5060, clock });
      const text = alice.request({ method: "OPTIONS" });
      for (let sent = 0; sent < 3; sent++) alice.send(text, bob.local);
      alice.sendRequest({ method: "OPTIONS" }, bob.local);
      clock.advance(0);
      expect(bob.received.map(({ copy }) => copy)).toEqual([1, 2, 3, 1]);
    });
  });

  describe.each(["udp", "tcp"] as const)("on a real %s socket", (protocol) => {
    const open: ScriptedUserAgent[] = [];
    afterEach(() => Promise.all(open.splice(0).map((agent) => agent.close())));

    it("sends, receives and waits", async () => {
      const bob = await ScriptedUserAgent.onSocket({ protocol, name: "bob" });
      const alice = await ScriptedUserAgent.onSocket({ protocol, peer: bob.local });
      open.push(alice, bob);
      bob.answer("OPTIONS", 200);
      const answered = alice.next("200 OPTIONS");
      const request = alice.sendRequest({ method: "OPTIONS", body: "hello", contentType: "text/plain" });
      const { message } = await answered;
      expect(message.callId).toBe(request.callId);
      expect(bob.last("OPTIONS").body).toBe("hello");
    });
  });

  it("tells what came when what is wanted did not", () => {
    const network = new MemoryNetwork({ clock: new ManualClock() });
    const bob = ScriptedUserAgent.inMemory(network, { protocol: "udp", address: "192.0.2.2", port: 5060, name: "bob" });
    expect(() => bob.last("BYE")).toThrow(/bob got no BYE/);
    expect(() => bob.send("x")).toThrow(/name a peer/);
  });
});
