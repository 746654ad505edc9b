import {
  IllegalArgumentError,
  IllegalStateError,
  ServletError,
  type SipApplicationSession,
  type SipServletRequest,
  type SipSession,
} from "@siplet/framework";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { keep, ScriptedLab } from "./scripted-application.js";

let bench: ScriptedLab;

beforeEach(async () => {
  bench = await ScriptedLab.start();
});
afterEach(() => bench[Symbol.asyncDispose]());

const none = undefined as unknown as string;

/** A call that the application has answered, and its INVITE. */
async function answeredCall() {
  bench.script.on["INVITE"] = (invite) => invite.createResponse(200).send();
  const call = await bench.lab.call(bench.peer);
  return { call, invite: bench.script.request("INVITE"), session: bench.script.request("INVITE").session };
}

describe("JSR 289 §6.2 SipSession, what it tells", () => {
  it("parties are those of the requests: From is local for requests sent here, To for those received", async () => {
    const { session } = await answeredCall();
    expect(session.localParty.uri?.toString()).toBe("sip:bob@example.com");
    expect(session.remoteParty.uri?.toString()).toBe("sip:alice@example.org");
    const own = bench.create("MESSAGE").session;
    expect([own.localParty.uri?.toString(), own.remoteParty.uri?.toString()]).toEqual([
      "sip:app@192.0.2.10",
      "sip:peer@192.0.2.2",
    ]);
    expect(() => session.localParty.setParameter("x", "1")).toThrow(IllegalStateError);
  });

  it("has id, Call-ID, parent, context and times", async () => {
    const { session, call } = await answeredCall();
    expect(session.callId).toBe(call.callId);
    expect(session.applicationSession.getSipSession(session.id)).toBe(session);
    expect(session.servletContext.applicationName).toBe("scripted");
    expect(session.creationTime).toBeLessThanOrEqual(bench.lab.clock.now());
  });

  it("last accessed is when a message was received last; what is sent and set does not count", async () => {
    const { session, call } = await answeredCall();
    const afterAck = bench.lab.clock.now();
    await bench.settle(1000);
    session.setAttribute("x", 1);
    session.getAttribute("x");
    bench.peer.on("INFO", () => undefined);
    await session.createRequest("INFO").send();
    expect(session.lastAccessedTime).toBe(afterAck);
    await call.request("INFO");
    expect(session.lastAccessedTime).toBe(afterAck + 1000);
  });
});

describe("JSR 289 §6.2 SipSession, attributes", () => {
  it("are set, replaced, listed, removed and cleared; names and values must be there", async () => {
    const { session } = await answeredCall();
    session.setAttribute("a", 1);
    session.setAttribute("a", 2);
    session.setAttribute("b", "x");
    expect([session.getAttribute("a"), session.getAttributeNames(), session.getAttribute("c")]).toEqual([
      2,
      ["a", "b"],
      undefined,
    ]);
    session.removeAttribute("a");
    session.removeAttribute("never set");
    expect(session.getAttributeNames()).toEqual(["b"]);
    session.clearAttributes();
    expect(session.getAttributeNames()).toEqual([]);
    for (const store of [session, session.applicationSession]) {
      expect(() => store.getAttribute(none)).toThrow(IllegalArgumentError);
      expect(() => store.setAttribute(none, 1)).toThrow(IllegalArgumentError);
      expect(() => store.setAttribute("x", null)).toThrow(IllegalArgumentError);
      expect(() => store.setAttribute("x", undefined)).toThrow(IllegalArgumentError);
      expect(() => store.removeAttribute(none)).toThrow(IllegalArgumentError);
    }
  });
});

describe("JSR 289 §6.2 setHandler", () => {
  it("refuses a servlet that the application does not have, by name", async () => {
    const { session } = await answeredCall();
    expect(() => session.setHandler("nobody")).toThrow(ServletError);
    expect(() => session.setHandler("nobody")).toThrow(/"nobody".*"scripted"/);
    session.setHandler("scripted");
  });
});

