import { audioOffer } from "@siplet/testkit";
import { beforeEach, describe, expect, it } from "vitest";
import { answerTo, UaBench } from "../../../test/ua/ua-bench.js";
import type { SipRequest } from "../../message/sip-request.js";
import type { SipResponse } from "../../message/sip-response.js";
import { InviteServer, type InviteServerUser } from "./invite-server.js";

let bench: UaBench;
let told: string[];

beforeEach(() => {
  told = [];
});

const user: InviteServerUser = {
  onProvisionalUnacknowledged: (response, invite) => {
    told.push(`no PRACK for ${response.statusCode}`);
    invite.respond(answerTo(invite.request, 504).build());
  },
  onSuccessUnacknowledged: () => void told.push("no ACK"),
  onInviteExpired: (invite) => {
    told.push("expired");
    invite.respond(answerTo(invite.request, 487).build());
  },
  onHeldSuccessSent: (response) => void told.push(`held ${response.statusCode} sent`),
};

async function receive(
  headers: Record<string, string> = { Supported: "100rel" },
  protocol: "udp" | "tcp" = "udp",
): Promise<InviteServer> {
  bench = await UaBench.open(protocol);
  const invite = new InviteServer(bench.receive({ method: "INVITE", headers }), bench.context, user);
  bench.onNewAck = (ack) => told.push(`ACK ${invite.receiveAck(ack) ? "first" : "again"}`);
  return invite;
}

function reliably(invite: InviteServer, status: number, body = "", toTag?: string): SipResponse {
  const draft = answerTo(invite.request, status, toTag);
  if (body !== "") draft.setBody(body, "application/sdp");
  const response = invite.prepareReliable(draft, toTag ?? "engine-tag").build();
  invite.respond(response);
  return response;
}

/** The peer acknowledges the last reliable provisional it got, or the one given. */
function prack(invite: InviteServer, rack?: string): SipRequest {
  bench.clock.advance(0);
  const last = bench.peer.messages((message) => message.header("RSeq") !== undefined).at(-1);
  const headers = { RAck: rack ?? `${last?.header("RSeq")} 1 INVITE` };
  return bench.receive({ method: "PRACK", toTag: last?.toTag ?? "engine-tag", sequenceNumber: 2, headers }).request;
}

function acknowledge(toTag = "engine-tag", sequenceNumber = 1): void {
  bench.peer.sendRequest({ method: "ACK", toTag, sequenceNumber, branch: `z9hG4bK-ack-${toTag}` });
  bench.clock.advance(0);
}

const respond = (invite: InviteServer, status: number, toTag?: string): void =>
  invite.respond(answerTo(invite.request, status, toTag).build());

describe("RFC 3261 §13.3.1 INVITE server usage", () => {
  describe.each(["udp", "tcp"] as const)("with a 2xx sent over %s", (protocol) => {
    it("repeats it at T1, doubling up to T2, until 64·T1 and tells that no ACK came", async () => {
      const invite = await receive({}, protocol);
      respond(invite, 200);
      bench.clock.advance(40_000);
      expect(bench.peer.times("200 INVITE")).toEqual([
        0, 500, 1500, 3500, 7500, 11_500, 15_500, 19_500, 23_500, 27_500, 31_500,
      ]);
      expect(told).toEqual(["no ACK"]);
      expect(invite.awaitsAck).toBe(false);
    });

    it("stops with the ACK and tells later ones apart", async () => {
      const invite = await receive({}, protocol);
      respond(invite, 200);
      bench.clock.advance(500);
      acknowledge();
      acknowledge();
      bench.clock.advance(40_000);
      expect(bench.peer.times("200 INVITE")).toEqual([0, 500]);
      expect(told).toEqual(["ACK first", "ACK again"]);
    });

    it("goes on while an ACK is of another dialog or number", async () => {
      const invite = await receive({}, protocol);
      respond(invite, 200);
      acknowledge("other-tag");
      acknowledge("engine-tag", 2);
      expect(invite.awaitsAck).toBe(true);
      expect(told).toEqual(["ACK again", "ACK again"]);
    });
  });

  it("makes several dialogs of one INVITE, each with an ACK of its own (RFC 6026 §7.1)", async () => {
    const invite = await receive();
    respond(invite, 200, "one");
    respond(invite, 200, "two");
    acknowledge("one");
    bench.clock.advance(500);
    expect(bench.peer.messages("200 INVITE").map(({ toTag }) => toTag)).toEqual(["one", "two", "two"]);
    expect(() => respond(invite, 200, "two")).toThrow(expect.objectContaining({ code: "ua.state" }));
  });

  it("sends the last provisional again every minute until the final response", async () => {
    const invite = await receive({});
    respond(invite, 180);
    bench.clock.advance(30_000);
    respond(invite, 183);
    bench.clock.advance(150_000);
    expect(bench.peer.times("183")).toEqual([30_000, 90_000, 150_000]);
    respond(invite, 486);
    bench.clock.advance(100_000);
    expect([bench.peer.times("183").length, bench.peer.times("180").length]).toEqual([3, 1]);
  });

  it("tells when the Expires of the INVITE has run out", async () => {
    const invite = await receive({ Expires: "20" });
    respond(invite, 180);
    bench.clock.advance(20_000);
    expect(told).toEqual(["expired"]);
    expect(bench.peer.times("487")).toEqual([20_000]);
  });

  it.each(["soon", "4294967295", "20"])("keeps quiet about Expires %s after a final response", async (expires) => {
    const invite = await receive({ Expires: expires });
    respond(invite, 200);
    acknowledge();
    bench.clock.advance(60_000);
    expect(told).toEqual(["ACK first"]);
  });

  it("refuses a second final response and a provisional after it", async () => {
    const invite = await receive();
    respond(invite, 486);
    for (const status of [180, 200, 603]) {
      expect(() => respond(invite, status)).toThrow(expect.objectContaining({ code: "ua.state" }));
    }
  });
});

