import { ManualClock } from "@siplet/testkit";
import { describe, expect, it } from "vitest";
import type { Connection } from "../transport.js";
import { messageRateLimit } from "./message-rate.js";

const nothing = new Uint8Array(0);

function peer(address: string, isReliable: boolean): Connection {
  return { transport: { isReliable }, remote: { address, port: 5060 } } as Pick<Connection, "remote"> as Connection;
}

describe("the limit of a peer's message rate", () => {
  it("takes a burst, then as many as the rate allows", () => {
    const clock = new ManualClock();
    const admit = messageRateLimit({ clock, perSecond: 10, burst: 3 });
    const stream = peer("192.0.2.1", true);
    const taken = () =>
      Array.from({ length: 5 }, () => admit(nothing, stream)).filter((each) => each === "take").length;
    expect(taken()).toBe(3);
    clock.advance(100);
    expect(taken()).toBe(1);
    clock.advance(60_000);
    expect(taken()).toBe(3);
  });

  it("counts each stream for itself, and datagrams by their source", () => {
    const admit = messageRateLimit({ clock: new ManualClock(), perSecond: 1, burst: 1 });
    const [one, other] = [peer("192.0.2.1", true), peer("192.0.2.1", true)];
    expect([admit(nothing, one), admit(nothing, other)]).toEqual(["take", "take"]);
    const datagrams = [peer("192.0.2.1", false), peer("192.0.2.1", false), peer("192.0.2.2", false)];
    expect(datagrams.map((each) => admit(nothing, each))).toEqual(["take", "drop", "take"]);
  });

  it("closes a stream that sends too much where it is told to, and never drops a socket of UDP", () => {
    const admit = messageRateLimit({ clock: new ManualClock(), perSecond: 1, burst: 1, excess: "close" });
    const [stream, datagram] = [peer("192.0.2.1", true), peer("192.0.2.1", false)];
    expect([admit(nothing, stream), admit(nothing, stream)]).toEqual(["take", "close"]);
    expect([admit(nothing, datagram), admit(nothing, datagram)]).toEqual(["take", "drop"]);
  });
});