describe("JSR 289 §6.2.3 createRequest", () => {
  it("is refused in a TERMINATED session that is kept", async () => {
    const { session, call } = await answeredCall();
    keep(session);
    await call.bye();
    expect(session.state).toBe("TERMINATED");
    expect(() => session.createRequest("INFO")).toThrow(IllegalStateError);
  });

  it("is no initial request, and carries what the dialog says", async () => {
    const { session, call } = await answeredCall();
    const info = session.createRequest("INFO");
    expect([info.isInitial, info.session]).toEqual([false, session]);
    bench.peer.answer("INFO", 200);
    await info.send();
    await bench.settle();
    const wire = bench.peer.last("INFO");
    expect([wire.callId, wire.toTag, wire.fromTag]).toEqual([call.callId, "alice-tag", call.answer.toTag]);
  });

  it("in an early dialog of a callee: requests the RFC allows", async () => {
    bench.script.on["INVITE"] = (invite) => invite.createResponse(180).send();
    await bench.lab.send(bench.peer, { method: "INVITE" });
    const { session } = bench.script.request("INVITE");
    expect(session.state).toBe("EARLY");
    bench.peer.answer("UPDATE", 200);
    await session.createRequest("UPDATE").send();
    await bench.settle();
    expect(bench.script.response(200).method).toBe("UPDATE");
  });
});

describe("JSR 289 §6.2.4 an invalid SipSession", () => {
  it("answers id and isValid; everything else throws", async () => {
    const { session } = await answeredCall();
    const { id } = session;
    session.invalidate();
    expect([session.isValid, session.id]).toEqual([false, id]);
    const uses: ((session: SipSession) => unknown)[] = [
      (each) => each.state,
      (each) => each.localParty,
      (each) => each.remoteParty,
      (each) => each.creationTime,
      (each) => each.lastAccessedTime,
      (each) => each.isReadyToInvalidate,
      (each) => each.invalidateWhenReady,
      (each) => (each.invalidateWhenReady = true),
      (each) => each.createRequest("INFO"),
      (each) => each.setHandler("scripted"),
      (each) => each.getAttribute("x"),
      (each) => each.getAttributeNames(),
      (each) => each.setAttribute("x", 1),
      (each) => each.removeAttribute("x"),
      (each) => each.clearAttributes(),
      (each) => each.invalidate(),
      (each) => each.setOutboundInterface("192.0.2.10"),
      (each) => each.getActiveInvite("UAS"),
      (each) => each.getActiveRequest("x"),
      (each) => each.getActiveRequests("UAS"),
      (each) => each.activeInviteBranch,
      (each) => each.getUnacknowledgedProvisionalResponse("1"),
      (each) => each.getUnacknowledgedProvisionalResponses("UAS"),
      (each) => each.forkingContext,
      (each) => each.keepAlive,
      (each) => each.terminateDialog(),
    ];
    for (const use of uses) expect(() => use(session), String(use)).toThrow(IllegalStateError);
  });

  it("gives no answer to the request that nobody answered but 481, at once or in its turn", async () => {
    bench.script.on["INVITE"] = (invite) => invite.session.invalidate();
    await bench.lab.send(bench.peer, { method: "INVITE" });
    await bench.settle(1000);
    expect(bench.peer.last((message) => !message.isRequest).status).toBeGreaterThanOrEqual(400);
  });
});

describe("JSR 289 §6.1 an invalid SipApplicationSession", () => {
  it("answers id, isValid and its application's name; everything else throws", () => {
    const session = bench.factory.createApplicationSession();
    const { id } = session;
    session.invalidate();
    expect([session.isValid, session.id, session.applicationName]).toEqual([false, id, "scripted"]);
    const uses: ((session: SipApplicationSession) => unknown)[] = [
      (each) => each.creationTime,
      (each) => each.lastAccessedTime,
      (each) => each.expirationTime,
      (each) => each.setExpires(1),
      (each) => each.invalidate(),
      (each) => each.isReadyToInvalidate,
      (each) => each.invalidateWhenReady,
      (each) => (each.invalidateWhenReady = false),
      (each) => each.getSessions(),
      (each) => each.getSessions("SIP"),
      (each) => each.getSipSession("x"),
      (each) => each.getSession("x", "SIP"),
      (each) => each.timers,
      (each) => each.getTimer("x"),
      (each) => each.encodeUri(bench.factory.createUri("sip:a@b")),
      (each) => each.encodeUrl("http://x/"),
      (each) => each.getAttribute("x"),
      (each) => each.getAttributeNames(),
      (each) => each.setAttribute("x", 1),
      (each) => each.removeAttribute("x"),
      (each) => each.clearAttributes(),
      (each) => each.addIndexKey("x"),
      (each) => each.removeIndexKey("x"),
      (each) => each.indexKeys,
      (each) => each.getTaskFuture("x"),
      (each) => each.taskFutures,
      (each) => bench.create("MESSAGE", each),
    ];
    for (const use of uses) expect(() => use(session), String(use)).toThrow(/invalid/i);
  });

  it("refuses missing ids and keys", () => {
    const session = bench.factory.createApplicationSession();
    const uses: (() => unknown)[] = [
      () => session.getSipSession(none),
      () => session.getSession(none, "SIP"),
      () => session.getSession("x", undefined as never),
      () => session.getSessions(undefined as never),
      () => session.getTimer(none),
      () => session.getTaskFuture(none),
      () => session.addIndexKey(none),
      () => session.removeIndexKey(none),
      () => session.setExpires(Number.NaN),
      () => bench.factory.createApplicationSessionByKey(none),
    ];
    for (const use of uses) expect(use, String(use)).toThrow(IllegalArgumentError);
  });
});

