import { readFileSync } from "node:fs";
import { connect } from "node:net";
import { tcpTransport, type Connection, type ConnectionLimits } from "@siplet/core";
import { optionsText } from "@siplet/testkit";
import { afterEach, describe, expect, it } from "vitest";
import { type RawClient, SocketBench, settle, until } from "./socket-bench.js";

let bench: SocketBench;
afterEach(() => bench.close());

async function listen(limits: Partial<ConnectionLimits> = {}, options = {}) {
  bench = new SocketBench(options);
  const transport = await bench.layer.add(tcpTransport({ address: "127.0.0.1", port: 0, limits }));
  return transport.local;
}

async function clientOf(limits: Partial<ConnectionLimits> = {}): Promise<RawClient> {
  const local = await listen(limits);
  return bench.client(local);
}

describe("a TCP listener", () => {
  describe("with silent peers", () => {
    it("closes a connection after five minutes of silence, and tells why", async () => {
      const client = await clientOf();
      client.sendOptions();
      await until(() => bench.requests.length === 1);
      bench.clock.advance(299_000);
      await settle(2);
      expect(client.isEnded).toBe(false);
      bench.clock.advance(1001);
      await until(() => client.isEnded && bench.ends.length === 1);
      expect(bench.ends.map(({ error }) => error?.code)).toEqual(["transport.timeout"]);
    });

    it("counts the silence from the last octet, of either side", async () => {
      const client = await clientOf();
      bench.clock.advance(200_000);
      client.send("\r\n\r\n");
      await until(() => client.received === "\r\n");
      bench.clock.advance(299_000);
      await settle(2);
      expect(client.isEnded).toBe(false);
    });

    it("allows no idle time below 64·T1", async () => {
      bench = new SocketBench();
      const add = bench.layer.add(tcpTransport({ address: "127.0.0.1", port: 0, limits: { idleTimeout: 31_999 } }));
      await expect(add).rejects.toMatchObject({ code: "transport.option" });
    });

    it("drops a flow whose keep-alives do not come, whatever is sent to it (RFC 5626 §5.4)", async () => {
      const client = await clientOf();
      client.sendOptions();
      await until(() => bench.requests.length === 1);
      const connection = bench.requests[0]?.connection;
      connection?.expectTraffic?.(40_000);
      bench.clock.advance(39_000);
      connection?.send(Buffer.from("\r\n\r\n"));
      bench.clock.advance(1000);
      await until(() => client.isEnded);
      expect(bench.ends[0]?.error?.code).toBe("transport.timeout");
    });
  });

  describe("with slow senders", () => {
    it("gives a message ten seconds from its first octet to its last", async () => {
      const client = await clientOf();
      client.send("OPTIONS sip:bob@example.com SIP/2.0\r\n");
      await settle();
      for (let second = 0; second < 9; second++) {
        bench.clock.advance(1000);
        client.send("X: y\r\n");
        await settle(2);
      }
      expect(client.isEnded).toBe(false);
      bench.clock.advance(1000);
      await until(() => client.isEnded && bench.ends.length === 1);
      expect(bench.ends.map(({ error }) => error?.code)).toEqual(["transport.timeout"]);
    });

    it("starts the ten seconds anew for each message", async () => {
      const client = await clientOf();
      const text = optionsText();
      client.send(text.slice(0, 50));
      await settle();
      bench.clock.advance(9000);
      client.send(text.slice(50) + text.slice(0, 50));
      await until(() => bench.requests.length === 1);
      bench.clock.advance(9000);
      client.send(text.slice(50));
      await until(() => bench.requests.length === 2);
      bench.clock.advance(20_000);
      await settle(2);
      expect(client.isEnded).toBe(false);
    });

    it("answers 400 and closes when the body announced does not come (RFC 4475 §3.1.2.2, clerr)", async () => {
      const client = await clientOf();
      client.send(readFileSync(new URL("../vectors/rfc4475/clerr.dat", import.meta.url), "latin1"));
      await settle();
      expect([client.received, client.isEnded]).toEqual(["", false]);
      bench.clock.advance(10_000);
      await until(() => client.isEnded);
      expect(client.received).toMatch(/^SIP\/2.0 400 /);
      expect(bench.requests).toEqual([]);
    });

    it.each(["ncl", "mcl01"])(
      "answers 400 and closes at once when the framing is lost (RFC 4475, %s)",
      async (name) => {
        const client = await clientOf();
        client.send(readFileSync(new URL(`../vectors/rfc4475/${name}.dat`, import.meta.url), "latin1"));
        await until(() => client.isEnded);
        expect(client.received).toMatch(/^SIP\/2.0 400 /);
      },
    );

    it("takes both messages of RFC 4475 dblreq from a stream", async () => {
      const client = await clientOf();
      client.send(readFileSync(new URL("../vectors/rfc4475/dblreq.dat", import.meta.url), "latin1"));
      await until(() => bench.requests.length === 2);
      expect(bench.requests.map(({ request }) => request.method)).toEqual(["REGISTER", "INVITE"]);
    });
  });

  it("cuts a reader that is too slow, and tells everyone who waited", async () => {
    const client = await clientOf({ writeBuffer: 256 * 1024 });
    client.socket.pause();
    client.sendOptions();
    await until(() => bench.requests.length === 1);
    const connection = bench.requests[0]?.connection as Connection;
    const codes: (string | undefined)[] = [];
    for (let count = 0; count < 400; count++) {
      connection.send(Buffer.alloc(64 * 1024, "x"), (error) => codes.push(error?.code));
    }
    await until(() => codes.length === 400);
    expect(connection.isOpen).toBe(false);
    expect(codes).toContain("transport.overflow");
    await until(() => bench.ends.length === 1);
    expect(bench.ends[0]?.error?.code).toBe("transport.overflow");
  });

  describe("with many peers", () => {
    it("lets in no more connections than it may, and more once some are gone", async () => {
      const local = await listen({ connections: 2 });
      const [first, second] = [await bench.client(local), await bench.client(local)];
      const third = await bench.client(local);
      await until(() => third.isEnded);
      expect([first.isEnded, second.isEnded]).toEqual([false, false]);
      first.socket.destroy();
      await settle();
      const fourth = await bench.client(local);
      fourth.send("\r\n\r\n");
      await until(() => fourth.received === "\r\n");
    });

    it("lets one address hold no more than its share", async () => {
      bench = new SocketBench();
      const { local } = await bench.layer.add(
        tcpTransport({ address: "0.0.0.0", port: 0, limits: { connectionsPerSource: 1 } }),
      );
      const first = await bench.client({ address: "127.0.0.1", port: local.port });
      const second = await bench.client({ address: "127.0.0.1", port: local.port });
      await until(() => second.isEnded);
      const other = connect({ host: "127.0.0.1", port: local.port, localAddress: "127.0.0.2" });
      await until(() => bench.layer.flows.size === 2);
      expect(first.isEnded).toBe(false);
      other.destroy();
    });

    it("lives through peers that vanish at any octet", async () => {
      const local = await listen();
      const text = optionsText();
      for (let length = 0; length < text.length; length += 16) {
        const client = await bench.client(local);
        client.send(text.slice(0, length));
        client.socket.resetAndDestroy();
      }
      const last = await bench.client(local);
      last.sendOptions();
      await until(() => bench.requests.length > 0);
      await until(() => bench.layer.flows.size === 1);
    });
  });

  it("sends what one turn brings by one write", async () => {
    bench = new SocketBench();
    bench.answers = true;
    const { local } = await bench.layer.add(tcpTransport({ address: "127.0.0.1", port: 0 }));
    const client = await bench.client(local);
    client.send(
      Array.from({ length: 20 }, (_, index) => optionsText({ transport: "TCP", branch: `z9hG4bK${index}` })).join(""),
    );
    await until(() => client.received.split("SIP/2.0 200").length === 21);
    expect(client.chunks).toHaveLength(1);
  });

  it("gives up a call that is not taken within ten seconds", async () => {
    const local = await listen();
    const connection = bench.layer.connect("tcp", local);
    const codes: (string | undefined)[] = [];
    connection.send(Buffer.from("x"), (error) => codes.push(error?.code));
    bench.clock.advance(10_000);
    await until(() => codes.length === 1);
    expect(codes).toEqual(["transport.refused"]);
  });
});
