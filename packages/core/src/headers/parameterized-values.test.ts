import { describe, expect, it } from "vitest";
import { ContentDisposition } from "./content-disposition.js";
import { EventPackage } from "./event-package.js";
import { headerDefinition } from "./header-table.js";
import { Join } from "./join.js";
import { MediaType, parseMediaType } from "./media-type.js";
import { MinSe } from "./min-se.js";
import { ParameterSet } from "./parameter-set.js";
import { ParameterizedText, parseParameterizedText } from "./parameterized-text.js";
import { ParameterizedToken } from "./parameterized-token.js";
import { Reason } from "./reason.js";
import { Replaces } from "./replaces.js";
import { RetryAfter } from "./retry-after.js";
import { SessionExpires } from "./session-expires.js";
import { SessionId } from "./session-id.js";
import { SubscriptionState } from "./subscription-state.js";
import { TargetDialog } from "./target-dialog.js";

describe("RFC 3261 §20.1, §20.15 media types", () => {
  it("are compared in lower case and without parameters", () => {
    const type = parseMediaType('Application / SDP ; Charset="utf-8"');
    expect([type.essence, type.parameters.get("charset"), type.q]).toEqual(["application/sdp", "utf-8", undefined]);
    expect(String(MediaType.create("Multipart/Mixed", { boundary: "a b" }))).toBe('multipart/mixed;boundary="a b"');
    expect(() => MediaType.create("text")).toThrow("no token");
  });

  it("fall into ranges", () => {
    const [any, text, sdp] = headerDefinition("accept").parse("*/*;q=0.1, text/*, application/sdp");
    const type = parseMediaType("application/sdp;x=y");
    expect([any?.includes(type), text?.includes(type), sdp?.includes(type), any?.q]).toEqual([true, false, true, 0.1]);
  });
});

describe("RFC 3261 §20.11 Content-Disposition", () => {
  it("is required unless it says otherwise", () => {
    expect(headerDefinition("content-disposition").parse("Session").handling).toBe("required");
    const built = ContentDisposition.create({ type: "Icon", handling: "optional", parameters: { size: 1 } });
    expect([String(built), built.handling]).toEqual(["icon;handling=optional;size=1", "optional"]);
  });
});

describe("RFC 6665 §8.2 Event and Subscription-State", () => {
  it("tell package, templates and id", () => {
    const event = headerDefinition("event").parse("presence.winfo;id=a;x=y");
    expect([event.packageName, event.templates, event.id]).toEqual(["presence", ["winfo"], "a"]);
    expect(event.matches(EventPackage.create({ eventType: "presence.winfo", id: "a" }))).toBe(true);
    expect(event.matches(EventPackage.create({ eventType: "presence.winfo" }))).toBe(false);
    expect(event.matches(EventPackage.create({ eventType: "Presence.winfo", id: "a" }))).toBe(false);
    expect(EventPackage.create({ eventType: "reg" }).templates).toEqual([]);
  });

  it("tell state, life and reason", () => {
    const state = headerDefinition("subscription-state").parse("Terminated;Reason=TimeOut;retry-after=5;expires=x");
    expect([state.state, state.reason, state.retryAfter, state.expires]).toEqual([
      "terminated",
      "timeout",
      5,
      undefined,
    ]);
    expect(String(SubscriptionState.create({ state: "active", expires: 60 }))).toBe("active;expires=60");
    expect(String(SubscriptionState.create({ state: "terminated", reason: "noresource" }))).toBe(
      "terminated;reason=noresource",
    );
  });
});

describe("RFC 4028 §4, §5 Session-Expires and Min-SE", () => {
  it("tell interval and refresher", () => {
    const value = headerDefinition("session-expires").parse("1800 ; refresher=UAS");
    expect([value.seconds, value.refresher]).toEqual([1800, "uas"]);
    expect(headerDefinition("session-expires").parse("90;refresher=x").refresher).toBeUndefined();
    expect(String(SessionExpires.create({ seconds: 1800, refresher: "uac" }))).toBe("1800;refresher=uac");
    expect(String(MinSe.create(90))).toBe("90");
    expect(() => MinSe.create(1.5)).toThrow("delta-seconds");
  });
});

describe("RFC 3261 §20.33 Retry-After", () => {
  it("tells seconds, comment and duration", () => {
    const value = headerDefinition("retry-after").parse("120 (I'm in a \\(long (nested) meeting);duration=3600");
    expect([value.seconds, value.comment, value.duration]).toEqual([120, "I'm in a (long (nested) meeting", 3600]);
  });

  it("is built with its comment escaped", () => {
    const value = RetryAfter.create({ seconds: 5, comment: "a) b (", duration: 9 });
    expect(String(value)).toBe("5 (a\\) b \\();duration=9");
    expect(headerDefinition("retry-after").parse(String(value)).comment).toBe("a) b (");
    expect(() => String(RetryAfter.create({ seconds: 5, comment: "\n" }))).toThrow("line end");
  });
});

