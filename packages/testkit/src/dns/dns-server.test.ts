import { createSocket } from "node:dgram";
import { once } from "node:events";
import { Resolver } from "node:dns/promises";
import { connect } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { decode, encode, streamDecode, streamEncode, type DecodedPacket } from "dns-packet";
import { DnsServer, type DnsServerOptions } from "./dns-server.js";

const zone = `
  example.com.    600 SOA ns.example.com. host.example.com. 1 2 3 4 60
  a.example.com.   20 A 192.0.2.1
`;

const manyRecords = Array.from({ length: 60 }, (_, index) => `many.example.com. 20 A 192.0.2.${index}`).join("\n");

const servers: DnsServer[] = [];

async function start(
  options: DnsServerOptions = { zone },
): Promise<{ server: DnsServer; client: Resolver; port: number }> {
  const server = await DnsServer.start(options);
  servers.push(server);
  const client = new Resolver({ timeout: 500, tries: 1 });
  client.setServers([server.address]);
  return { server, client, port: Number(server.address.slice(server.address.lastIndexOf(":") + 1)) };
}

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

function query(name: string, limit?: number): Buffer {
  const opt = { type: "OPT", name: ".", udpPayloadSize: limit ?? 512, flags: 0 } as const;
  const additionals =
    limit === undefined ? [] : [{ ...opt, extendedRcode: 0, ednsVersion: 0, flag_do: false, options: [] }];
  return encode({ type: "query", id: 7, flags: 0x100, questions: [{ type: "A", name }], additionals });
}

async function askByDatagram(port: number, bytes: Buffer): Promise<DecodedPacket> {
  const socket = createSocket("udp4");
  socket.send(bytes, port, "127.0.0.1");
  const [answer] = (await once(socket, "message")) as [Buffer];
  socket.close();
  return decode(answer);
}

