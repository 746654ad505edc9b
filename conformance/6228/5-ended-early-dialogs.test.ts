import type { ScriptedUserAgent } from "@siplet/testkit";
import { describe, expect, it } from "vitest";
import { ProxyLab, type ProxyLabOptions } from "../3261/proxy-lab.js";

async function ringTwo(
  headers: Readonly<Record<string, string>>,
  options: ProxyLabOptions = { proxy: { mode: "parallel" } },
): Promise<{ readonly lab: ProxyLab; readonly one: ScriptedUserAgent; readonly other: ScriptedUserAgent }> {
  const lab = await ProxyLab.open(options);
  const [one, other] = [lab.callee("one"), lab.callee("other")];
  for (const agent of [one, other]) agent.on("INVITE", (call) => call.reply(180, { toTag: agent.name }));
  lab.alice.sendRequest({ method: "INVITE", headers });
  lab.settle();
  return { lab, one, other };
}

function answer(agent: ScriptedUserAgent, status: number, toTag = agent.name): void {
  agent.received.find(({ message }) => message.method === "INVITE")?.reply(status, { toTag });
}

describe("RFC 6228 §5 a forking proxy", () => {
  it("tells by 199 of the early dialog of a branch that failed while others go on", async () => {
    const { lab, one, other } = await ringTwo({ Supported: "timer, 199" });
    answer(one, 486);
    lab.settle();
    const ended = lab.alice.last("199 INVITE");
    expect([ended.toTag, ended.header("Reason"), ended.body]).toEqual(["one", 'SIP;cause=486;text="Busy Here"', ""]);
    answer(other, 480);
    lab.settle();
    expect(lab.answers.slice(2)).toEqual(["199 INVITE", "486 INVITE"]);
  });

  it("tells of each early dialog of the branch, but of none that the branch itself ended", async () => {
    const { lab, one } = await ringTwo({ Supported: "199" });
    answer(one, 183, "fork");
    answer(one, 183, "gone");
    answer(one, 199, "gone");
    lab.settle();
    answer(one, 404);
    lab.settle();
    expect(lab.alice.messages("199 INVITE").map(({ toTag }) => toTag)).toEqual(["gone", "one", "fork"]);
  });

  it.each([
    ["the client does not know 199", { Supported: "timer" }, {}],
    ["it would have to be reliable", { Supported: "199", Require: "100rel" }, {}],
    ["it is switched off", { Supported: "199" }, { tellsEndedEarlyDialogs: false }],
  ])("tells nothing when %s", async (_why, headers, proxy) => {
    const { lab, one } = await ringTwo(headers, { proxy: { mode: "parallel", ...proxy } });
    answer(one, 486);
    lab.settle();
    expect(lab.alice.messages("199 INVITE")).toEqual([]);
  });

  it("tells nothing once there is a final response", async () => {
    const { lab, one, other } = await ringTwo({ Supported: "199" });
    answer(one, 200);
    answer(other, 487);
    lab.settle();
    expect(lab.alice.messages("199 INVITE")).toEqual([]);
  });
});
