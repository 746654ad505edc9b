/** What the writers of the transport tap make, read by programs that know nothing of us: tshark and Kamailio. */
import {
  HepTap,
  PcapTap,
  TransportLayer,
  createResponse,
  tcpTransport,
  udpTransport,
  type Connection,
  type TransportProtocol,
} from "@siplet/core";
import { wsClientTransport, wsTransport } from "@siplet/core/transport/ws";
import { inviteText, optionsText } from "@siplet/testkit";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { kamailioModulePath, needs } from "../counterparts/available.js";
import { isBound } from "../counterparts/bound-port.js";
import { freePort } from "../counterparts/free-port.js";
import { stopEverything } from "../counterparts/lifetimes.js";
import { startProgram } from "../counterparts/program.js";
import { Scratch } from "../counterparts/scratch.js";
import { decodePcap, decodeSip, malformedPackets } from "../counterparts/tshark.js";
import { waitUntil } from "../counterparts/wait-until.js";

let scratch: Scratch;
let layers: TransportLayer[];

beforeEach((context) => {
  needs(context, "tshark", "kamailio");
  scratch = new Scratch("tap");
  layers = [];
});

afterEach(async () => {
  await Promise.all(layers.map((layer) => layer.close()));
  await stopEverything();
  scratch.remove();
});

/** Two elements; the second answers each request with 200. */
async function openPair(
  address = "127.0.0.1",
): Promise<{ caller: TransportLayer; statuses: number[]; connect: (protocol: TransportProtocol) => Connection }> {
  const statuses: number[] = [];
  const caller = new TransportLayer();
  caller.attach({
    onRequest: () => {},
    onResponse: ({ statusCode }) => statuses.push(statusCode),
    onConnectionClosed: () => {},
  });
  const answerer = new TransportLayer();
  answerer.attach({
    onRequest: (request, connection) => {
      const response = createResponse(request, 200, { toTag: "e2e" }).build();
      answerer.send(response, answerer.responseConnection(request, connection));
    },
    onResponse: () => {},
    onConnectionClosed: () => {},
  });
  layers.push(caller, answerer);
  const listeners = {
    udp: await answerer.add(udpTransport({ address, port: 0 })),
    tcp: await answerer.add(tcpTransport({ address, port: 0 })),
    ws: await answerer.add(wsTransport({ address, port: 0 })),
  };
  await caller.add(udpTransport({ address, port: 0 }));
  await caller.add(tcpTransport({ address, port: 0 }));
  await caller.add(wsClientTransport({ protocol: "ws" }));
  const connect = (protocol: TransportProtocol): Connection =>
    caller.connect(protocol, listeners[protocol as keyof typeof listeners].local);
  return { caller, statuses, connect };
}