describe("JSR 289 §4 SipFactory.createRequest", () => {
  const create = (from: string, to: string): SipServletRequest =>
    bench.factory.createRequest(bench.factory.createApplicationSession(), "INVITE", from, to);

  it("copies From and To without tag and without what belongs to routing; the Request-URI keeps it", () => {
    const from =
      '"A" <sip:a@x:5090;transport=tcp;lr;maddr=192.0.2.1;ttl=1;method=INVITE;user=phone?Subject=x>;tag=old;p=1';
    const request = create(from, "<sip:b@y:5070;transport=tcp;z=1?Subject=x>;tag=old");
    expect(request.from.uri?.toString()).toBe("sip:a@x;user=phone");
    expect(request.from.displayName).toBe("A");
    expect(request.from.getParameter("tag")).not.toBe("old");
    expect(request.from.getParameter("tag")?.length).toBeGreaterThan(7);
    expect([request.to.uri?.toString(), request.to.getParameter("tag")]).toEqual(["sip:b@y;z=1", undefined]);
    expect(request.requestUri.toString()).toBe("sip:b@y:5070;transport=tcp;z=1");
  });

  it("is independent of the addresses it was given", () => {
    const { factory } = bench;
    const to = factory.createAddress("<sip:b@y>");
    const sas = factory.createApplicationSession();
    const request = factory.createRequest(sas, "INVITE", factory.createAddress("sip:a@x"), to);
    to.displayName = "Changed";
    expect(request.to.displayName).toBeUndefined();
    const byUri = factory.createRequest(sas, "INVITE", factory.createUri("sip:a@x"), factory.createUri("tel:+1"));
    expect([byUri.requestUri.toString(), byUri.to.uri?.toString()]).toEqual(["tel:+1", "tel:+1"]);
  });

  it("gives Call-ID, CSeq, Max-Forwards, a session of its own, and Contact but to REGISTER", () => {
    const [one, other] = [create("sip:a@x", "sip:b@y"), create("sip:a@x", "sip:b@y")];
    expect(one.callId).not.toBe(other.callId);
    expect([one.getHeader("CSeq"), one.maxForwards, one.isInitial, one.session.state]).toEqual([
      "1 INVITE",
      70,
      true,
      "INITIAL",
    ]);
    expect(one.session).not.toBe(other.session);
    expect(one.getAddressHeader("Contact")).toBeDefined();
    expect(bench.create("REGISTER").getAddressHeader("Contact")).toBeUndefined();
  });

  it.each(["ACK", "CANCEL", "", "NO TOKEN"])("refuses the method %j", (method) => {
    expect(() => bench.create(method)).toThrow(IllegalArgumentError);
  });

  it("refuses what is no address, and an application session that has ended", () => {
    expect(() => create("<sip:broken", "sip:b@y")).toThrow(expect.objectContaining({ code: "parse.address" }));
    expect(() => create("sip:a@x", "*")).toThrow(IllegalArgumentError);
    expect(() => create(none, "sip:b@y")).toThrow(IllegalArgumentError);
    const over = bench.factory.createApplicationSession();
    over.invalidate();
    expect(() => bench.create("INVITE", over)).toThrow(IllegalArgumentError);
  });

  it("makes one application session for a key", () => {
    const one = bench.factory.createApplicationSessionByKey("room");
    expect(bench.factory.createApplicationSessionByKey("room")).toBe(one);
    expect(bench.factory.createApplicationSessionByKey("other")).not.toBe(one);
    one.invalidate();
    expect(bench.factory.createApplicationSessionByKey("room")).not.toBe(one);
  });
});
