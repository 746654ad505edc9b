import { inviteText, requestText } from "@siplet/testkit";
import { describe, expect, it } from "vitest";
import { answerTo, readRequest } from "../../../test/ua/ua-bench.js";
import type { SipRequest } from "../../message/sip-request.js";
import { parseDtmf, writeDtmfRelay } from "./dtmf-relay.js";
import { InfoPackages } from "./info-packages.js";

const invite = (headers: Record<string, string> = {}): SipRequest => readRequest(inviteText({ headers }));
const info = (headers: Record<string, string> = {}): SipRequest =>
  readRequest(requestText({ method: "INFO", toTag: "t", headers }));

describe("RFC 6086 INFO packages", () => {
  it.each([
    [["foo", "bar"], "foo, bar"],
    [[], ""],
    [undefined, undefined],
  ])("of %j are told in the INVITE as %j", (own, value) => {
    const draft = answerTo(invite(), 200);
    new InfoPackages(own).prepareRequest(draft);
    expect(draft.getText("Recv-Info")).toBe(value);
  });

  it("are told in an answer only to one who told", () => {
    const packages = new InfoPackages(["foo"]);
    const [told, untold] = [answerTo(invite(), 200), answerTo(invite(), 200)];
    packages.prepareResponse(invite({ "Recv-Info": "" }), told);
    packages.prepareResponse(invite(), untold);
    expect([told.getText("Recv-Info"), untold.has("Recv-Info")]).toEqual(["foo", false]);
  });

  it("may be sent once the peer has told them, without regard to case, until it tells others", () => {
    const packages = new InfoPackages([]);
    expect(packages.maySend("foo")).toBe(false);
    packages.learn(invite({ "Recv-Info": "Foo;x=1, bar" }));
    packages.learn(invite());
    packages.learn(invite({ "Recv-Info": ",;" }));
    expect([packages.maySend("foo"), packages.maySend("bar")]).toEqual([true, true]);
    packages.learn(invite({ "Recv-Info": "" }));
    expect(packages.maySend("foo")).toBe(false);
  });

  it("that we did not ask for are refused by 469 with those we did", () => {
    const packages = new InfoPackages(["foo", "bar"]);
    expect(packages.refusalOf(info({ "Info-Package": "FOO;a=b" }))).toBeUndefined();
    expect(packages.refusalOf(info({ "Info-Package": "baz" }))).toEqual({
      statusCode: 469,
      fields: [["Recv-Info", "foo, bar"]],
    });
    expect(packages.refusalOf(info({ "Info-Package": ";" }))?.statusCode).toBe(400);
  });

  it("have nothing to say of an INFO without package", () => {
    expect(new InfoPackages().refusalOf(info())).toBeUndefined();
    expect(new InfoPackages().refusalOf(info({ "Info-Package": "foo" }))?.statusCode).toBe(469);
  });
});

describe("tones in INFO", () => {
  it.each(["0", "9", "*", "#", "a", "D", "!"])("write and read %s", (signal) => {
    expect(parseDtmf(writeDtmfRelay(signal, 250))).toEqual({ signal: signal.toUpperCase(), duration: 250 });
  });

  it.each(["", "12", "E", "1\r\n"])("refuse to write %j", (signal) => {
    expect(() => writeDtmfRelay(signal)).toThrow(expect.objectContaining({ code: "ua.state" }));
  });

  it.each([
    ["Signal= 5\r\nDuration= 160", "5", 160],
    ["signal=11\nduration=100", "#", 100],
    ["Signal=*", "*", 160],
    ["7", "7", 160],
  ])("read %j", (body, signal, duration) => {
    expect(parseDtmf(body)).toEqual({ signal, duration });
  });

  it.each(["", "hello", "Signal=\r\nDuration=100"])("find none in %j", (body) => {
    expect(parseDtmf(body)).toBeUndefined();
  });
});
