import {
  ackText,
  answer,
  draftOf,
  inviteText,
  optionsText,
  RecordedExchange,
  ScriptedUserAgent,
} from "@siplet/testkit";
import { afterEach, describe, expect, it } from "vitest";
import { TransactionLayer } from "../../src/transaction/transaction-layer.js";
import { TransportLayer } from "../../src/transport/layer/transport-layer.js";
import { tcpTransport } from "../../src/transport/tcp/tcp-transport.js";
import { udpTransport } from "../../src/transport/udp/udp-transport.js";

const loopback = { address: "127.0.0.1", port: 0 };

describe.each(["udp", "tcp"] as const)("RFC 3261 §17 transactions over a real %s socket", (protocol) => {
  const open: { close(): unknown }[] = [];
  afterEach(() => Promise.all(open.splice(0).map((each) => each.close())));

  async function start(): Promise<{ transport: TransportLayer; layer: TransactionLayer; peer: ScriptedUserAgent }> {
    const transport = new TransportLayer();
    const layer = new TransactionLayer({ transport });
    const { local } = await transport.add(protocol === "udp" ? udpTransport(loopback) : tcpTransport(loopback));
    const peer = await ScriptedUserAgent.onSocket({ protocol, name: "peer", peer: local });
    open.push(layer, transport, peer);
    return { transport, layer, peer };
  }

  it("answers a peer and takes its ACK", async () => {
    const { layer, peer } = await start();
    const ignore = (): void => {};
    layer.attach({ onRequest: (transaction) => void answer(transaction, 486), onCancel: ignore, onAck: ignore });
    const refused = peer.next("486 INVITE");
    const invite = peer.sendRequest({ method: "INVITE" });
    const { message } = await refused;
    expect([message.branch, message.toTag]).toEqual([invite.branch, "element-tag"]);
    peer.send(ackText(invite, message));
    const answered = peer.next("486 OPTIONS");
    peer.sendRequest({ method: "OPTIONS" });
    await answered;
    expect(peer.messages("486 INVITE")).toHaveLength(1);
  });

  it("sends to a peer, acknowledges its refusal and ends a short exchange", async () => {
    const { transport, layer, peer } = await start();
    peer.answer("INVITE", 100, 486).answer("OPTIONS", 200);
    const exchanges = [inviteText(), optionsText()].map((text) => {
      const exchange = new RecordedExchange();
      layer.send(draftOf(text), transport.connect(protocol, peer.local), exchange);
      return exchange;
    });
    const { message } = await peer.next("ACK");
    await expect
      .poll(() => exchanges.map(({ log }) => log.find((line) => Number(line) >= 200)))
      .toEqual(["486", "200"]);
    expect(message.branch).toBe(peer.last("INVITE").branch);
  });
});
