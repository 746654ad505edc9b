import type { ScriptedUserAgent } from "@siplet/testkit";
import { cancelText } from "@siplet/testkit";
import { beforeEach, describe, expect, it } from "vitest";
import { ProxyBench } from "../../../test/proxy/proxy-bench.js";
import { isEngineError } from "../../errors/engine-error.js";
import { createResponse } from "../../message/create-response.js";
import { RequestBuilder } from "../../message/request-builder.js";
import { ResponseBuilder } from "../../message/response-builder.js";
import type { SipResponse } from "../../message/sip-response.js";
import { reasonField } from "../request/reason-field.js";
import type { ProxyOptions } from "./proxy-options.js";
import type { ProxyUser } from "./proxy-user.js";

let bench: ProxyBench;
let bob: ScriptedUserAgent;
let carol: ScriptedUserAgent;

async function open(options?: ProxyOptions, user?: ProxyUser): Promise<void> {
  bench = await ProxyBench.open(options, user);
  bob = bench.agent("bob", 2);
  carol = bench.agent("carol", 3);
}

/** Adds targets to the context and starts them. */
function proxyTo(...agents: readonly ScriptedUserAgent[]): void {
  for (const agent of agents) bench.context.addTarget(agent.uri);
  bench.context.start();
  bench.settle();
}

function answer(agent: ScriptedUserAgent, status: number, toTag = agent.name): void {
  agent.received.find(({ message }) => message.isRequest && message.method !== "CANCEL")?.reply(status, { toTag });
  bench.settle();
}

function codeOf(action: () => unknown): string | undefined {
  try {
    action();
    return undefined;
  } catch (error) {
    return isEngineError(error) ? error.code : "another error";
  }
}

/** The request answered by the element itself. */
function own(status: number): SipResponse {
  return createResponse(bench.context.request, status, { toTag: "own" }).build();
}

beforeEach(() => open());

