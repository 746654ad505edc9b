import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DnsServer, dnsResolverCases, dnsResolverZone } from "@siplet/testkit";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { SystemDnsResolver, type SystemDnsResolverOptions } from "./system-dns-resolver.js";

let server: DnsServer;
let folder = "";

beforeAll(async () => {
  server = await DnsServer.start({ zone: dnsResolverZone });
  folder = await mkdtemp(join(tmpdir(), "resolver-"));
});
beforeEach(() => {
  server.script.clear();
  server.queries.length = 0;
});
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

function createResolver(options: SystemDnsResolverOptions = {}): SystemDnsResolver {
  return new SystemDnsResolver({ servers: [server.address], timeout: 1_000, tries: 1, ...options });
}

describe("SystemDnsResolver", () => {
  describe("as every resolver", () => {
    it.each(dnsResolverCases)("$title", async ({ prepare, check }) => {
      prepare?.(server.script);
      await check(createResolver());
    });
  });

  describe("TTL of SRV and NAPTR, which Node does not tell", () => {
    it("is the default or what is set", async () => {
      expect(await createResolver().resolveSrv("_none._udp.resolver.test")).toMatchObject({ records: [{ ttl: 60 }] });
      const resolver = createResolver({ defaultTtl: 7 });
      expect(await resolver.resolveNaptr("number.resolver.test")).toMatchObject({ records: [{ ttl: 7 }] });
    });
  });

  describe("name servers", () => {
    it("that are silent are asked again, then given up", async () => {
      server.script.on({}, { kind: "silence" });
      const answer = await createResolver({ timeout: 50, tries: 2 }).resolveA("server1.resolver.test");
      expect(answer).toMatchObject({ kind: "failure", reason: "timeout" });
      expect(server.asked).toHaveLength(2);
    });

    it("that are not there are told as a failure", async () => {
      const gone = await DnsServer.start();
      await gone.close();
      const answer = await createResolver({ servers: [gone.address] }).resolveA("server1.resolver.test");
      expect(answer.kind).toBe("failure");
    });

    it.each(["SERVFAIL", "REFUSED", "FORMERR"] as const)(
      "that say %s are passed over for the next one",
      async (rcode) => {
        const lame = await DnsServer.start();
        lame.script.on({}, { kind: "error", rcode });
        const resolver = createResolver({ servers: [lame.address, lame.address, server.address] });
        expect(await resolver.resolveA("server1.resolver.test")).toMatchObject({ kind: "records" });
        await lame.close();
      },
    );

    it("that are silent are passed over for the next one", async () => {
      const silent = await DnsServer.start();
      silent.script.on({}, { kind: "silence" });
      const resolver = createResolver({ timeout: 50, servers: [silent.address, server.address] });
      expect(await resolver.resolveSrv("_sip._udp.resolver.test")).toMatchObject({ kind: "records" });
      await silent.close();
    });

    it("that truncate are asked over TCP", async () => {
      server.script.on({}, { kind: "truncate" });
      expect(await createResolver().resolveSrv("_sip._udp.resolver.test")).toMatchObject({ kind: "records" });
      expect(server.queries.map(({ transport }) => transport)).toEqual(["udp", "tcp"]);
    });

    it("are no longer waited for after close", async () => {
      server.script.on({}, { kind: "silence" });
      const resolver = createResolver({ timeout: 60_000, hostsFile: false });
      const answer = resolver.resolveSrv("_sip._udp.resolver.test");
      resolver.close();
      expect(await answer).toMatchObject({ kind: "failure", reason: "timeout" });
    });
  });

  describe("names of the machine", () => {
    it("come from the hosts file before any name server, in both families", async () => {
      const hostsFile = join(folder, "hosts");
      await writeFile(hostsFile, "192.0.2.77 server1.resolver.test pbx\n");
      const resolver = createResolver({ hostsFile });
      expect(await resolver.resolveA("server1.resolver.test")).toMatchObject({ records: [{ address: "192.0.2.77" }] });
      expect(await resolver.resolveA("pbx")).toMatchObject({ records: [{ address: "192.0.2.77" }] });
      expect(await resolver.resolveAaaa("pbx")).toMatchObject({ kind: "negative", reason: "nodata" });
      expect(server.asked).toEqual([]);
    });

    it("do not come from a hosts file that is left out", async () => {
      expect(await createResolver({ hostsFile: false }).resolveA("pbx")).toMatchObject({ reason: "nxdomain" });
      expect(server.asked).toEqual(["A pbx"]);
    });

    it("include localhost without a question, RFC 6761 §6.3", async () => {
      const resolver = createResolver({ hostsFile: join(folder, "absent") });
      expect(await resolver.resolveA("localhost")).toMatchObject({ records: [{ address: "127.0.0.1" }] });
      expect(await resolver.resolveAaaa("sip.localhost")).toMatchObject({ records: [{ address: "::1" }] });
      expect(server.asked).toEqual([]);
    });

    it("are looked up by the system when the DNS does not know them, if wished", async () => {
      // The system takes a short form of an address for a name that it knows, on every machine.
      const known = await createResolver({ hostsFile: false, systemLookup: true }).resolveA("127.1");
      expect(known).toEqual({ kind: "records", records: [{ address: "127.0.0.1", ttl: 60 }] });
      const unknown = await createResolver({ hostsFile: false }).resolveA("127.1");
      expect(unknown).toEqual({ kind: "negative", reason: "nxdomain" });
      expect(server.asked).toEqual(["A 127.1", "A 127.1"]);
    });
  });
});
