import "reflect-metadata";
import {
  Bye,
  Invite,
  SipServlet,
  SipSessionsUtil,
  SuccessResponse,
  type SipServletRequest,
  type SipServletResponse,
} from "@siplet/framework";
import { describe, expect, it } from "vitest";
import { ContainerLab, createWorld } from "./container-lab.js";

const calleeUri = "sip:callee@192.0.2.9:5060";

/** A back-to-back user agent of a few lines: all it knows of a call stands in the link of its legs. */
@SipServlet({ name: "legs" })
class Legs {
  @Invite() async onInvite(request: SipServletRequest): Promise<void> {
    const copy = request.getB2buaHelper().createRequest(request, true);
    copy.requestUri = copy.session.remoteParty.uri ?? copy.requestUri;
    await copy.send();
  }
  @Invite() @SuccessResponse() async onAnswer(response: SipServletResponse): Promise<void> {
    await response.createAck().send();
    const helper = response.request?.getB2buaHelper();
    const caller = helper?.getLinkedSession(response.session);
    if (caller !== undefined) await helper?.createResponseToOriginalRequest(caller, 200).send();
  }
  @Bye() async onBye(request: SipServletRequest): Promise<void> {
    await request.createResponse(200).send();
    const helper = request.getB2buaHelper();
    const other = helper.getLinkedSession(request.session);
    if (other !== undefined) await helper.createRequest(other, request).send();
  }
}

async function establishAndMove() {
  const world = createWorld();
  const application = { name: "legs", servlets: [Legs], distributable: true };
  const first = await ContainerLab.start({ applications: [application] }, world, "192.0.2.10");
  const second = await ContainerLab.start({ applications: [application] }, world, "192.0.2.111");
  const caller = first.agent("caller", "192.0.2.2").answer("BYE", 200);
  const callee = first.agent("callee", "192.0.2.9").answer("INVITE", 200).answer("BYE", 200);
  const call = await first.call(caller, { to: `<${calleeUri}>` });
  await first.settle(33_000);
  const [id = ""] = first.container.bean("legs", SipSessionsUtil).getSipApplicationSessionIds();
  const snapshot = await first.container.passivateSession(id);
  second.container.activateSession(snapshot);
  expect(first.container.counts).toMatchObject({ applicationSessions: 0, dialogs: 0 });
  expect(second.container.counts).toMatchObject({ applicationSessions: 1, dialogs: 2 });
  return { second, caller, callee, call };
}

describe("JSR 289 §12 an established B2BUA call that moved to another container", () => {
  it("is ended there by the caller", async () => {
    const { second, call, callee } = await establishAndMove();
    expect(await call.bye("192.0.2.111")).toBe(200);
    await second.settle();
    expect(callee.messages("BYE")).toHaveLength(1);
    expect(callee.last("BYE").fromTag).toBe(callee.last("INVITE").fromTag);
    expect(second.container.counts).toMatchObject({ applicationSessions: 0, dialogs: 0 });
  });

  it("is ended there by the callee", async () => {
    const { second, caller, callee } = await establishAndMove();
    const { callId, fromTag: toTag } = callee.last("INVITE");
    const uri = "sip:192.0.2.111:5060";
    const to = { address: "192.0.2.111", port: 5060 };
    callee.sendRequest({ method: "BYE", uri, callId, toTag, fromTag: "bob-tag" }, to);
    await second.settle();
    expect(callee.messages("200 BYE")).toHaveLength(1);
    expect(caller.messages("BYE")).toHaveLength(1);
    expect(second.container.counts).toMatchObject({ applicationSessions: 0, dialogs: 0 });
  });
});
