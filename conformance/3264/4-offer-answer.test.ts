import { describe, expect, it } from "vitest";
import { AgentLab, callScripted, onRequest, receiveScripted, sdp, type LabAgent } from "../agent-lab.js";

const media = (...lines: readonly string[]): string =>
  ["v=0", "o=bob 9 9 IN IP4 192.0.2.2", "s=-", "c=IN IP4 192.0.2.2", "t=0 0", ...lines, ""].join("\r\n");
const lines = (text: string, start: string): string[] => text.split("\r\n").filter((line) => line.startsWith(start));

/** What Alice, who does PCMU, PCMA and tones, answers to an offer. */
async function answerTo(offer: string): Promise<string> {
  const own = sdp("alice", 50_000).replace("0 8", "0 8 97").concat("a=rtpmap:97 telephone-event/8000\r\n");
  const { call, bob, lab } = await receiveScripted({ body: offer }, { agent: {} });
  const { DescribedMedia } = await import("@siplet/core");
  void call.answer({ media: new DescribedMedia(own) }).catch(() => {});
  lab.pass();
  return bob.last(({ status, method }) => status >= 200 && method === "INVITE").text;
}

/** Two user agents of the engine in a call. */
async function connected(): Promise<readonly [AgentLab, ReturnType<LabAgent["ua"]["invite"]>, LabAgent]> {
  const lab = new AgentLab();
  const [alice, bob] = [await lab.agent("alice"), await lab.agent("bob")];
  bob.ua.on("call", (call) => void call.answer({ sdp: sdp("bob") }));
  const call = alice.ua.invite(bob.uri, { sdp: sdp("alice") });
  lab.pass();
  return [lab, call, bob];
}

describe("RFC 3264 §6 answers", () => {
  it("have the media lines of the offer in their order, refused ones with port 0", async () => {
    const text = await answerTo(media("m=video 5000 RTP/AVP 31", "m=audio 5002 RTP/AVP 8 0", "m=text 5004 RTP/AVP 98"));
    expect(lines(text, "m=")).toEqual(["m=video 0 RTP/AVP 31", "m=audio 50000 RTP/AVP 8 0", "m=text 0 RTP/AVP 98"]);
  });

  it("list what both know, in the offerer's order, under the offerer's numbers", async () => {
    const text = await answerTo(media("m=audio 5002 RTP/AVP 18 8 101 0", "a=rtpmap:101 telephone-event/8000"));
    expect(lines(text, "m=")).toEqual(["m=audio 50000 RTP/AVP 8 101 0"]);
    expect(lines(text, "a=rtpmap")).toEqual(["a=rtpmap:101 telephone-event/8000"]);
  });

  it("are refused where nothing is in common: 488", async () => {
    expect(await answerTo(media("m=audio 5002 RTP/AVP 18"))).toMatch(/^SIP\/2\.0 488 /);
    expect(await answerTo("this is no session description")).toMatch(/^SIP\/2\.0 488 /);
  });

  it("are given to an offer without media lines", async () => {
    expect(await answerTo(media())).toMatch(/^SIP\/2\.0 200 /);
  });

  it.each([
    ["sendonly", "recvonly"],
    ["recvonly", "sendonly"],
    ["inactive", "inactive"],
    ["sendrecv", "sendrecv"],
  ])("turn the direction %s into %s", async (offered, answered) => {
    const text = await answerTo(media("m=audio 5002 RTP/AVP 0", `a=${offered}`));
    expect(lines(text, `a=${answered}`)).toHaveLength(1);
  });

  it("understand the old hold", async () => {
    const text = await answerTo(media("m=audio 5002 RTP/AVP 0", "c=IN IP4 0.0.0.0"));
    expect(lines(text, "a=recvonly")).toHaveLength(1);
  });
});

describe("RFC 3264 §8.4 hold", () => {
  it("is told, heard, ended, and leaves both ends as before; each change raises the version", async () => {
    const [lab, call, bob] = await connected();
    const held: boolean[] = [];
    for (const other of bob.ua.calls) other.on("session", ({ isHeldByPeer }) => held.push(isHeldByPeer));
    void call.hold();
    await lab.settle();
    expect([call.isHolding, call.remoteDescription]).toEqual([true, expect.stringContaining("a=recvonly")]);
    void call.resume();
    await lab.settle();
    expect([call.isHolding, held]).toEqual([false, [true, false]]);
    expect(call.localDescription).toContain("o=alice 1 3 IN");
    expect(call.localDescription?.includes("a=send")).toBe(false);
  });

  it("of both ends leaves neither sending, and each ends its own", async () => {
    const [lab, call, bob] = await connected();
    const [other] = bob.ua.calls;
    void call.hold();
    await lab.settle();
    void other?.hold();
    await lab.settle();
    expect([call.localDescription, other?.localDescription]).toEqual([
      expect.stringContaining("a=inactive"),
      expect.stringContaining("a=sendonly"),
    ]);
    void call.resume();
    await lab.settle();
    expect([call.localDescription?.includes("a="), call.remoteDescription]).toEqual([
      false,
      expect.stringContaining("a=sendonly"),
    ]);
    void other?.resume();
    await lab.settle();
    expect(call.remoteDescription).toContain("o=bob 1");
    expect(call.remoteDescription?.includes("a=sendonly")).toBe(false);
  });

  it("is off again when it was refused", async () => {
    const { call, invites, lab } = await callScripted();
    invites[0]?.reply(200, { body: sdp("bob") });
    lab.pass();
    const held = call.hold();
    held.catch(() => {});
    lab.pass();
    invites[1]?.reply(488);
    await lab.settle();
    await expect(held).rejects.toMatchObject({ statusCode: 488 });
    expect(call.isHolding).toBe(false);
  });
});

describe("RFC 6337 §2.2 where offers and answers travel; checklist 59", () => {
  it("forked answers: each early dialog has its own", async () => {
    const { call, invites, lab, bob } = await callScripted();
    onRequest(bob, (request) => request.reply(200));
    const headers = { Require: "100rel", RSeq: "1" };
    invites[0]?.reply(183, { toTag: "one", body: sdp("one"), headers });
    invites[0]?.reply(183, { toTag: "two", body: sdp("two"), headers });
    lab.pass();
    invites[0]?.reply(200, { toTag: "one" });
    lab.pass();
    expect([call.state, call.remoteDescription]).toEqual(["confirmed", sdp("one")]);
  });

  it("an offer in the INVITE, previewed in an unreliable provisional, answered in the 2xx", async () => {
    const { call, invites, lab, told } = await callScripted();
    invites[0]?.reply(183, { body: sdp("bob") });
    lab.pass();
    expect([told, call.remoteDescription]).toEqual([["183 sdp"], undefined]);
    invites[0]?.reply(200, { body: sdp("bob") });
    lab.pass();
    expect(call.remoteDescription).toBe(sdp("bob"));
  });

  it("an ACK with a description where none is due is passed over", async () => {
    const { call, lab, acknowledge } = await receiveScripted();
    void call.answer({ sdp: sdp("alice") });
    lab.pass();
    acknowledge({ body: sdp("mallory") });
    expect([call.state, call.remoteDescription]).toEqual(["confirmed", sdp("bob")]);
  });
});
