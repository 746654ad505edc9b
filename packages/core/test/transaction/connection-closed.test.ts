import { once } from "node:events";
import { connect } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import type { Connection } from "../../src/transport/transport.js";
import { SipStack } from "../../src/stack/sip-stack.js";

describe("RFC 5626 §6 a stream connection that ends", () => {
  let stack: SipStack | undefined;

  afterEach(async () => {
    await stack?.close();
  });

  it("is told to the transaction user, who loses what hung on it", async () => {
    stack = new SipStack();
    const closed = new Promise<Connection>((resolve) => {
      stack?.attach({ onRequest: () => {}, onCancel: () => {}, onAck: () => {}, onConnectionClosed: resolve });
    });
    const { local } = await stack.listen("tcp:127.0.0.1:0");
    const peer = connect(local.port, "127.0.0.1");
    await once(peer, "connect");
    const { localPort } = peer;
    peer.end();
    expect((await closed).remote.port).toBe(localPort);
  });
});