describe("the packet capture", () => {
  it.each(["127.0.0.1", "::1"])("is read by tshark as the SIP that passed, over %s", async (address) => {
    const file = scratch.file("messages.pcap");
    const tap = new PcapTap({ output: file });
    const { caller, statuses, connect } = await openPair(address);
    caller.addTap(tap);
    let sent = 0;
    for (const protocol of ["udp", "tcp", "ws"] as const) {
      const transport = protocol.toUpperCase();
      const connection = connect(protocol);
      const via = `SIP/2.0/${transport} ${address.includes(":") ? `[${address}]` : address};rport;branch=z9hG4bK${protocol}`;
      caller.resend(Buffer.from(inviteText({ via, callId: `call-${protocol}` })), connection);
      caller.resend(Buffer.from(optionsText({ via, callId: `options-${protocol}` })), connection);
      sent += 2;
      await waitUntil(() => statuses.length === sent, { what: "the answers arrive" });
    }
    await tap.close();
    expect(await malformedPackets(file)).toEqual([]);
    const decoded = await decodeSip(file);
    const seen = decoded.flatMap(({ callId, startLine }) =>
      callId.split("|").map((id, index) => `${id}: ${startLine.split("|")[index] ?? ""}`),
    );
    const expected = ["udp", "tcp", "ws"].flatMap((protocol) => [
      `call-${protocol}: INVITE sip:bob@example.com SIP/2.0`,
      `options-${protocol}: OPTIONS sip:bob@example.com SIP/2.0`,
      `call-${protocol}: SIP/2.0 200 OK`,
      `options-${protocol}: SIP/2.0 200 OK`,
    ]);
    expect(seen.toSorted()).toEqual(expected.toSorted());
  });

  it("has right checksums and whole messages of any length", async () => {
    const file = scratch.file("long.pcap");
    const tap = new PcapTap({ output: file });
    const { caller, statuses, connect } = await openPair();
    caller.addTap(tap);
    const via = "SIP/2.0/TCP 127.0.0.1;rport;branch=z9hG4bKlong";
    const body = "x".repeat(150_001);
    caller.resend(Buffer.from(optionsText({ via, body, contentType: "text/plain" })), connect("tcp"));
    await waitUntil(() => statuses.length === 1, { what: "the answer arrives" });
    await tap.close();
    const wrong =
      "ip.checksum.status == 0 || tcp.checksum.status == 0 || udp.checksum.status == 0 || tcp.analysis.flags";
    expect(await decodePcap(file, { filter: wrong })).toEqual([]);
    expect((await decodeSip(file)).map(({ startLine }) => startLine)).toEqual([
      "OPTIONS sip:bob@example.com SIP/2.0",
      "SIP/2.0 200 OK",
    ]);
  });
});

describe("HEP3", () => {
  it.each(["udp", "tcp"] as const)("over %s is read by Kamailio's sipcapture as what passed", async (protocol) => {
    const port = await freePort();
    const config = scratch.write("capture.cfg", sipcaptureConfig(port, protocol));
    scratch.write("db/version", "table_name(string) table_version(int)\nsip_capture:4\n");
    const args = ["-DD", "-E", "-f", config, "-P", scratch.file("pid"), "-w", scratch.path];
    const kamailio = await startProgram({ command: "kamailio", args });
    await waitUntil(() => isBound(port, protocol), { what: "Kamailio listens", output: () => kamailio.output });
    const tap = new HepTap({ host: "127.0.0.1", port, protocol });
    const { caller, connect } = await openPair();
    caller.addTap(tap);
    const connection = connect("udp");
    const via = "SIP/2.0/UDP 127.0.0.1;rport;branch=z9hG4bKhep";
    const look = () => {
      caller.resend(Buffer.from(optionsText({ via, callId: "hep-call" })), connection);
      return kamailio.output.includes("captured 200 hep-call");
    };
    await waitUntil(look, { what: "Kamailio captures", intervalMs: 200, output: () => kamailio.output });
    const captured = /captured OPTIONS hep-call from (\S+)/.exec(kamailio.output)?.[1];
    expect(captured).toBe(`127.0.0.1:${connection.local.port}`);
    await tap.close();
  });
});

/** What comes over TCP takes another way through Kamailio 5.6 than what comes over UDP. */
function sipcaptureConfig(port: number, protocol: "udp" | "tcp"): string {
  return `
debug=1
log_stderror=yes
children=1
listen=udp:127.0.0.1:${port}
listen=tcp:127.0.0.1:${port}
tcp_accept_hep3=yes
tcp_accept_no_cl=yes
mpath="${kamailioModulePath() ?? ""}"
loadmodule "db_text.so"
loadmodule "pv.so"
loadmodule "xlog.so"
loadmodule "sipcapture.so"
modparam("sipcapture", "db_url", "text://${scratch.file("db")}")
modparam("sipcapture", "capture_on", 1)
modparam("sipcapture", "hep_capture_on", 1)
${protocol === "tcp" ? 'modparam("sipcapture", "nonsip_hook", 1)\nevent_route[sipcapture:request] { return; }' : ""}
request_route { xlog("L_ERR", "captured $rm $ci from $si:$sp\\n"); exit; }
reply_route { xlog("L_ERR", "captured $rs $ci\\n"); exit; }
`;
}
