import { RegistrarCore, Registration, parseUri } from "@siplet/core";
import { describe, expect, it } from "vitest";
import { openLab, openRegistrar, openStack, partsOf } from "../stack-lab.js";

const addressOfRecord = "sip:alice@192.0.2.9";

async function openDevices() {
  const lab = openLab();
  const registrar = new RegistrarCore({ domains: ["192.0.2.9"], clock: lab.clock });
  await openRegistrar(lab, registrar);
  const device = async (address: string): Promise<Registration> => {
    const instanceId = `urn:uuid:00000000-0000-1000-8000-00000000000${address.at(-1)}`;
    const registration = new Registration(partsOf(await openStack(lab, address)), { addressOfRecord, instanceId });
    registration.register();
    lab.clock.advance(0);
    return registration;
  };
  const reached = (uri = ""): string[] => {
    const outcome = registrar.lookUp(parseUri(uri));
    if ("then" in outcome) return [];
    if (outcome.kind === "missing") return [String(outcome.statusCode)];
    return outcome.targets.map(({ flows }) => flows[0].requestUri);
  };
  return { lab, device, reached };
}

describe("RFC 5627 §5 checklist 66: GRUUs", () => {
  it("lead to one of several devices", async () => {
    const { device, reached } = await openDevices();
    const [desk, mobile] = [await device("192.0.2.1"), await device("192.0.2.2")];
    expect(reached(addressOfRecord)).toHaveLength(2);
    for (const [registration, contact] of [
      [desk, "sip:alice@192.0.2.1:5060"],
      [mobile, "sip:alice@192.0.2.2:5060"],
    ] as const) {
      expect(reached(registration.binding?.gruus.public)).toEqual([contact]);
      expect(reached(registration.binding?.gruus.temporary)).toEqual([contact]);
    }
  });

  it("answer 480 (public) and 404 (temporary) when the device has gone, 404 when it never was", async () => {
    const { lab, device, reached } = await openDevices();
    await device("192.0.2.2");
    const desk = await device("192.0.2.1");
    const gruus = desk.binding?.gruus;
    desk.unregister();
    lab.clock.advance(0);
    expect([reached(gruus?.public), reached(gruus?.temporary)]).toEqual([["480"], ["404"]]);
    expect(reached(`${addressOfRecord};gr=urn:uuid:never`)).toEqual(["404"]);
  });

  it("keep all temporary ones of a Call-ID, and end them with the next Call-ID", async () => {
    const { lab, device, reached } = await openDevices();
    const desk = await device("192.0.2.1");
    const first = desk.binding?.gruus.temporary;
    desk.register();
    lab.clock.advance(0);
    const second = desk.binding?.gruus.temporary;
    expect(second).not.toBe(first);
    expect([reached(first), reached(second)]).toEqual([["sip:alice@192.0.2.1:5060"], ["sip:alice@192.0.2.1:5060"]]);
    const reborn = new Registration(partsOf(await openStack(lab, "192.0.2.7")), {
      addressOfRecord,
      instanceId: "urn:uuid:00000000-0000-1000-8000-000000000001",
      contact: "sip:alice@192.0.2.1:5060",
    });
    reborn.register();
    lab.clock.advance(0);
    expect([reached(first), reached(second)]).toEqual([["404"], ["404"]]);
    expect(reached(reborn.binding?.gruus.temporary)).toEqual(["sip:alice@192.0.2.1:5060"]);
  });
});
