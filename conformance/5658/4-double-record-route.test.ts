import type { ScriptedUserAgent } from "@siplet/testkit";
import { describe, expect, it } from "vitest";
import { ProxyLab, type ProxyLabOptions } from "../3261/proxy-lab.js";

const recordRoute: ProxyLabOptions = { proxy: { recordRoute: true } };
const udpSide = "<sip:192.0.2.10:5060;lr;r2=on>";
const tcpSide = "<sip:192.0.2.10:5060;transport=tcp;lr;r2=on>";

/** A call from alice to bob, answered; gives the Record-Route that both have. */
function call(lab: ProxyLab, bob: ScriptedUserAgent): readonly string[] {
  bob.answer("INVITE", 200);
  lab.alice.sendRequest({ method: "INVITE" });
  lab.settle();
  const [caller, callee] = [lab.alice.last("200 INVITE"), bob.last("INVITE")].map((each) =>
    each.values("Record-Route"),
  );
  expect(caller).toEqual(callee);
  return callee ?? [];
}

describe("RFC 5658 §4.1 one value or two (checklist 51)", () => {
  it("is one where both sides see the same", async () => {
    const lab = await ProxyLab.open(recordRoute);
    expect(call(lab, lab.callee("bob"))).toEqual(["<sip:192.0.2.10:5060;lr>"]);
  });

  it("is two where the transport changes, the side it goes out by on top", async () => {
    const lab = await ProxyLab.open(recordRoute);
    const bob = lab.userAgent("bob", "tcp");
    lab.register(bob.uri);
    expect(call(lab, bob)).toEqual([tcpSide, udpSide]);
  });

  it("is two where the address family changes", async () => {
    const lab = await ProxyLab.open({
      ...recordRoute,
      listen: [{ protocol: "udp", address: "2001:db8::10", port: 5060 }],
    });
    lab.register("sip:bob@[2001:db8::2]:5060");
    lab.alice.sendRequest({ method: "INVITE" });
    lab.settle();
    const [sent] = lab.network.trace.packets("INVITE", { from: "2001:db8::10" });
    expect(sent?.message.values("Record-Route")).toEqual(["<sip:[2001:db8::10]:5060;lr;r2=on>", udpSide]);
  });
});

describe("RFC 5658 §4.2 requests of the dialog", () => {
  it("lose both values and leave by the other side, whoever sends them", async () => {
    const lab = await ProxyLab.open(recordRoute);
    const bob = lab.userAgent("bob", "tcp");
    lab.register(bob.uri);
    const recorded = call(lab, bob);
    lab.alice.sendRequest({ method: "BYE", uri: bob.uri, toTag: "bob-tag", route: recorded.toReversed() });
    lab.settle();
    expect([bob.last("BYE").values("Route"), bob.last("BYE").topVia]).toEqual([
      [],
      expect.stringContaining("SIP/2.0/TCP 192.0.2.10"),
    ]);
    bob.sendRequest(
      { method: "INFO", uri: "sip:alice@192.0.2.1:5060", toTag: "alice-tag", route: recorded },
      { address: "192.0.2.10", port: 5060 },
    );
    lab.settle();
    expect([lab.alice.last("INFO").values("Route"), lab.alice.last("INFO").topVia]).toEqual([
      [],
      expect.stringContaining("SIP/2.0/UDP 192.0.2.10"),
    ]);
  });

  it("leave by the listener that the second value names", async () => {
    const listen = [{ protocol: "udp", address: "192.0.2.20", port: 5060 }] as const;
    const lab = await ProxyLab.open({ ...recordRoute, listen });
    const bob = lab.userAgent("bob");
    const route = ["<sip:192.0.2.10:5060;lr;r2=on>", "<sip:192.0.2.20:5060;lr;r2=on>"];
    lab.alice.sendRequest({ method: "BYE", uri: bob.uri, toTag: "bob-tag", route });
    lab.settle();
    expect(bob.received[0]?.from.address).toBe("192.0.2.20");
  });

  it("keep a second value that is not ours", async () => {
    const lab = await ProxyLab.open(recordRoute);
    const other = lab.userAgent("other");
    const foreign = `<sip:${other.local.address}:5060;lr;r2=on>`;
    lab.alice.sendRequest({ method: "BYE", uri: "sip:bob@192.0.2.99", toTag: "b", route: [udpSide, foreign] });
    lab.settle();
    expect(other.last("BYE").values("Route")).toEqual([foreign]);
  });
});
