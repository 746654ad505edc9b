import { networkInterfaces } from "node:os";
import { TransportLayer, reachableAddress, tcpTransport, udpTransport, type SipRequest } from "@siplet/core";
import { optionsText } from "@siplet/testkit";
import { afterEach, describe, expect, it } from "vitest";
import { SocketBench, until } from "./socket-bench.js";

const layers: TransportLayer[] = [];
const hasIpv6 = Object.values(networkInterfaces()).some((list) => list?.some(({ address }) => address === "::1"));

afterEach(async () => {
  await Promise.all(layers.splice(0).map((layer) => layer.close()));
});

function open(): { layer: TransportLayer; requests: { request: SipRequest; from: string }[] } {
  const layer = new TransportLayer();
  const requests: { request: SipRequest; from: string }[] = [];
  layer.attach({
    onRequest: (request, { remote }) => requests.push({ request, from: remote.address }),
    onResponse: () => {},
    onConnectionClosed: () => {},
  });
  layers.push(layer);
  return { layer, requests };
}

describe("an element with several homes", () => {
  it.each(["udp", "tcp"] as const)(
    "calls over %s from the address of the listener that it prefers",
    async (protocol) => {
      const factory = protocol === "udp" ? udpTransport : tcpTransport;
      const { layer: far, requests } = open();
      const { local } = await far.add(factory({ address: "127.0.0.1", port: 0 }));
      const { layer } = open();
      const homes = [];
      for (const address of ["127.0.0.2", "127.0.0.3"]) homes.push(await layer.add(factory({ address, port: 0 })));
      for (const home of homes) layer.connect(protocol, local, home).send(Buffer.from(optionsText()));
      await until(() => requests.length === 2);
      expect(requests.map(({ from }) => from).toSorted()).toEqual(["127.0.0.2", "127.0.0.3"]);
    },
  );

  it("keeps one TCP connection for each home", async () => {
    const { layer: far } = open();
    const { local } = await far.add(tcpTransport({ address: "127.0.0.1", port: 0 }));
    const { layer } = open();
    const first = await layer.add(tcpTransport({ address: "127.0.0.2", port: 0 }));
    const second = await layer.add(tcpTransport({ address: "127.0.0.3", port: 0 }));
    expect(layer.connect("tcp", local, first)).toBe(layer.connect("tcp", local, first));
    expect(layer.connect("tcp", local, first)).not.toBe(layer.connect("tcp", local, second));
  });
});

describe.runIf(hasIpv6)("a listener on ::", () => {
  it.each(["udp", "tcp"] as const)("leaves 0.0.0.0 to another one over %s", async (protocol) => {
    const factory = protocol === "udp" ? udpTransport : tcpTransport;
    const { layer } = open();
    const { local } = await layer.add(factory({ address: "0.0.0.0", port: 0 }));
    await expect(layer.add(factory({ address: "::", port: local.port }))).resolves.toMatchObject({
      isDualStack: false,
    });
  });

  it.each(["udp", "tcp"] as const)("serves IPv4 too over %s where it is told to", async (protocol) => {
    const factory = protocol === "udp" ? udpTransport : tcpTransport;
    const { layer: dual, requests } = open();
    const transport = await dual.add(factory({ address: "::", port: 0, dualStack: true }));
    const { layer, requests: back } = open();
    const { local } = await layer.add(factory({ address: "127.0.0.1", port: 0 }));
    layer.connect(protocol, { address: "127.0.0.1", port: transport.local.port }).send(Buffer.from(optionsText()));
    await until(() => requests.length === 1);
    expect(requests[0]?.from).toBe("127.0.0.1");
    expect(reachableAddress(transport, { address: "127.0.0.1", port: 1 }).host).toBe("127.0.0.1");
    expect(reachableAddress(transport, { address: "::1", port: 1 }).host).toBe("::1");
    dual.connect(protocol, local).send(Buffer.from(optionsText()));
    await until(() => back.length === 1);
    expect(back[0]?.from).toBe("127.0.0.1");
  });
});

describe("the way back", () => {
  it("over UDP leaves from the very listener that the request came to", async () => {
    const bench = new SocketBench();
    bench.answers = true;
    for (const address of ["127.0.0.2", "127.0.0.3"]) await bench.layer.add(udpTransport({ address, port: 0 }));
    const { layer } = open();
    const answers: string[] = [];
    layer.attach({
      onRequest: () => {},
      onResponse: (_response, { remote }) => answers.push(`${remote.address}:${remote.port}`),
      onConnectionClosed: () => {},
    });
    const caller = await layer.add(udpTransport({ address: "127.0.0.1", port: 0 }));
    const expected = bench.layer.transports.map(({ local }) => `${local.address}:${local.port}`);
    for (const { local } of bench.layer.transports) {
      const via = `SIP/2.0/UDP 127.0.0.1:${caller.local.port};rport;branch=z9hG4bK${local.port}`;
      layer.connect("udp", local).send(Buffer.from(optionsText({ via })));
    }
    await until(() => answers.length === 2);
    expect(answers.toSorted()).toEqual(expected.toSorted());
    await bench.close();
  });
});
