import { describe, expect, it } from "vitest";
import { ProxyLab, type ProxyLabOptions } from "../3261/proxy-lab.js";
import type { ScriptedUserAgent } from "@siplet/testkit";

/** An INVITE of that breadth to so many callees; gives them in the order of registration. */
async function fork(
  breadth: string | undefined,
  count: number,
  options: ProxyLabOptions = { proxy: { mode: "parallel" } },
): Promise<{ readonly lab: ProxyLab; readonly agents: readonly ScriptedUserAgent[] }> {
  const lab = await ProxyLab.open(options);
  const agents = Array.from({ length: count }, (_, index) => lab.callee(`bob${index}`));
  for (const agent of agents) agent.on("INVITE", (call) => call.reply(100));
  lab.alice.sendRequest({ method: "INVITE", headers: { "Max-Breadth": breadth } });
  lab.settle();
  return { lab, agents };
}

function breadths(agents: readonly ScriptedUserAgent[]): (string | undefined)[] {
  return agents.map((agent) => agent.messages("INVITE").at(-1)?.header("Max-Breadth"));
}

function reject(agent: ScriptedUserAgent | undefined): void {
  agent?.received.find(({ message }) => message.method === "INVITE")?.reply(480);
}

describe("RFC 5393 §5.3.3 Max-Breadth (checklist 54)", () => {
  it.each([
    [undefined, 1, ["60"]],
    ["60", 1, ["60"]],
    ["7", 1, ["7"]],
    ["1", 1, ["1"]],
    ["1000", 1, ["60"]],
    ["rubbish", 1, ["60"]],
    [undefined, 3, ["20", "20", "20"]],
    ["7", 3, ["3", "2", "2"]],
    ["3", 3, ["1", "1", "1"]],
  ])("shares %s among %i branches as %j", async (breadth, count, expected) => {
    expect(breadths((await fork(breadth, count)).agents)).toEqual(expected);
  });

  it("tries one after the other where 1 is left for two", async () => {
    const { lab, agents } = await fork("1", 2);
    expect(breadths(agents)).toEqual(["1", undefined]);
    reject(agents[0]);
    lab.settle();
    expect(breadths(agents)).toEqual(["1", "1"]);
    agents[1]?.received.at(0)?.reply(200);
    lab.settle();
    expect(lab.answers).toEqual(["200 INVITE"]);
  });

  it("starts as many as it can and the others as shares come back", async () => {
    const { lab, agents } = await fork("2", 4);
    expect(breadths(agents)).toEqual(["1", "1", undefined, undefined]);
    reject(agents[1]);
    lab.settle();
    expect(breadths(agents)).toEqual(["1", "1", "1", undefined]);
  });

  it("gives the whole of it to each of those tried one after the other", async () => {
    const { lab, agents } = await fork("5", 2, { proxy: { mode: "sequential" } });
    reject(agents[0]);
    lab.settle();
    expect(breadths(agents)).toEqual(["5", "5"]);
  });

  it("answers 440 where nothing is left at all", async () => {
    expect((await fork("0", 1)).lab.answers).toEqual(["440 INVITE"]);
  });

  it("answers 440 where the element does not try them in turn", async () => {
    const { lab, agents } = await fork("1", 2, { proxy: { mode: "parallel", refusesNarrowBreadth: true } });
    expect([lab.answers, breadths(agents)]).toEqual([["440 INVITE"], [undefined, undefined]]);
  });

  it("shares what a redirect gave back", async () => {
    const { lab, agents } = await fork("4", 1);
    const others = [lab.userAgent("one"), lab.userAgent("two")];
    const contact = others.map(({ uri }) => `<${uri}>`).join(", ");
    agents[0]?.received.find(({ message }) => message.method === "INVITE")?.reply(302, { contact });
    lab.settle();
    expect(breadths(others)).toEqual(["2", "2"]);
  });
});