describe("RFC 3326 §2 Reason", () => {
  it("tells protocol, cause and text", () => {
    const [sip, q850] = headerDefinition("reason").parse('SIP ;cause=580 ;text="Precondition, Failure", Q.850;cause=x');
    expect([sip?.protocol, sip?.cause, sip?.text, q850?.cause]).toEqual([
      "SIP",
      580,
      "Precondition, Failure",
      undefined,
    ]);
  });

  it("is built with its text in quotes always", () => {
    const reason = Reason.create({ protocol: "SIP", cause: 200, text: "Busy", parameters: { x: "y" } });
    expect(String(reason)).toBe('SIP;cause=200;text="Busy";x=y');
  });
});

describe("references to dialogs: RFC 3891, RFC 3911, RFC 4538", () => {
  it("are read", () => {
    const replaces = headerDefinition("replaces").parse("a@(b);to-tag=1;From-Tag=2;early-only");
    expect([replaces.callId, replaces.toTag, replaces.fromTag, replaces.earlyOnly]).toEqual(["a@(b)", "1", "2", true]);
    const join = headerDefinition("join").parse("a;from-tag=2;to-tag=1");
    expect([join.toTag, join.fromTag]).toEqual(["1", "2"]);
    const target = headerDefinition("target-dialog").parse("a;local-tag=1;remote-tag=2");
    expect([target.localTag, target.remoteTag]).toEqual(["1", "2"]);
  });

  it("are built", () => {
    const tags = { callId: "a@b", toTag: "1", fromTag: "2" };
    expect(String(Replaces.create({ ...tags, earlyOnly: true }))).toBe("a@b;to-tag=1;from-tag=2;early-only");
    expect(String(Replaces.create({ ...tags, earlyOnly: false }))).toBe("a@b;to-tag=1;from-tag=2");
    expect(String(Join.create(tags))).toBe("a@b;to-tag=1;from-tag=2");
    expect(String(TargetDialog.create({ callId: "a", localTag: "1", remoteTag: "2" }))).toBe(
      "a;local-tag=1;remote-tag=2",
    );
    expect(() => Join.create({ ...tags, toTag: "a b" })).toThrow("no token");
    expect(() => Join.create({ ...tags, callId: "a@b@c" })).toThrow("no Call-ID");
  });
});

describe("RFC 7989 §5 Session-ID", () => {
  const uuid = "ab30317f1a784dc48ff824d0d3715d86";

  it("tells both sides", () => {
    const value = headerDefinition("session-id").parse(`${uuid.toUpperCase()};remote=${SessionId.nullUuid}`);
    expect([value.localUuid, value.remoteUuid]).toEqual([uuid, SessionId.nullUuid]);
    expect(headerDefinition("session-id").parse(uuid).remoteUuid).toBeUndefined();
    expect(String(SessionId.create(uuid))).toBe(`${uuid};remote=${SessionId.nullUuid}`);
    expect(() => SessionId.create("x")).toThrow("no UUID");
  });
});

describe("values of a common form", () => {
  it("are a token with parameters", () => {
    const [predicate] = headerDefinition("accept-contact").parse('*;Audio;methods="INVITE,BYE";require');
    expect([predicate?.value, predicate?.parameters.has("audio"), predicate?.parameters.get("methods")]).toEqual([
      "*",
      true,
      "INVITE,BYE",
    ]);
    expect(String(ParameterizedToken.create("gzip", { q: 0.5 }))).toBe("gzip;q=0.5");
    expect(ParameterizedToken.create("gzip", { q: 0.5 }).q).toBe(0.5);
    expect(String(predicate?.withParameter("require", undefined))).toBe('*;Audio;methods="INVITE,BYE"');
  });

  it("are some text with parameters", () => {
    const [network] = headerDefinition("p-visited-network-id").parse('"Visited; network";x');
    expect([network?.value, network?.lead, network?.parameters.has("x")]).toEqual([
      "Visited; network",
      '"Visited; network"',
      true,
    ]);
    expect(String(ParameterizedText.create("00", { encoding: "hex" }))).toBe("00;encoding=hex");
    const retry = parseParameterizedText("120 (I'm in; a meeting);duration=3600");
    expect([retry.lead, retry.parameters.get("duration")]).toEqual(["120 (I'm in; a meeting)", "3600"]);
    for (const text of ["", "a (b", 'a "b', "<a", ";b", "a,b"]) {
      expect(() => parseParameterizedText(text)).toThrow("value");
    }
    for (const lead of ["", "a;b", "a,b", 'a"', "a\r\nb"]) {
      expect(() => ParameterizedText.create(lead)).toThrow("parameters");
    }
  });

  it("are parameters alone, which may repeat", () => {
    const [addresses] = headerDefinition("p-charging-function-addresses").parse("ccf=192.1.1.1; ccf=[5555::b99]");
    expect(addresses?.parameters.getAll("CCF")).toEqual(["192.1.1.1", "[5555::b99]"]);
    expect(String(ParameterSet.create({ "icid-value": "a b" }))).toBe('icid-value="a b"');
  });

  it("forget their text when copied with other parameters", () => {
    const event = headerDefinition("event").parse("refer ; id=1");
    expect(String(event)).toBe("refer ; id=1");
    expect(String(event.withParameter("id", "2"))).toBe("refer;id=2");
  });
});