describe("RFC 3262 §3 reliable provisional responses of the callee", () => {
  it("knows what the caller supports", async () => {
    expect((await receive({})).reliability).toBe("none");
    expect((await receive({ Supported: "timer, 100REL" })).reliability).toBe("supported");
    expect((await receive({ Require: "100rel" })).reliability).toBe("required");
  });

  it("sends none to a caller without 100rel", async () => {
    const invite = await receive({});
    expect(() => reliably(invite, 180)).toThrow(expect.objectContaining({ code: "ua.state" }));
    expect(bench.peer.messages("180")).toEqual([]);
  });

  it("sends nothing but reliable ones to a caller that requires them, and never a reliable 100", async () => {
    const invite = await receive({ Require: "100rel" });
    expect(() => respond(invite, 180)).toThrow(expect.objectContaining({ code: "ua.state" }));
    expect(() => reliably(invite, 100)).toThrow(expect.objectContaining({ code: "ua.state" }));
    reliably(invite, 180);
    bench.clock.advance(0);
    expect(bench.peer.last("180").header("Require")).toBe("100rel");
  });

  it.each(["udp", "tcp"] as const)(
    "repeats at T1, doubling without limit, over %s; then the INVITE fails",
    async (protocol) => {
      const invite = await receive({ Supported: "100rel" }, protocol);
      reliably(invite, 183);
      bench.clock.advance(60_000);
      expect(bench.peer.times("183")).toEqual([0, 500, 1500, 3500, 7500, 15_500, 31_500]);
      expect(bench.peer.times("504")[0]).toBe(32_000);
      expect(told).toEqual(["no PRACK for 183"]);
    },
  );

  it("begins anywhere below 2^31 and counts by one", async () => {
    const invite = await receive();
    reliably(invite, 180);
    invite.receivePrack(prack(invite));
    invite.proceed("engine-tag");
    reliably(invite, 183);
    bench.clock.advance(0);
    const [first, second] = ["180", "183"].map((status) => Number(bench.peer.last(status).header("RSeq")));
    expect(first).toBeGreaterThan(0);
    expect(first).toBeLessThan(2 ** 31);
    expect(second).toBe((first ?? 0) + 1);
  });

  it("sends the second when the first was acknowledged and its PRACK answered", async () => {
    const invite = await receive();
    const first = reliably(invite, 180);
    reliably(invite, 183);
    bench.clock.advance(400);
    expect(bench.peer.messages("183")).toEqual([]);
    expect(invite.receivePrack(prack(invite))).toEqual({ kind: "acknowledges", response: first });
    bench.clock.advance(1000);
    expect([bench.peer.messages("180").length, bench.peer.messages("183").length]).toEqual([1, 0]);
    invite.proceed("engine-tag");
    bench.clock.advance(0);
    expect(bench.peer.messages("183")).toHaveLength(1);
    expect(invite.unacknowledgedProvisionals.map(({ statusCode }) => statusCode)).toEqual([183]);
  });

  it.each([
    ["another RSeq", "1 1 INVITE", 481],
    ["another CSeq number", "? 2 INVITE", 481],
    ["another method", "? 1 UPDATE", 481],
    ["a RAck that cannot be read", "what", 400],
  ])("does not match a PRACK with %s", async (_what, rack, statusCode) => {
    const invite = await receive();
    reliably(invite, 180);
    bench.clock.advance(0);
    const own = rack.replace("?", bench.peer.last("180").header("RSeq") ?? "");
    expect(invite.receivePrack(prack(invite, own))).toMatchObject({ kind: "rejected", statusCode });
    bench.clock.advance(500);
    expect(bench.peer.messages("180")).toHaveLength(2);
  });

  it("does not match a second PRACK for the same response", async () => {
    const invite = await receive();
    reliably(invite, 180);
    expect(invite.receivePrack(prack(invite)).kind).toBe("acknowledges");
    expect(invite.receivePrack(prack(invite)).kind).toBe("rejected");
    invite.proceed("engine-tag");
    expect(invite.receivePrack(prack(invite)).kind).toBe("rejected");
  });

  it("holds a 2xx back until a session description under way is acknowledged", async () => {
    const invite = await receive();
    reliably(invite, 183, audioOffer);
    respond(invite, 200);
    bench.clock.advance(0);
    expect(bench.peer.messages("200 INVITE")).toEqual([]);
    expect([invite.isOpen, invite.isFinal]).toEqual([false, false]);
    invite.receivePrack(prack(invite));
    expect(told).toEqual([]);
    invite.proceed("engine-tag");
    bench.clock.advance(0);
    expect(bench.peer.messages("200 INVITE")).toHaveLength(1);
    expect(told).toEqual(["held 200 sent"]);
  });

  it("sends a 2xx at once past provisionals without description, and matches their late PRACK", async () => {
    const invite = await receive();
    reliably(invite, 180);
    respond(invite, 200);
    bench.clock.advance(400);
    acknowledge();
    bench.clock.advance(5000);
    expect([bench.peer.messages("180").length, bench.peer.messages("200 INVITE").length]).toEqual([1, 1]);
    expect(invite.receivePrack(prack(invite)).kind).toBe("acknowledges");
  });

  it("refuses at any time, and forgets a 2xx that waited", async () => {
    const invite = await receive();
    reliably(invite, 183, audioOffer);
    respond(invite, 200);
    respond(invite, 487);
    bench.clock.advance(10_000);
    expect([bench.peer.messages("183").length, bench.peer.messages("200 INVITE").length]).toEqual([1, 0]);
    expect(bench.peer.messages("487").length).toBeGreaterThan(0);
    expect(invite.receivePrack(prack(invite)).kind).toBe("acknowledges");
  });

  it("fails a 2xx that waits for a PRACK that never comes", async () => {
    const invite = await receive();
    reliably(invite, 183, audioOffer);
    respond(invite, 200);
    bench.clock.advance(32_000);
    expect(told).toEqual(["no PRACK for 183"]);
    expect([bench.peer.messages("504").length, bench.peer.messages("200 INVITE").length]).toEqual([1, 0]);
  });

  it("counts each early dialog for itself", async () => {
    const invite = await receive();
    reliably(invite, 180, "", "one");
    reliably(invite, 180, "", "two");
    bench.clock.advance(0);
    expect(bench.peer.messages("180").map(({ toTag }) => toTag)).toEqual(["one", "two"]);
  });

  it("repeats a reliable one after a minute as a new one without description", async () => {
    const invite = await receive();
    const first = reliably(invite, 183, audioOffer);
    invite.receivePrack(prack(invite));
    invite.proceed("engine-tag");
    bench.clock.advance(60_000);
    const again = bench.peer.last("183");
    expect([again.header("RSeq"), again.header("Require"), again.body]).toEqual([
      String((first.get("RSeq") ?? 0) + 1),
      "100rel",
      "",
    ]);
  });

  it("is quiet after the session was stopped", async () => {
    const invite = await receive();
    reliably(invite, 180);
    invite.stop();
    bench.clock.advance(60_000);
    expect(bench.peer.messages("180")).toHaveLength(1);
    expect(() => reliably(invite, 183)).toThrow(expect.objectContaining({ code: "ua.state" }));
  });
});
