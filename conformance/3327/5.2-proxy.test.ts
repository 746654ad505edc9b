import { describe, expect, it } from "vitest";
import { ProxyLab } from "../3261/proxy-lab.js";

const toRegistrar = { method: "REGISTER", uri: "sip:192.0.2.2:5060", to: "<sip:alice@example.org>" };

describe("RFC 3327 §5.2 Path of a proxy", () => {
  it("is put in front of the others in a REGISTER, with lr, and no Record-Route is", async () => {
    const lab = await ProxyLab.open({ proxy: { path: true, recordRoute: true } });
    const registrar = lab.userAgent("registrar");
    lab.alice.sendRequest({ ...toRegistrar, headers: { Path: "<sip:p0.example.org;lr>", Supported: "path" } });
    lab.settle();
    const register = registrar.last("REGISTER");
    expect(register.values("Path")).toEqual(["<sip:192.0.2.10:5060;lr>", "<sip:p0.example.org;lr>"]);
    expect(register.headers("Record-Route")).toEqual([]);
  });

  it("is not put into anything else, and not without being asked for", async () => {
    const lab = await ProxyLab.open({ proxy: { path: true } });
    const registrar = lab.userAgent("registrar");
    lab.alice.sendRequest({ ...toRegistrar, method: "MESSAGE" });
    lab.settle();
    expect(registrar.last("MESSAGE").headers("Path")).toEqual([]);
    const plain = await ProxyLab.open();
    const other = plain.userAgent("registrar");
    plain.alice.sendRequest(toRegistrar);
    plain.settle();
    expect(other.last("REGISTER").headers("Path")).toEqual([]);
  });

  it("stands in the answer as the registrar sent it", async () => {
    const lab = await ProxyLab.open({ proxy: { path: true } });
    const registrar = lab.userAgent("registrar");
    registrar.on("REGISTER", (incoming) => incoming.reply(200, { headers: { Path: incoming.message.values("Path") } }));
    lab.alice.sendRequest(toRegistrar);
    lab.settle();
    expect(lab.alice.last("200 REGISTER").values("Path")).toEqual(["<sip:192.0.2.10:5060;lr>"]);
  });
});

describe("RFC 3327 §5.3 use of a Path by the home proxy", () => {
  it("comes back through us to the contact", async () => {
    const lab = await ProxyLab.open({ proxy: { path: true } });
    const bob = lab.userAgent("bob");
    lab.alice.sendRequest({ method: "INVITE", uri: bob.uri, route: ["<sip:192.0.2.10:5060;lr>"] });
    lab.settle();
    expect([bob.last("INVITE").requestUri, bob.last("INVITE").headers("Route")]).toEqual([bob.uri, []]);
  });
});