describe("ProxyContext", () => {
  describe("with an answer that its user sends by itself", () => {
    it("ends the branches and sends nothing of its own", () => {
      bench.request();
      proxyTo(bob);
      answer(bob, 180);
      bench.context.noteAnswered(200);
      bench.settle();
      expect(bob.messages("CANCEL")).toHaveLength(1);
      answer(bob, 487);
      expect([bench.answers, bench.context.state]).toEqual([["180 INVITE"], "completed"]);
    });

    it("takes no target within the news of a 2xx", async () => {
      const codes: (string | undefined)[] = [];
      const onSuccess = (): "forward" => {
        codes.push(codeOf(() => bench.context.addTarget(carol.uri)));
        return "forward";
      };
      await open({}, { onSuccess });
      bench.request();
      proxyTo(bob);
      answer(bob, 200);
      expect([codes, bench.context.isOpen]).toEqual([["proxy.state"], false]);
    });
  });

  describe("when it lets go of its user", () => {
    const told: string[] = [];
    const user: ProxyUser = {
      onSuccess: (response) => {
        told.push(`${response.statusCode} ${response.toTag}`);
        return "forward";
      },
    };

    beforeEach(() => {
      told.length = 0;
    });

    it("hands on a further 2xx of the INVITE, and repeats, without a question", async () => {
      await open({ noCancel: true }, user);
      bench.request();
      proxyTo(bob);
      answer(bob, 200);
      bench.context.releaseUser();
      answer(bob, 200, "another");
      answer(bob, 200);
      expect(told).toEqual(["200 bob"]);
      expect(bench.answers).toEqual(["200 INVITE", "200 INVITE", "200 INVITE"]);
    });

    it("keeps it as long as something is open", async () => {
      await open({}, user);
      bench.request();
      proxyTo(bob);
      bench.context.releaseUser();
      answer(bob, 200);
      expect(told).toEqual(["200 bob"]);
    });
  });

  describe("over the life of a call", () => {
    it("goes from idle to completed", () => {
      bench.request();
      const { context } = bench;
      const states = [context.state];
      proxyTo(bob);
      states.push(context.state);
      answer(bob, 180);
      answer(bob, 200);
      states.push(context.state);
      expect(states).toEqual(["idle", "proceeding", "completed"]);
      expect(bench.log).toEqual(["provisional 180", "forwarded 180", "success 200", "forwarded 200", "completed"]);
    });

    it("is answered, but not completed, while a cancelled branch has not ended", () => {
      bench.request();
      proxyTo(bob, carol);
      answer(carol, 180);
      answer(bob, 200);
      expect(bench.context.state).toBe("answered");
      answer(carol, 487);
      expect([bench.context.state, bench.log.at(-1)]).toEqual(["completed", "completed"]);
    });

    it("lets go of what it kept once it is completed", () => {
      bench.request();
      proxyTo(bob);
      const [branch] = bench.context.branches;
      answer(bob, 486);
      expect([branch?.state, branch?.response, branch?.targetText]).toEqual(["completed", undefined, bob.uri]);
      expect(codeOf(() => bench.context.request)).toBe("proxy.state");
      expect(bench.context.transaction.user).toBeUndefined();
    });
  });

  describe("adding targets", () => {
    it("sends nothing before it is started", () => {
      bench.request();
      bench.context.addTarget(bob.uri);
      bench.settle(1000);
      expect(bob.received).toEqual([]);
      bench.context.start();
      bench.settle();
      expect(bob.messages("INVITE")).toHaveLength(1);
    });

    it("gives the branch that a target has already", () => {
      bench.request();
      const { context } = bench;
      const branch = context.addTarget("sip:bob@EXAMPLE.com");
      expect(context.addTarget("sip:%62ob@example.com")).toBe(branch);
      expect([context.hasTarget("sip:bob@example.com"), context.hasTarget("sip:eve@example.com")]).toEqual([
        true,
        false,
      ]);
      expect(context.addTarget("sip:bob@example.com", { routes: ["<sip:p1;lr>"] })).not.toBe(branch);
    });

    it.each([
      ["a text that is no URI", "proxy.state", () => bench.context.addTarget("sip:"), "uri.malformed"],
      ["a request without hops", "proxy.hops", () => bench.context.addTarget(bob.uri), "proxy.hops"],
    ] as const)("refuses %s", (what, _code, action, expected) => {
      bench.request("INVITE", { "Max-Forwards": what === "a request without hops" ? "0" : "70" });
      expect(codeOf(action)).toBe(expected);
    });

    it.each([
      ["a final response", () => answer(bob, 486)],
      ["a 2xx", () => answer(bob, 200)],
      ["a CANCEL", () => bench.context.cancelledByClient()],
    ])("is too late after %s", (_what, end) => {
      bench.request();
      proxyTo(bob);
      end();
      expect([codeOf(() => bench.context.addTarget(carol.uri)), bench.context.isOpen]).toEqual(["proxy.state", false]);
    });

    it("goes on while other targets are tried, within what was kept of Max-Breadth", async () => {
      await open({ breadthReserve: 10 });
      bench.request();
      proxyTo(bob);
      answer(bob, 180);
      proxyTo(carol);
      answer(carol, 200);
      expect([bob.messages("CANCEL").length, bench.answers]).toEqual([1, ["180 INVITE", "200 INVITE"]]);
    });

    it("keeps a share of Max-Breadth for later ones when it is told so", async () => {
      await open({ breadthReserve: 10 });
      bench.request("INVITE", { "Max-Breadth": "12" });
      proxyTo(bob);
      proxyTo(carol);
      expect([bob, carol].map((agent) => agent.last("INVITE").header("Max-Breadth"))).toEqual(["2", "1"]);
    });
  });

  describe("a branch before its start", () => {
    it("lets its own copy of the request be changed", () => {
      bench.request();
      const branch = bench.context.addTarget(bob.uri);
      branch.request.set("X-Branch", "1");
      bench.context.addTarget(carol.uri);
      bench.context.start();
      bench.settle();
      expect([bob, carol].map((agent) => agent.last("INVITE").header("X-Branch"))).toEqual(["1", undefined]);
      expect(codeOf(() => branch.request)).toBe("proxy.state");
    });

    it("is never sent when it is cancelled", () => {
      bench.request();
      const branch = bench.context.addTarget(bob.uri);
      bench.context.addTarget(carol.uri);
      branch.cancel();
      bench.context.start();
      bench.settle();
      expect([bob.received.length, carol.messages("INVITE").length, branch.state]).toEqual([0, 1, "completed"]);
    });

    it("copies another request than the others when it is told so", () => {
      bench.request();
      const request = RequestBuilder.from(bench.context.request).set("Subject", "for bob").build();
      bench.context.addTarget(bob.uri, { request });
      bench.context.start();
      bench.settle();
      expect(bob.last("INVITE").header("Subject")).toBe("for bob");
    });
  });

  describe("asking its user", () => {
    it("sends in place of a response what the user gives", async () => {
      const mark = (response: SipResponse): SipResponse => ResponseBuilder.from(response).set("X-Seen", "1").build();
      await open({}, { onProvisional: mark, onSuccess: mark });
      bench.request();
      proxyTo(bob);
      answer(bob, 180);
      answer(bob, 200);
      answer(bob, 200); // repeated by the callee
      expect(bench.alice.messages().map((message) => message.header("X-Seen"))).toEqual(["1", "1", "1"]);
      expect(bench.log.slice(2)).toEqual(["success 200", "forwarded 200", "completed"]);
    });

    it("holds back what the user withholds until it is forwarded", async () => {
      const held: SipResponse[] = [];
      const hold = (response: SipResponse): "withhold" => {
        held.push(response);
        return "withhold";
      };
      await open({}, { onProvisional: hold, onSuccess: hold });
      bench.request();
      proxyTo(bob);
      answer(bob, 180);
      answer(bob, 200);
      answer(bob, 200);
      expect(bench.answers).toEqual([]);
      for (const response of held) bench.context.forward(response);
      bench.settle();
      expect(bench.answers).toEqual(["180 INVITE", "200 INVITE"]);
      answer(bob, 200);
      expect(bench.answers).toHaveLength(3);
      expect(bench.context.state).toBe("completed");
    });

    it("cancels the others at once for a 2xx that is withheld, and answers nothing in its place", async () => {
      let held: SipResponse | undefined;
      await open(
        {},
        {
          onSuccess: (response) => {
            held = response;
            return "withhold";
          },
        },
      );
      bench.request();
      proxyTo(bob, carol);
      answer(carol, 180);
      answer(bob, 200);
      answer(carol, 487);
      expect([bench.answers, bench.context.isOpen]).toEqual([["180 INVITE"], false]);
      expect(codeOf(() => bench.context.respond(own(486)))).toBe("proxy.state");
      if (held !== undefined) bench.context.forward(held);
      bench.settle();
      expect(bench.answers).toEqual(["180 INVITE", "200 INVITE"]);
    });

    it("tells of each failure of a branch, then of the best", () => {
      bench.request();
      proxyTo(bob, carol);
      answer(bob, 486);
      answer(carol, 404);
      expect(bench.log).toEqual(["branch 486", "branch 404", "best 486", "forwarded 486", "completed"]);
    });

    it("shows a branch with the last response it got", () => {
      bench.request();
      proxyTo(bob, carol);
      const [branch] = bench.context.branches;
      answer(bob, 180);
      expect(branch?.response?.statusCode).toBe(180);
      answer(bob, 486);
      expect([branch?.response?.statusCode, branch?.state, branch?.parent]).toEqual([486, "completed", undefined]);
    });
  });

  describe("with the best response before it goes", () => {
    it("lets the user try another target instead", async () => {
      await open(
        {},
        {
          onBestResponse: () => {
            if (bench.context.branches.length === 1) proxyToFromUser(carol);
            return "forward";
          },
        },
      );
      bench.request();
      proxyTo(bob);
      answer(bob, 486);
      expect([carol.messages("INVITE").length, bench.answers]).toEqual([1, []]);
      answer(carol, 200);
      expect(bench.answers).toEqual(["200 INVITE"]);
    });

    it("counts it among the others when a later target fails, too", async () => {
      await open({}, { onBestResponse: () => (bench.context.branches.length === 1 ? "withhold" : "forward") });
      bench.request();
      proxyTo(bob);
      answer(bob, 404);
      expect(bench.context.state).toBe("withheld");
      proxyTo(carol);
      answer(carol, 480);
      expect(bench.answers).toEqual(["404 INVITE"]);
    });

    it("lets the user answer instead", async () => {
      await open(
        {},
        {
          onBestResponse: () => {
            bench.context.respond(own(480));
            return "forward";
          },
        },
      );
      bench.request();
      proxyTo(bob);
      answer(bob, 486);
      expect([bench.answers, bench.alice.last("480").toTag]).toEqual([["480 INVITE"], "own"]);
    });

    it("waits when it is withheld, and goes when it is forwarded", async () => {
      let held: SipResponse | undefined;
      await open(
        {},
        {
          onBestResponse: (response) => {
            held = response;
            return "withhold";
          },
        },
      );
      bench.request();
      proxyTo(bob);
      answer(bob, 503);
      expect([bench.context.state, bench.answers, held?.statusCode]).toEqual(["withheld", [], 500]);
      if (held !== undefined) bench.context.forward(held);
      bench.settle();
      expect([bench.context.state, bench.answers]).toEqual(["completed", ["500 INVITE"]]);
    });

    it("gives way to 487 when the client cancels meanwhile", async () => {
      await open({}, { onBestResponse: (response) => (response.statusCode === 487 ? "forward" : "withhold") });
      const invite = bench.request();
      proxyTo(bob);
      answer(bob, 401);
      bench.alice.send(cancelText(invite));
      bench.settle();
      expect(bench.answers).toEqual(["200 CANCEL", "487 INVITE"]);
    });

    it("cannot be avoided by further targets after a 6xx", async () => {
      const codes: (string | undefined)[] = [];
      await open(
        {},
        {
          onBestResponse: () => {
            codes.push(codeOf(() => bench.context.addTarget(carol.uri)));
            return "forward";
          },
        },
      );
      bench.request();
      proxyTo(bob);
      answer(bob, 603);
      expect([codes, bench.answers]).toEqual([["proxy.state"], ["603 INVITE"]]);
    });
  });

  describe("answering by itself", () => {
    it("is a plain answer where nothing was tried", () => {
      bench.request();
      bench.context.respond(own(183));
      bench.context.respond(own(404));
      bench.settle();
      expect([bench.answers, bench.context.state]).toEqual([["183 INVITE", "404 INVITE"], "completed"]);
    });

    it("ends the branches by a 2xx or 6xx", () => {
      for (const status of [200, 600]) {
        bench.request("INVITE", { "Call-ID": `call-${status}` });
        proxyTo(bob);
        bob.received.at(-1)?.reply(180);
        bench.settle();
        bench.context.respond(own(status));
        bench.settle();
        expect(bob.messages("CANCEL").at(-1)?.callId).toBe(`call-${status}`);
        expect(bench.answers.at(-1)).toBe(`${status} INVITE`);
      }
    });

    it("is one of several with any other status while branches run", () => {
      bench.request();
      proxyTo(bob);
      bench.context.respond(own(486));
      bench.settle();
      expect(bench.answers).toEqual([]);
      answer(bob, 503);
      expect([bench.answers, bench.log]).toEqual([
        ["486 INVITE"],
        ["branch 503", "best 486 of our own", "forwarded 486", "completed"],
      ]);
    });

    it("is refused after a final response", () => {
      bench.request();
      const late = own(480);
      proxyTo(bob);
      answer(bob, 486);
      expect(codeOf(() => bench.context.respond(late))).toBe("proxy.state");
    });
  });

  describe("cancelling on its own", () => {
    it("hands its reasons on and answers with what comes", () => {
      bench.request();
      proxyTo(bob);
      answer(bob, 180);
      bench.context.cancel([reasonField(480, "Nobody there")]);
      bench.settle();
      expect(bob.last("CANCEL").header("Reason")).toBe('SIP;cause=480;text="Nobody there"');
      answer(bob, 487);
      expect(bench.answers).toEqual(["180 INVITE", "487 INVITE"]);
    });

    it("leaves room for other targets", async () => {
      await open(
        {},
        {
          onBestResponse: () => {
            if (bench.context.branches.length === 1) proxyToFromUser(carol);
            return "forward";
          },
        },
      );
      bench.request();
      proxyTo(bob);
      answer(bob, 180);
      bench.context.cancel();
      answer(bob, 487);
      answer(carol, 200);
      expect(bench.answers).toEqual(["180 INVITE", "200 INVITE"]);
    });

    it("answers with the best of those that had ended when the others were never sent", async () => {
      await open({ mode: "sequential" });
      bench.request();
      proxyTo(bob, carol);
      answer(bob, 180);
      bench.context.branches[1]?.cancel();
      answer(bob, 486);
      expect([bench.answers, carol.received.length]).toEqual([["180 INVITE", "486 INVITE"], 0]);
    });
  });

  describe("with a time for all targets", () => {
    it("cancels them together and lets the user go on elsewhere, with new time", async () => {
      await open(
        { timeout: 10_000 },
        {
          onBestResponse: () => {
            if (bench.context.branches.length === 1) proxyToFromUser(carol);
            return "forward";
          },
        },
      );
      bench.request();
      proxyTo(bob);
      answer(bob, 180);
      bench.settle(10_000);
      expect(bob.messages("CANCEL")).toHaveLength(1);
      answer(bob, 487);
      expect(bench.log.slice(2)).toEqual(["branch 408", "best 408"]);
      carol.answer("INVITE", 100);
      answer(carol, 180);
      bench.settle(9_999);
      expect(carol.messages("CANCEL")).toEqual([]);
      bench.settle(1);
      expect(carol.messages("CANCEL")).toHaveLength(1);
    });

    it("takes what is there when nobody has answered at all", async () => {
      await open({ timeout: 10_000 });
      bench.request();
      proxyTo(bob, carol);
      answer(bob, 404);
      bench.settle(10_000);
      expect(bench.answers).toEqual(["404 INVITE"]);
    });

    it("leaves no time for other ways to the same user agent", async () => {
      await open({ timeout: 10_000 });
      bench.request();
      bench.context.addTarget(bob.uri, { alternatives: [{ uri: carol.uri }] });
      bench.context.start();
      bench.settle(10_000);
      expect([bench.answers, carol.received.length]).toEqual([["408 INVITE"], 0]);
    });

    it("stops with the final response", async () => {
      await open({ timeout: 10_000 });
      bench.request();
      proxyTo(bob);
      answer(bob, 486);
      bench.alice.send(bench.alice.request({ method: "ACK", via: bench.alice.sent[0]?.topVia, toTag: "bob" }));
      bench.settle(40_000);
      expect([bench.answers, bench.clock.pendingCount]).toEqual([["486 INVITE"], 0]);
    });
  });

  describe("when the user makes a mistake", () => {
    it("takes the failure of a scheme for what it is when no other can be told", async () => {
      await open({
        otherScheme: () => {
          throw new TypeError("a mistake of the user");
        },
      });
      bench.request();
      proxyTo(bob);
      answer(bob, 416);
      expect(bench.answers).toEqual(["416 INVITE"]);
    });

    it("goes on as if it had said nothing, and tells the log", async () => {
      const fail = (): never => {
        throw new TypeError("a mistake of the user");
      };
      const user: Required<ProxyUser> = {
        onProvisional: fail,
        onSuccess: fail,
        onBranchResponse: fail,
        onBestResponse: fail,
        onForwarded: fail,
        onBranchTerminated: fail,
        onCompleted: fail,
      };
      await open({}, user);
      bench.request();
      proxyTo(bob, carol);
      answer(bob, 180);
      answer(bob, 486);
      answer(carol, 404);
      expect([bench.answers, bench.context.state]).toEqual([["180 INVITE", "486 INVITE"], "completed"]);
      bench.request("INVITE", { "Call-ID": "second" });
      proxyTo(bob);
      bob.received.at(-1)?.reply(200);
      bench.settle();
      expect(bench.answers.at(-1)).toBe("200 INVITE");
    });
  });
});

/** Adds a target within a callback: nothing must move the clock there. */
function proxyToFromUser(agent: ScriptedUserAgent): void {
  bench.context.addTarget(agent.uri);
  bench.context.start();
}
