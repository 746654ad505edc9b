import { describe, expect, it } from "vitest";
import { ProxyLab } from "../3261/proxy-lab.js";

const outside = "203.0.113.5";

/** Sends back to the proxy whatever it sends outside, as another proxy would that changed what `change` says. */
function reflect(lab: ProxyLab, change: (text: string) => string): void {
  const mirror = lab.userAgent("mirror");
  lab.register(mirror.uri);
  let count = 0;
  mirror.on("INVITE", ({ message }) => {
    const via = `Via: SIP/2.0/UDP ${mirror.local.address}:5060;branch=z9hG4bK-m${++count}`;
    mirror.send(change(message.text.replace("Via:", `${via}\r\nVia:`)));
  });
}

describe("RFC 5393 §4.2 loop detection (checklist 49)", () => {
  it("answers by 482 what comes back as it went", async () => {
    const lab = await ProxyLab.open();
    reflect(lab, (text) => text.replace(/^INVITE \S+/, "INVITE sip:bob@example.com"));
    lab.alice.sendRequest({ method: "INVITE" });
    lab.settle();
    const statuses = lab.network.trace.summaries({ from: "proxy" }).filter((line) => line.endsWith(" INVITE"));
    expect(statuses).toEqual(["482 INVITE"]);
  });

  it("lets a spiral pass: the Request-URI has changed", async () => {
    const lab = await ProxyLab.open();
    const carol = lab.userAgent("carol").answer("INVITE", 200);
    reflect(lab, (text) => text.replace(/^INVITE \S+/, `INVITE ${carol.uri}`));
    lab.alice.sendRequest({ method: "INVITE" });
    lab.settle();
    expect(carol.messages("INVITE")).toHaveLength(1);
    expect(carol.last("INVITE").values("Via")).toHaveLength(4);
  });

  it.each([
    ["Route", (text: string) => text.replace("From:", "Route: <sip:192.0.2.10;lr>\r\nFrom:")],
    ["Proxy-Authorization", (text: string) => text.replace("From:", "Proxy-Authorization: Digest x=y\r\nFrom:")],
    ["Proxy-Require", (text: string) => text.replace("From:", "Proxy-Require: foo\r\nFrom:")],
    ["the From tag", (text: string) => text.replace("alice-tag", "other-tag")],
    ["the CSeq number", (text: string) => text.replace("CSeq: 1", "CSeq: 2")],
  ])("takes %s into account", async (_what, change) => {
    const lab = await ProxyLab.open({ extensions: ["foo"] });
    let passes = 0;
    reflect(lab, (text) => {
      const back = text.replace(/^INVITE \S+/, "INVITE sip:bob@example.com");
      return ++passes === 1 ? change(back) : back;
    });
    lab.alice.sendRequest({ method: "INVITE" });
    lab.settle();
    expect(lab.network.trace.packets("INVITE", { from: "proxy" })).toHaveLength(2);
  });

  it("does not look at the method, nor at what others wrote into Via", async () => {
    const lab = await ProxyLab.open();
    const bob = lab.callee("bob");
    lab.alice.sendRequest({ method: "INVITE" });
    lab.settle();
    const [, hash] = bob.last("INVITE").branch.split(".");
    const via = [`SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1`, `SIP/2.0/UDP ${outside};branch=z9hG4bKx.${hash}`];
    lab.alice.sendRequest({ method: "MESSAGE", via });
    lab.settle();
    expect(bob.last("MESSAGE").branch.split(".")[1]).toBe(hash);
  });

  it("ends at Max-Forwards where somebody hides our Via", async () => {
    const lab = await ProxyLab.open();
    reflect(lab, (text) =>
      text.replace(/^INVITE \S+/, "INVITE sip:bob@example.com").replace(/Via: SIP\/2.0\/UDP 192.0.2.10[^\r]*\r\n/g, ""),
    );
    lab.alice.sendRequest({ method: "INVITE", headers: { "Max-Forwards": "20" } });
    lab.settle();
    expect(lab.network.trace.packets("INVITE", { from: "proxy" })).toHaveLength(20);
    expect(lab.network.trace.summaries({ from: "proxy" }).at(-1)).toBe("483 INVITE");
  });
});
