import { describe, expectTypeOf, it } from "vitest";
import {
  type Address,
  type Bridge,
  type BridgeEnd,
  BridgeFactory,
  BridgeHooks,
  type BridgeLeg,
  type BridgeOptions,
  type BridgeState,
  type BridgeTarget,
  type BridgeTransfer,
  type HeaderRules,
  inject,
  Invite,
  type RelinkOptions,
  SipServlet,
  type SipApplicationSession,
  type SipServletRequest,
  type SipServletResponse,
  type SipSession,
  type TopologyHiding,
  type Uri,
} from "../src/index.js";

class Screening extends BridgeHooks {
  override onInvite(bridge: Bridge, invite: SipServletRequest): void {
    invite.setHeader("X-Bridge", bridge.id);
  }
  override async onFailure(_bridge: Bridge, _response: SipServletResponse): Promise<string> {
    return "sip:voicemail@example.com";
  }
}

@SipServlet()
class Calls {
  constructor(@inject(BridgeFactory) private readonly bridges: BridgeFactory) {}
  @Invite() onInvite(request: SipServletRequest): Promise<Bridge> {
    return this.bridges.start(request, { to: "sip:bob@example.com", hooks: Screening });
  }
}

declare const bridge: Bridge;
declare const bridges: BridgeFactory;
declare const request: SipServletRequest;
declare const session: SipSession;

describe("Bridge", () => {
  it("is started for a request, with options of plain data and a class of hooks", () => {
    expectTypeOf(Calls).toBeObject();
    expectTypeOf(() => bridges.start(request)).returns.toEqualTypeOf<Promise<Bridge>>();
    expectTypeOf(() => bridges.findReplaced(request)).returns.toEqualTypeOf<Bridge | undefined>();
    expectTypeOf(() => bridges.find(session)).returns.toEqualTypeOf<Bridge | undefined>();
    expectTypeOf<BridgeOptions["to"]>().toEqualTypeOf<BridgeTarget | undefined>();
    expectTypeOf<BridgeTarget>().toEqualTypeOf<Address | Uri | string>();
    const rules: HeaderRules = { drop: ["X-Secret"], keep: ["User-Agent"], set: { Subject: ["a", "b"] } };
    const hiding: TopologyHiding = { software: true, domain: "example.com", sdp: "edge" };
    expectTypeOf({ headers: { toCallee: rules }, hideTopology: hiding }).toExtend<BridgeOptions>();
    // @ts-expect-error hooks are a class, so that a bridge finds them again after a move
    const wrong: BridgeOptions = { hooks: { onInvite: () => undefined } };
    expectTypeOf(wrong).toEqualTypeOf<BridgeOptions>();
  });

  it("has two legs, and tells which one a session is", () => {
    expectTypeOf(bridge.caller).toEqualTypeOf<SipSession | undefined>();
    expectTypeOf(bridge.callee).toEqualTypeOf<SipSession | undefined>();
    expectTypeOf(bridge.applicationSession).toEqualTypeOf<SipApplicationSession>();
    expectTypeOf(bridge.state).toEqualTypeOf<BridgeState>();
    expectTypeOf(() => bridge.legOf(session)).returns.toEqualTypeOf<BridgeLeg | undefined>();
    const options: RelinkOptions = { to: "sip:carol@example.com", headers: { Subject: "moved" } };
    expectTypeOf(() => bridge.relink("callee", options)).returns.toEqualTypeOf<Promise<void>>();
    expectTypeOf(() => bridge.end("SIP;cause=200")).returns.toEqualTypeOf<Promise<void>>();
    // @ts-expect-error there are two legs
    expectTypeOf(() => bridge.relink("third", options)).toBeFunction();
  });

  it("tells its hooks what happens", () => {
    expectTypeOf<Parameters<Required<BridgeHooks>["onEnd"]>>().toEqualTypeOf<[bridge: Bridge, end: BridgeEnd]>();
    expectTypeOf<Parameters<Required<BridgeHooks>["onTransfer"]>[1]>().toEqualTypeOf<BridgeTransfer>();
    expectTypeOf<BridgeEnd["by"]>().toEqualTypeOf<BridgeLeg | "bridge">();
    expectTypeOf<BridgeTransfer["refer"]>().toEqualTypeOf<SipServletRequest>();
  });
});
