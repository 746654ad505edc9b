import { describe, expect, it } from "vitest";
import { ProxyLab } from "./proxy-lab.js";

/** What bob got of a request with these Routes. */
async function pass(
  uri: string,
  route: readonly string[],
): Promise<{ readonly uri: string | undefined; readonly routes: readonly string[] | undefined; readonly to: string }> {
  const lab = await ProxyLab.open();
  lab.userAgent("bob"); // 192.0.2.2
  lab.userAgent("next"); // 192.0.2.3
  lab.alice.sendRequest({ method: "BYE", uri, route, toTag: "bob-tag" });
  lab.settle();
  const [sent] = lab.network.trace.packets("BYE", { from: "proxy" });
  return { uri: sent?.message.requestUri, routes: sent?.message.values("Route"), to: sent?.to.address ?? "nobody" };
}

const bob = "sip:bob@192.0.2.2:5060";
const next = "<sip:192.0.2.3:5060;lr>";
const own = "<sip:192.0.2.10:5060;lr>";

describe("RFC 3261 §16.4 own Routes", () => {
  it("takes its own first Route away and goes on by the next one", async () => {
    expect(await pass(bob, [own, next])).toEqual({ uri: bob, routes: [next], to: "192.0.2.3" });
  });

  it("goes by the Request-URI when no Route is left", async () => {
    expect(await pass(bob, [own])).toEqual({ uri: bob, routes: [], to: "192.0.2.2" });
  });

  it("knows itself without a port, and in whatever parameters and user", async () => {
    expect(await pass(bob, ["<sip:key@192.0.2.10;transport=udp;x=y;lr>", next])).toMatchObject({ routes: [next] });
  });

  it("leaves a Route with its host and another port", async () => {
    const other = "<sip:192.0.2.10:5090;lr>";
    expect(await pass(bob, [other, next])).toEqual({ uri: bob, routes: [other, next], to: "192.0.2.10" });
  });

  it("takes away no second own Route that is not half of a pair", async () => {
    const lab = await ProxyLab.open();
    lab.alice.sendRequest({ method: "BYE", uri: bob, route: [own, own], toTag: "b" });
    lab.settle();
    const [first] = lab.network.trace.packets("BYE", { from: "proxy" });
    expect(first?.to.address).toBe("192.0.2.10"); // a spiral
    expect(first?.message.values("Route")).toEqual([own]);
  });

  it("cuts the first of several values in one line and leaves the others as they are", async () => {
    const lab = await ProxyLab.open();
    lab.userAgent("bob");
    const second = '"a, b" <sip:192.0.2.2:5060;lr;x="1,2">;y';
    lab.alice.sendRequest({
      method: "BYE",
      uri: bob,
      toTag: "b",
      headers: { Route: `${own} , ${second.replace(';x="1,2"', "")}` },
    });
    lab.settle();
    const [sent] = lab.network.trace.packets("BYE", { from: "proxy" });
    expect(sent?.message.headers("Route")).toEqual(['"a, b" <sip:192.0.2.2:5060;lr>;y']);
  });
});

describe("RFC 3261 §16.4 strict routing (checklist 50)", () => {
  it("puts the last Route back into the Request-URI when a strict router put us there", async () => {
    const { uri, routes, to } = await pass("sip:192.0.2.10:5060;lr", [next, `<${bob}>`]);
    expect([uri, routes, to]).toEqual([bob, [next], "192.0.2.3"]);
  });

  it("does so for the last hop, too", async () => {
    expect(await pass("sip:192.0.2.10;lr", [`<${bob}>`])).toEqual({ uri: bob, routes: [], to: "192.0.2.2" });
  });

  it("turns the request round for a strict router behind us", async () => {
    const strict = "sip:192.0.2.3:5060";
    expect(await pass(bob, [own, `<${strict}>`, "<sip:192.0.2.4;lr>"])).toEqual({
      uri: strict,
      routes: ["<sip:192.0.2.4;lr>", `<${bob}>`],
      to: "192.0.2.3",
    });
  });

  it("undoes one strict router and serves the next one", async () => {
    const strict = "sip:192.0.2.3:5060";
    expect(await pass("sip:192.0.2.10:5060;lr", [`<${strict}>`, `<${bob}>`])).toEqual({
      uri: strict,
      routes: [`<${bob}>`],
      to: "192.0.2.3",
    });
  });
});

describe("RFC 3261 §16.4 maddr", () => {
  it("is stripped with port and transport when it is ours and the request came as it says", async () => {
    const lab = await ProxyLab.open({ domains: [] });
    lab.alice.sendRequest({ method: "MESSAGE", uri: "sip:bob@192.0.2.2;maddr=192.0.2.10;transport=udp;x=y" });
    lab.settle();
    const [sent] = lab.network.trace.packets("MESSAGE", { from: "proxy" });
    expect([sent?.message.requestUri, sent?.to.address]).toEqual(["sip:bob@192.0.2.2;x=y", "192.0.2.2"]);
  });

  it("stays when it is foreign: the request goes there with an unchanged URI", async () => {
    const lab = await ProxyLab.open();
    lab.userAgent("bob");
    const uri = "sip:bob@example.com;maddr=192.0.2.2";
    lab.alice.sendRequest({ method: "MESSAGE", uri });
    lab.settle();
    const [sent] = lab.network.trace.packets("MESSAGE", { from: "proxy" });
    expect([sent?.message.requestUri, sent?.to.address]).toEqual([uri, "192.0.2.2"]);
  });
});
