import { describe, expect, it } from "vitest";
import { ManualClock, MemoryNetwork, requestText } from "@siplet/testkit";
import { createResponse } from "../../message/create-response.js";
import { parseMessage } from "../../message/parse-message.js";
import { RequestBuilder } from "../../message/request-builder.js";
import type { SipRequest } from "../../message/sip-request.js";
import type { SipResponse } from "../../message/sip-response.js";
import { TransportLayer } from "../layer/transport-layer.js";
import type { TappedMessage } from "../tap/tapped-message.js";
import type { Connection } from "../transport.js";

interface Arrived {
  readonly message: SipRequest | SipResponse;
  readonly connection: Connection;
}

async function setUp(onRequest: (request: SipRequest, connection: Connection) => void = () => {}) {
  const clock = new ManualClock();
  const network = new MemoryNetwork({ clock });
  const layer = new TransportLayer({ clock });
  const listener = await layer.add(network.transport({ protocol: "udp", address: "192.0.2.10", port: 5060 }));
  const arrived: Arrived[] = [];
  layer.attach({
    onRequest: (message, connection) => {
      arrived.push({ message, connection });
      onRequest(message, connection);
    },
    onResponse: (message, connection) => void arrived.push({ message, connection }),
    onConnectionClosed: () => {},
  });
  return { layer, listener, arrived, network };
}

function request(method = "OPTIONS", callId = "a"): SipRequest {
  const message = parseMessage(Buffer.from(requestText({ method, uri: "sip:app@192.0.2.10", callId })));
  if (message.kind !== "request") throw new TypeError("no request");
  return message;
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe("Loopback", () => {
  it("hands over the message itself, once the call that sends it is over", async () => {
    const { layer, listener, arrived } = await setUp();
    const sent = request();
    const connection = layer.loopback({ listener });
    layer.send(sent, connection);
    expect(arrived).toEqual([]);
    await turn();
    expect(arrived).toHaveLength(1);
    expect(arrived[0]?.message).toBe(sent);
    expect(arrived[0]?.connection).toBe(connection);
  });

  it("keeps the order, also of what is sent while messages arrive", async () => {
    const again = (message: SipRequest, connection: Connection): void => {
      if (message.callId === "a") layer.send(request("OPTIONS", "c"), connection);
    };
    const { layer, listener, arrived } = await setUp(again);
    const connection = layer.loopback({ listener });
    layer.send(request("OPTIONS", "a"), connection);
    layer.send(request("OPTIONS", "b"), connection);
    await turn();
    expect(arrived.map(({ message }) => message.callId)).toEqual(["a", "b", "c"]);
  });

  it("goes on when one message cannot be handled", async () => {
    const { layer, listener, arrived } = await setUp((message) => {
      if (message.callId === "a") throw new RangeError("no");
    });
    const connection = layer.loopback({ listener });
    layer.send(request("OPTIONS", "a"), connection);
    layer.send(request("OPTIONS", "b"), connection);
    await turn();
    expect(arrived).toHaveLength(2);
  });

  it("lets sockets and timers have their turn, however many messages follow one another", async () => {
    let isOver = false;
    const { layer, listener, arrived } = await setUp((message, connection) => {
      if (!isOver) layer.send(message, connection);
    });
    layer.send(request(), layer.loopback({ listener }));
    await turn();
    await turn();
    isOver = true;
    expect(arrived.length).toBeGreaterThan(1000);
  });

  it("answers by the same path, without a socket", async () => {
    const { layer, listener, arrived, network } = await setUp();
    const connection = layer.loopback({ listener });
    const asked = RequestBuilder.from(request()).build();
    const way = layer.responseConnection(asked, connection);
    expect(way).toBe(connection);
    layer.send(createResponse(asked, 200).build(), way);
    await turn();
    expect(arrived[0]?.message.kind).toBe("response");
    expect(network.trace.entries).toEqual([]);
  });

  it("shows the peer that gave cause to it, and looks like the listener, but loses nothing", async () => {
    const { layer, listener } = await setUp();
    const origin = { transport: listener, local: listener.local, remote: { address: "192.0.2.1", port: 5071 } };
    const context = { of: "the sender" };
    const connection = layer.loopback({ listener, origin: origin as Connection, context });
    expect(connection.remote).toEqual(origin.remote);
    expect(connection.context).toBe(context);
    const { protocol, local, isReliable, isSecure, advertised } = connection.transport;
    expect({ protocol, local, isSecure, advertised }).toEqual({
      protocol: "udp",
      local: listener.local,
      isSecure: false,
      advertised: undefined,
    });
    expect(isReliable).toBe(true);
  });

  it("is seen once by those who look on", async () => {
    const { layer, listener } = await setUp();
    const seen: TappedMessage[] = [];
    layer.addTap({ onMessage: (message) => void seen.push(message) });
    layer.send(request(), layer.loopback({ listener }));
    await turn();
    expect(seen.map(({ direction, isInternal, startLine }) => ({ direction, isInternal, startLine }))).toEqual([
      { direction: "out", isInternal: true, startLine: "OPTIONS sip:app@192.0.2.10 SIP/2.0" },
    ]);
    expect(seen[0]?.remote).toEqual(listener.local);
  });

  it("carries nothing once the layer has closed", async () => {
    const { layer, listener, arrived } = await setUp();
    const connection = layer.loopback({ listener });
    layer.send(request(), connection);
    await layer.close();
    layer.send(request(), connection);
    await turn();
    expect(arrived).toEqual([]);
    expect(connection.isOpen).toBe(false);
  });

  it("refuses octets", async () => {
    const { layer, listener } = await setUp();
    const errors: unknown[] = [];
    layer.loopback({ listener }).send(Buffer.from("x"), (error) => void errors.push(error));
    expect(errors).toEqual([expect.objectContaining({ code: "transport.failed" })]);
  });
});
