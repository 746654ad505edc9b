import type { RequestTextOptions, WireMessage } from "@siplet/testkit";
import { beforeEach, describe, expect, it } from "vitest";
import { AgentLab, sdp, type LabAgent } from "../agent-lab.js";

let lab: AgentLab;
let alice: LabAgent;
let peer: ReturnType<AgentLab["scripted"]>;

beforeEach(async () => {
  lab = new AgentLab();
  alice = await lab.agent("alice");
  peer = lab.scripted("peer", alice);
  alice.ua.on("call", () => {});
  alice.ua.on("message", () => {});
});

function ask(options: RequestTextOptions): WireMessage {
  peer.sendRequest({ uri: alice.uri, ...options });
  lab.pass();
  return peer.last(({ status }) => status >= 200);
}

describe("RFC 3261 §8.2 a user agent takes a request", () => {
  describe("checklist 24: the method", () => {
    it("is known to nobody: 501", () => {
      expect(ask({ method: "FLY" }).status).toBe(501);
    });

    it("is known and not taken: 405 with Allow", () => {
      const refused = ask({ method: "PUBLISH" });
      expect([refused.status, refused.values("Allow").includes("INVITE")]).toEqual([405, true]);
    });
  });

  describe("checklist 25: Require", () => {
    it("names an extension we do not know: 420 with that tag alone", () => {
      const refused = ask({ method: "INVITE", headers: { Require: "100rel, foo" } });
      expect([refused.status, refused.values("Unsupported")]).toEqual([420, ["foo"]]);
    });

    it("is not looked at in CANCEL and ACK", () => {
      const invite = peer.sendRequest({ method: "INVITE", uri: alice.uri, branch: "z9hG4bK-c" });
      const shared = { uri: alice.uri, branch: invite.branch, headers: { Require: "foo" } };
      peer.sendRequest({ method: "CANCEL", ...shared });
      peer.sendRequest({ method: "ACK", ...shared, toTag: "x" });
      lab.pass();
      expect(peer.messages(({ status }) => status >= 200).map(({ summary }) => summary)).toEqual([
        "200 CANCEL",
        "487 INVITE",
      ]);
    });
  });

  it("checklist 26: came before by another path, without To tag: 482", () => {
    const shared = { method: "INVITE", uri: alice.uri, fromTag: "f", callId: "merged" };
    peer.sendRequest({ ...shared, branch: "z9hG4bK-one" });
    peer.sendRequest({ ...shared, branch: "z9hG4bK-two" });
    lab.pass();
    expect(peer.messages("482 INVITE").map(({ branch }) => branch)).toEqual(["z9hG4bK-two"]);
  });

  describe("checklist 27: a To tag of no dialog", () => {
    it.each(["BYE", "INFO", "UPDATE", "PRACK", "INVITE"])("in %s: 481", (method) => {
      expect(ask({ method, toTag: "gone" }).status).toBe(481);
    });

    it("in ACK: nothing", () => {
      peer.sendRequest({ method: "ACK", uri: alice.uri, toTag: "gone" });
      lab.pass(40_000);
      expect(peer.received).toEqual([]);
    });
  });

  it("checklist 28: one To tag in all answers to a request, none in a 100", () => {
    alice.ua.on("call", (call) => {
      call.progress({ statusCode: 183 });
      call.progress();
      void call.answer({ sdp: sdp("alice") });
    });
    peer.sendRequest({ method: "INVITE", uri: alice.uri, body: sdp("peer") });
    lab.pass();
    const tags = peer.messages(({ status }) => status > 100).map(({ toTag }) => toTag);
    expect([tags.length, new Set(tags).size, tags[0] !== undefined]).toEqual([3, 1, true]);
  });

  it("checklist 28: a 100 has no To tag", () => {
    peer.sendRequest({ method: "INVITE", uri: alice.uri });
    lab.pass(200);
    expect(peer.last("100").toTag).toBeUndefined();
  });

  it("checklist 29: answers repeat all Via values in order, and Record-Route where a dialog begins", () => {
    alice.ua.on("call", (call) => call.progress());
    const via = [
      `SIP/2.0/UDP ${peer.local.address}:5060;branch=z9hG4bK-v1`,
      "SIP/2.0/UDP 192.0.2.77;branch=z9hG4bK-v0",
    ];
    const headers = { "Record-Route": ["<sip:p2.example.com;lr>, <sip:p1.example.com;lr;x=y>"] };
    peer.sendRequest({ method: "INVITE", uri: alice.uri, via, headers });
    lab.pass();
    const ringing = peer.last("180");
    expect(ringing.values("Via").map((each) => each.split(";branch=")[1])).toEqual(["z9hG4bK-v1", "z9hG4bK-v0"]);
    expect(ringing.values("Record-Route")).toEqual(["<sip:p2.example.com;lr>", "<sip:p1.example.com;lr;x=y>"]);
  });

  describe("checklist 30: a body of unknown type", () => {
    const isup = { method: "INVITE", body: "x", contentType: "application/isup" };

    it("that is required: 415 with Accept", () => {
      const refused = ask(isup);
      expect([refused.status, refused.header("Accept")]).toEqual([415, "application/sdp"]);
    });

    it("that is optional: taken", () => {
      const headers = { "Content-Disposition": "signal;handling=optional" };
      peer.sendRequest({ ...isup, uri: alice.uri, headers });
      lab.pass();
      expect(alice.ua.calls.size).toBe(1);
    });

    it("in a part that is optional, beside one we know: taken", () => {
      const part = (fields: string, text: string): string => `--b\r\n${fields}\r\n\r\n${text}\r\n`;
      const optional = "Content-Type: application/isup\r\nContent-Disposition: signal;handling=optional";
      const body = `${part("Content-Type: application/sdp", sdp("peer"))}${part(optional, "x")}--b--\r\n`;
      peer.sendRequest({ method: "INVITE", uri: alice.uri, body, contentType: "multipart/mixed;boundary=b" });
      lab.pass();
      expect([...alice.ua.calls].map((call) => ("offer" in call ? call.offer : undefined))).toEqual([sdp("peer")]);
    });
  });

  describe("§8.2.2.1", () => {
    it("takes any To", () => {
      expect(ask({ method: "OPTIONS", to: "<tel:+49301234>" }).status).toBe(200);
    });

    it("refuses a Request-URI of an unknown scheme: 416", () => {
      expect(ask({ method: "OPTIONS", uri: "http://example.com" }).status).toBe(416);
    });

    it("refuses a Request-URI that leads to nobody: 404", async () => {
      const strict = await lab.agent("strict", { isOwnUri: () => false });
      peer.sendRequest({ method: "OPTIONS", uri: strict.uri }, { address: strict.address, port: 5060 });
      lab.pass();
      expect(peer.last("404 OPTIONS").toTag).toBeDefined();
    });
  });

  it("§11.2 answers OPTIONS with what it can do", () => {
    const answer = ask({ method: "OPTIONS" });
    expect(answer.values("Allow")).toEqual(expect.arrayContaining(["INVITE", "UPDATE", "REFER", "PRACK"]));
    expect(answer.values("Supported")).toEqual(expect.arrayContaining(["100rel", "timer", "replaces"]));
    expect([answer.header("Accept"), answer.contactUri]).toEqual(["application/sdp", undefined]);
  });

  it("asks who it is before all else, and never for ACK or CANCEL (§22.1)", async () => {
    const screened: string[] = [];
    const strict = await lab.agent("strict", {
      screen: ({ method }) => {
        screened.push(method);
        return { statusCode: 401, fields: [["WWW-Authenticate", 'Digest realm="x", nonce="y"']] };
      },
    });
    const place = { address: strict.address, port: 5060 };
    const invite = peer.sendRequest({ method: "INVITE", uri: strict.uri }, place);
    lab.pass();
    peer.sendRequest({ method: "CANCEL", uri: strict.uri, branch: invite.branch }, place);
    peer.sendRequest({ method: "FLY", uri: strict.uri }, place);
    lab.pass();
    expect([peer.last("401 INVITE").header("WWW-Authenticate"), screened]).toEqual([
      'Digest realm="x", nonce="y"',
      ["INVITE", "FLY"],
    ]);
  });
});
