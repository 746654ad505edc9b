import { RegistrarCore, Registration } from "@siplet/core";
import { describe, expect, it } from "vitest";
import { openLab, openRegistrar, openStack, partsOf } from "../stack-lab.js";

describe("RFC 3608 §6 Service-Route", () => {
  it("goes from the registrar to the user agent in order, is not used by REGISTER, and ends with the next 200 without it", async () => {
    const lab = openLab();
    let routes: readonly string[] = ["<sip:hsp.example.com;lr>", "<sip:scscf.example.com;lr>"];
    await openRegistrar(
      lab,
      new RegistrarCore({ domains: ["192.0.2.9"], clock: lab.clock, serviceRoutes: () => routes }),
    );
    const stack = await openStack(lab, "192.0.2.1");
    const registration = new Registration(partsOf(stack), { addressOfRecord: "sip:alice@192.0.2.9" });
    registration.register();
    lab.clock.advance(0);
    expect(registration.serviceRoutes).toEqual(routes);
    routes = [];
    registration.register();
    lab.clock.advance(0);
    expect(registration.serviceRoutes).toEqual([]);
    expect(lab.network.trace.toString()).not.toContain("Route: <sip:hsp");
  });
});
