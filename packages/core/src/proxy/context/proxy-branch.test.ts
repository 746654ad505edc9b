import type { ScriptedUserAgent } from "@siplet/testkit";
import { beforeEach, describe, expect, it } from "vitest";
import { ProxyBench } from "../../../test/proxy/proxy-bench.js";
import { reasonField } from "../request/reason-field.js";
import type { ProxyBranch } from "./proxy-branch.js";
import type { BranchOptions } from "./proxy-options.js";

let bench: ProxyBench;
let one: ScriptedUserAgent;
let two: ScriptedUserAgent;

/** A branch to that target, started. */
function branchTo(target: string, options?: BranchOptions): ProxyBranch {
  const branch = bench.context.addTarget(target, options);
  bench.context.start();
  bench.settle();
  return branch;
}

function answer(agent: ScriptedUserAgent, status: number, contact?: string): void {
  agent.received.find(({ message }) => message.method === "INVITE" && message.isRequest)?.reply(status, { contact });
  bench.settle();
}

beforeEach(async () => {
  bench = await ProxyBench.open();
  [one, two] = [bench.agent("one", 2), bench.agent("two", 3)];
});

describe("ProxyBranch", () => {
  describe("over its life", () => {
    it("goes from waiting to completed and shows what it got", () => {
      bench.request();
      const branch = bench.context.addTarget(one.uri);
      const states = [branch.state];
      bench.context.start();
      states.push(branch.state);
      bench.settle();
      answer(one, 180);
      states.push(branch.state);
      expect([states, branch.response?.statusCode]).toEqual([["waiting", "calling", "proceeding"], 180]);
      expect(branch.connection?.remote.address).toBe("192.0.2.2");
      expect(String(branch.target)).toBe(one.uri);
    });

    it("is proceeding by a 100, which is no response to show", () => {
      bench.request();
      const branch = branchTo(one.uri);
      answer(one, 100);
      expect([branch.state, branch.response]).toEqual(["proceeding", undefined]);
    });
  });

  describe("when it is cancelled alone", () => {
    it("sends a CANCEL with the reasons given and leaves the others", () => {
      bench.request();
      const branch = bench.context.addTarget(one.uri);
      branchTo(two.uri);
      answer(one, 180);
      answer(two, 180);
      branch.cancel([reasonField(486)]);
      bench.settle();
      expect([one.last("CANCEL").header("Reason"), two.messages("CANCEL").length]).toEqual([
        'SIP;cause=486;text="Busy Here"',
        0,
      ]);
      answer(one, 487);
      answer(two, 200);
      expect([branch.isCancelled, bench.answers.at(-1)]).toEqual([true, "200 INVITE"]);
    });

    it("goes nowhere by a redirect that crosses", async () => {
      bench = await ProxyBench.open({ recurse: true });
      [one, two] = [bench.agent("one", 2), bench.agent("two", 3)];
      bench.request();
      const branch = branchTo(one.uri);
      answer(one, 180);
      branch.cancel();
      answer(one, 302, `<${two.uri}>`);
      expect([two.received.length, bench.answers]).toEqual([0, ["180 INVITE", "302 INVITE"]]);
    });

    it("cancels those that it led to", async () => {
      bench = await ProxyBench.open({ recurse: true });
      [one, two] = [bench.agent("one", 2), bench.agent("two", 3)];
      bench.request();
      const branch = branchTo(one.uri);
      answer(one, 302, `<${two.uri}>`);
      answer(two, 180);
      expect(branch.children.map(({ targetText, parent, state }) => [targetText, parent, state])).toEqual([
        [two.uri, branch, "proceeding"],
      ]);
      branch.cancel();
      bench.settle();
      expect([two.messages("CANCEL").length, one.messages("CANCEL").length]).toEqual([1, 0]);
    });
  });

  describe("with a name to look up", () => {
    it("tries the servers in their order, each with a branch of its own and the same hash", () => {
      bench.request();
      const branch = branchTo("sip:bob.example.com");
      return bench.clock.advanceAsync(0).then(() => {
        answer(one, 503);
        const [first, second] = [one.last("INVITE"), two.last("INVITE")];
        expect(first.branch.split(".")[1]).toBe(second.branch.split(".")[1]);
        expect(first.branch).not.toBe(second.branch);
        expect(branch.connection?.remote.address).toBe("192.0.2.3");
        answer(two, 200);
        expect(bench.answers).toEqual(["200 INVITE"]);
      });
    });

    it("is 500 for the client when nobody has the name", async () => {
      bench.request();
      const branch = branchTo("sip:nobody.example.com");
      await bench.clock.advanceAsync(0);
      expect([bench.answers, branch.error?.code]).toEqual([["500 INVITE"], "locate.not_found"]);
    });

    it("is 487 for a client that cancels before the name is known, and nothing is sent", async () => {
      bench.resolver.script.on({ name: "bob.example.com" }, { kind: "answer", delay: 1000 });
      bench.request();
      branchTo("sip:bob.example.com");
      bench.context.cancelledByClient();
      await bench.clock.advanceAsync(1_100);
      expect([bench.answers, one.received.length]).toEqual([["487 INVITE"], 0]);
    });
  });

  describe("with a target that cannot be used", () => {
    it.each([
      ["another scheme", "tel:+1234"],
      ["a transport we lack", "sip:bob@192.0.2.2;transport=sctp"],
      ["an address family we lack", "sip:bob@[2001:db8::1]"],
      ["a broadcast address", "sip:bob@0.0.0.0:0"],
    ])("fails at once: %s", (_what, target) => {
      bench.request();
      const branch = branchTo(target);
      expect([branch.error === undefined, bench.answers]).toEqual([false, ["500 INVITE"]]);
    });

    it("fails alone", () => {
      bench.request();
      bench.context.addTarget("tel:+1234");
      branchTo(one.uri);
      answer(one, 200);
      expect(bench.answers).toEqual(["200 INVITE"]);
    });
  });

  describe("with a time of its own", () => {
    it("is given up alone", () => {
      bench.request();
      bench.context.addTarget(one.uri, { branchTimeout: 5_000 });
      branchTo(two.uri);
      answer(one, 180);
      answer(two, 180);
      bench.settle(5_000);
      expect([one.messages("CANCEL").length, two.messages("CANCEL").length]).toEqual([1, 0]);
      answer(two, 200);
      expect(bench.answers.at(-1)).toBe("200 INVITE");
    });

    it("counts for other methods, too: nothing is sent up, and a late answer neither", () => {
      bench.request("MESSAGE");
      branchTo(one.uri, { branchTimeout: 1_000 });
      bench.settle(1_000);
      one.received[0]?.reply(200);
      bench.settle();
      expect([bench.answers, bench.context.state]).toEqual([[], "completed"]);
    });
  });

  describe("with alternatives", () => {
    it("takes the next one for 408 and 430 alone, and shows it as its child", () => {
      bench.request();
      const branch = branchTo(one.uri, { alternatives: [{ uri: two.uri, options: { routes: [] } }] });
      answer(one, 430);
      expect(branch.children.map(({ targetText }) => targetText)).toEqual([two.uri]);
      answer(two, 430);
      expect(bench.answers).toEqual(["480 INVITE"]);
    });

    it("fails by the one that is no URI, and only by it", () => {
      bench.request();
      branchTo(one.uri, { alternatives: [{ uri: "sip:@" }] });
      answer(one, 408);
      expect(bench.answers).toEqual(["500 INVITE"]);
    });
  });
});
