import {
  contextAttribute,
  DnsResolver,
  IllegalArgumentError,
  SipFactory,
  SipServletContext,
  SipSessionsUtil,
  TimerService,
  type SipUri,
} from "@siplet/framework";
import { ManualClock, ScriptedResolver } from "@siplet/testkit";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ScriptedLab } from "./scripted-application.js";

let bench: ScriptedLab;
let context: SipServletContext;

beforeEach(async () => {
  bench = await ScriptedLab.start();
  context = bench.lab.container.bean("scripted", SipServletContext);
});
afterEach(() => bench[Symbol.asyncDispose]());

describe("JSR 289 §3.1, JSR 359 the servlet context", () => {
  it("has the objects of the container as attributes, by the names of the JSR", () => {
    expect(contextAttribute).toMatchObject({
      SIP_FACTORY: "javax.servlet.sip.SipFactory",
      TIMER_SERVICE: "javax.servlet.sip.TimerService",
      SIP_SESSIONS_UTIL: "javax.servlet.sip.SipSessionsUtil",
      SUPPORTED: "javax.servlet.sip.supported",
      SUPPORTED_RFCS: "javax.servlet.sip.supportedRfcs",
      PRACK_SUPPORTED: "javax.servlet.sip.100rel",
      OUTBOUND_INTERFACES: "javax.servlet.sip.outboundInterfaces",
      DNS_RESOLVER: "javax.servlet.sip.DnsResolver",
    });
    const bean = bench.lab.container.bean.bind(bench.lab.container, "scripted");
    expect(context.getAttribute(contextAttribute.SIP_FACTORY)).toBe(bean(SipFactory));
    expect(context.getAttribute(contextAttribute.TIMER_SERVICE)).toBe(bean(TimerService));
    expect(context.getAttribute(contextAttribute.SIP_SESSIONS_UTIL)).toBe(bean(SipSessionsUtil));
    expect(context.getAttribute(contextAttribute.DNS_RESOLVER)).toBe(bean(DnsResolver));
    expect(context.getAttribute(contextAttribute.PRACK_SUPPORTED)).toBe(true);
    expect(context.getAttributeNames()).toEqual(expect.arrayContaining(Object.values(contextAttribute)));
  });

  it("lists option tags first, then methods [K], and the RFCs a 2.0 container must know", () => {
    const supported = context.getAttribute(contextAttribute.SUPPORTED) as readonly string[];
    expect(supported).toEqual(context.supported);
    expect(supported).toEqual(expect.arrayContaining(["100rel", "timer", "replaces", "join", "path", "UPDATE"]));
    expect(supported.indexOf("100rel")).toBeLessThan(supported.indexOf("PRACK"));
    const rfcs = context.getAttribute(contextAttribute.SUPPORTED_RFCS) as readonly string[];
    const required = "3261 3263 3262 6665 3311 6086 3428 3515 3903 3326 3327 3891 3911 3966 4028 4916 6026 6116 7118";
    expect(rfcs).toEqual(expect.arrayContaining(required.split(" ")));
    expect(rfcs).toEqual(context.supportedRfcs);
  });

  it("lists the outbound interfaces, which cannot be changed: one for each listener", () => {
    expect(context.outboundInterfaces.map(String)).toEqual(["sip:192.0.2.10:5060"]);
    const listed = context.getAttribute(contextAttribute.OUTBOUND_INTERFACES) as SipUri[];
    listed.pop();
    expect(context.outboundInterfaces).toHaveLength(1);
  });

  it("keeps attributes of the application, not under the names of the container", () => {
    context.setAttribute("mine", 5);
    expect([context.getAttribute("mine"), context.getAttributeNames().includes("mine")]).toEqual([5, true]);
    context.removeAttribute("mine");
    expect(context.getAttribute("mine")).toBeUndefined();
    expect(() => context.setAttribute(contextAttribute.SUPPORTED, [])).toThrow(IllegalArgumentError);
    expect(() => context.removeAttribute(contextAttribute.SIP_FACTORY)).toThrow(IllegalArgumentError);
    expect(() => context.getAttribute(undefined as never)).toThrow(IllegalArgumentError);
  });
});

describe("JSR 359 DnsResolver (RFC 6116, RFC 3824)", () => {
  it("turns a number into its ENUM domain, separators left out", () => {
    const resolver = bench.lab.container.bean("scripted", DnsResolver);
    expect(resolver.toEnum(bench.factory.createUri("tel:+1-202-555-2600"))).toBe("0.0.6.2.5.5.5.2.0.2.1.e164.arpa");
    expect(resolver.toEnum(bench.factory.createUri("sip:+12025552600@x;user=phone"))).toBe(
      "0.0.6.2.5.5.5.2.0.2.1.e164.arpa",
    );
    expect(() => resolver.toEnum(bench.factory.createUri("tel:2600;phone-context=x"))).toThrow(IllegalArgumentError);
  });

  it("gives another SIP URI back as it is [?], and nothing for a number nobody knows", async () => {
    const nobody = new ScriptedResolver({ clock: new ManualClock(), zone: "$ORIGIN e164.arpa." });
    await using other = await ScriptedLab.start({ resolver: nobody });
    const resolver = other.lab.container.bean("scripted", DnsResolver);
    const uri = other.factory.createUri("sip:bob@example.com");
    expect(String(await resolver.resolveToSipUri(uri))).toBe("sip:bob@example.com");
    expect(await resolver.resolveToSipUri(other.factory.createUri("tel:+12025552600"))).toBeUndefined();
    expect(await resolver.resolveToSipUris(other.factory.createUri("tel:+12025552600"))).toEqual([]);
  });

  it("tells whether a URI leads here", async () => {
    const resolver = bench.lab.container.bean("scripted", DnsResolver);
    const leads = (text: string) => resolver.resolvesInternally(bench.factory.createUri(text) as SipUri);
    expect(await leads("sip:any@192.0.2.10")).toBe(true);
    expect(await leads("sip:any@192.0.2.10:5070")).toBe(false);
    expect(await leads("sip:any@192.0.2.99")).toBe(false);
  });
});
