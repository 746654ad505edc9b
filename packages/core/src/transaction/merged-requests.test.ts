import { answer, inviteText, ManualClock, MemoryNetwork, RecordingElement, ScriptedUserAgent } from "@siplet/testkit";
import { beforeEach, describe, expect, it } from "vitest";

const here = { address: "192.0.2.10", port: 5060 };

describe("RFC 3261 §8.2.2.2 merged requests", () => {
  let clock: ManualClock;
  let element: RecordingElement;
  let peer: ScriptedUserAgent;
  let merged: boolean[];

  beforeEach(async () => {
    clock = new ManualClock();
    const network = new MemoryNetwork({ clock });
    merged = [];
    element = await RecordingElement.open(network, { clock, listen: [{ protocol: "udp", ...here }] });
    peer = ScriptedUserAgent.inMemory(network, {
      protocol: "udp",
      address: "192.0.2.2",
      port: 5060,
      clock,
      peer: here,
    });
    element.onEach = (transaction) => void merged.push(element.transactions.mergedRequests.isMerged(transaction));
  });

  function receive(...requests: readonly string[]): void {
    for (const request of requests) peer.send(request);
    clock.advance(0);
  }

  it("finds a second copy that came by another path, with another branch (checklist 26)", () => {
    receive(inviteText({ branch: "z9hG4bK-a" }), inviteText({ branch: "z9hG4bK-b" }));
    expect(merged).toEqual([false, true]);
  });

  it("asks nobody about repeats: the transaction takes them", () => {
    receive(inviteText(), inviteText());
    expect(merged).toEqual([false]);
  });

  it.each([
    ["From tag", { fromTag: "other" }],
    ["Call-ID", { callId: "other" }],
    ["CSeq", { sequenceNumber: 2 }],
  ])("lets requests of another %s pass", (_name, change) => {
    receive(inviteText({ branch: "z9hG4bK-a" }), inviteText({ branch: "z9hG4bK-b", ...change }));
    expect(merged).toEqual([false, false]);
  });

  it("does not look at requests inside a dialog", () => {
    receive(inviteText({ branch: "z9hG4bK-a", toTag: "x" }), inviteText({ branch: "z9hG4bK-b", toTag: "x" }));
    expect(merged).toEqual([false, false]);
    expect(element.transactions.mergedRequests.size).toBe(0);
  });

  it("gives the same answer when it is asked twice about one request", () => {
    receive(inviteText());
    expect(element.transactions.mergedRequests.isMerged(element.lastRequest)).toBe(false);
  });

  it("remembers an answered request as long as its transaction lives, then forgets it", () => {
    receive(inviteText({ branch: "z9hG4bK-a" }));
    answer(element.lastRequest, 200);
    clock.advance(31_999);
    receive(inviteText({ branch: "z9hG4bK-b" }));
    clock.advance(1);
    receive(inviteText({ branch: "z9hG4bK-c" }));
    expect(merged).toEqual([false, true, false]);
  });
});