describe("DnsServer", () => {
  describe("over UDP", () => {
    it("answers with the records and repeats id and question", async () => {
      const { port } = await start();
      const answer = await askByDatagram(port, query("A.example.com"));
      expect(answer).toMatchObject({ id: 7, flag_qr: true, flag_rd: true, flag_ra: true, flag_tc: false });
      expect(responseCode(answer)).toBe(0);
      expect(answer.questions?.[0]?.name).toBe("A.example.com");
      expect(answer.answers).toMatchObject([{ type: "A", data: "192.0.2.1", ttl: 20 }]);
    });

    it("tells absence with the SOA record", async () => {
      const { port } = await start();
      const answer = await askByDatagram(port, query("b.example.com"));
      expect(responseCode(answer)).toBe(3);
      expect(answer.authorities).toMatchObject([{ type: "SOA", ttl: 600, data: { minimum: 60 } }]);
    });

    it("says that an answer above 512 bytes does not fit", async () => {
      const { port } = await start({ zone: manyRecords });
      expect(await askByDatagram(port, query("many.example.com"))).toMatchObject({ flag_tc: true, answers: [] });
    });

    it("sends a longer answer to a client that takes it", async () => {
      const { port } = await start({ zone: manyRecords });
      const answer = await askByDatagram(port, query("many.example.com", 4096));
      expect([answer.flag_tc, answer.answers?.length]).toEqual([false, 60]);
    });

    it("passes over what is no query", async () => {
      const { port, server } = await start();
      const socket = createSocket("udp4");
      for (const bytes of [Buffer.from("x"), Buffer.alloc(0), Buffer.alloc(12), Buffer.alloc(600, 0xff)]) {
        socket.send(bytes, port, "127.0.0.1");
      }
      socket.close();
      await askByDatagram(port, query("a.example.com"));
      expect(server.asked).toEqual(["A a.example.com"]);
    });
  });

  describe("over TCP", () => {
    it("serves a client that comes again after truncation", async () => {
      const { client, server } = await start({ zone: manyRecords });
      expect(await client.resolve4("many.example.com")).toHaveLength(60);
      expect(server.queries.at(-1)).toEqual({ type: "A", name: "many.example.com", transport: "tcp" });
    });

    it("reads questions in pieces and several on one connection", async () => {
      const { port } = await start();
      const connection = connect(port, "127.0.0.1");
      const bytes = streamEncode({ type: "query", id: 1, questions: [{ type: "A", name: "a.example.com" }] });
      connection.write(bytes.subarray(0, 1));
      await new Promise((resolve) => setImmediate(resolve));
      connection.write(Buffer.concat([bytes.subarray(1), bytes]));
      let received = Buffer.alloc(0);
      while (received.length < 2 || received.length < 2 * (2 + received.readUInt16BE(0))) {
        received = Buffer.concat([received, ((await once(connection, "data")) as [Buffer])[0]]);
      }
      expect(streamDecode(received)?.answers).toHaveLength(1);
      expect(streamDecode(received.subarray(received.length / 2))?.answers).toHaveLength(1);
      connection.destroy();
    });

    it("drops a connection that sends no query", async () => {
      const { port } = await start();
      const connection = connect(port, "127.0.0.1");
      connection.write(Buffer.from([0, 3, 1, 2, 3]));
      await once(connection, "close");
      expect(connection.destroyed).toBe(true);
    });
  });

  describe("by script", () => {
    it.each([
      [{ kind: "error", rcode: "SERVFAIL" }, "ESERVFAIL"],
      [{ kind: "error", rcode: "REFUSED" }, "EREFUSED"],
      [{ kind: "error", rcode: "NXDOMAIN" }, "ENOTFOUND"],
      [{ kind: "silence" }, "ETIMEOUT"],
      [{ kind: "garbage" }, "EBADRESP"],
    ] as const)("%j makes the client fail with %s", async (behaviour, code) => {
      const { client, server } = await start();
      server.script.on({}, behaviour);
      await expect(client.resolve4("a.example.com")).rejects.toMatchObject({ code });
    });

    it("truncates over UDP only", async () => {
      const { client, server } = await start();
      server.script.on({ name: "a.example.com" }, { kind: "truncate" });
      expect(await client.resolve4("a.example.com")).toEqual(["192.0.2.1"]);
      expect(server.queries.map(({ transport }) => transport)).toEqual(["udp", "tcp"]);
    });

    it("answers late", async () => {
      const { client, server } = await start();
      server.script.on({}, { kind: "answer", delay: 10 });
      expect(await client.resolve4("a.example.com")).toEqual(["192.0.2.1"]);
    });

    it("misbehaves as often as asked, for the question asked", async () => {
      const { client, server } = await start();
      server.script.on({ name: "a.example.com", type: "A", times: 1 }, { kind: "error", rcode: "SERVFAIL" });
      await expect(client.resolve6("a.example.com")).rejects.toMatchObject({ code: "ENODATA" });
      await expect(client.resolve4("a.example.com")).rejects.toMatchObject({ code: "ESERVFAIL" });
      expect(await client.resolve4("a.example.com")).toEqual(["192.0.2.1"]);
      server.script.on({}, { kind: "error", rcode: "REFUSED" }).clear();
      expect(await client.resolve4("a.example.com")).toEqual(["192.0.2.1"]);
    });
  });

  describe("life", () => {
    it("listens on IPv6 too", async () => {
      const { client, server } = await start({ zone, host: "::1" });
      expect(server.address).toMatch(/^\[::1\]:\d+$/);
      expect(await client.resolve4("a.example.com")).toEqual(["192.0.2.1"]);
    });

    it("closes once, with connections open", async () => {
      const { server, port } = await start();
      const connection = connect(port, "127.0.0.1");
      await once(connection, "connect");
      connection.on("error", () => {});
      await server.close();
      await server.close();
      expect(server.asked).toEqual([]);
    });
  });
});

/** RFC 1035 §4.1.1: the last four bits of the flags. */
function responseCode({ flags = 0 }: DecodedPacket): number {
  return flags & 0xf;
}
