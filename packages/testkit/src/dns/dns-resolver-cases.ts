import assert from "node:assert/strict";
import type { DnsAnswer, DnsResolver } from "@siplet/core";
import type { DnsScript } from "./dns-script.js";

/** The zone that `dnsResolverCases` ask about. */
export const dnsResolverZone = `
  $ORIGIN resolver.test.
  $TTL 300
  @               SOA    ns hostmaster 1 7200 3600 86400 60
  @               NAPTR  50 50 "s" "SIPS+D2T" "" _sips._tcp
  @               NAPTR  90 50 "s" "SIP+D2U" "" _sip._udp
  number          NAPTR  10 20 "u" "E2U+sip" "!^.*$!sip:info@example.com!" .
  _sip._udp       SRV    10 60 5060 server1
  _sip._udp       SRV    20 0 5062 server2
  _none._udp      SRV    0 0 0 .
  server1     20  A      192.0.2.1
  server1     20  A      192.0.2.2
  server1         AAAA   2001:db8::1
  alias           CNAME  alias2
  alias2          CNAME  server1
  _alias._udp     CNAME  _sip._udp
  loop1           CNAME  loop2
  loop2           CNAME  loop1
`;

/** Something that every resolver does. */
export interface DnsResolverCase {
  readonly title: string;
  /** How the name servers behind the resolver behave; default well. */
  readonly prepare?: (script: DnsScript) => void;
  /** Rejects when the resolver does otherwise. */
  readonly check: (resolver: DnsResolver) => Promise<void>;
}

function recordsOf<Found>(answer: DnsAnswer<Found>): readonly Found[] {
  assert.equal(answer.kind, "records");
  return answer.kind === "records" ? answer.records : [];
}

function assertNegative(answer: DnsAnswer<object>, reason: "nxdomain" | "nodata"): void {
  assert.equal(answer.kind, "negative");
  assert.equal(answer.kind === "negative" && answer.reason, reason);
}

const byText = (one: string, other: string): number => (one < other ? -1 : 1);

/** What a `DnsResolver` must do, whichever it is; its source must hold `dnsResolverZone`. */
export const dnsResolverCases: readonly DnsResolverCase[] = [
  {
    title: "gives all A records with their TTL",
    check: async (resolver) => {
      const records = recordsOf(await resolver.resolveA("server1.resolver.test"));
      assert.deepEqual(records.map(({ address }) => address).toSorted(byText), ["192.0.2.1", "192.0.2.2"]);
      assert.deepEqual(new Set(records.map(({ ttl }) => ttl)), new Set([20]));
    },
  },
  {
    title: "gives AAAA records",
    check: async (resolver) => {
      const [record] = recordsOf(await resolver.resolveAaaa("server1.resolver.test"));
      assert.deepEqual(record, { ...record, address: "2001:db8::1", ttl: 300 });
    },
  },
  {
    title: "gives SRV records with target and TTL",
    check: async (resolver) => {
      const records = recordsOf(await resolver.resolveSrv("_sip._udp.resolver.test"));
      const [first, second] = records.toSorted((one, other) => one.priority - other.priority);
      assert.deepEqual(first, { ...first, priority: 10, weight: 60, port: 5060, target: "server1.resolver.test" });
      assert.deepEqual(second, { ...second, priority: 20, weight: 0, port: 5062, target: "server2.resolver.test" });
      assert.ok((first?.ttl ?? 0) > 0);
    },
  },
  {
    title: "tells a service that is not offered by the root or an empty target",
    check: async (resolver) => {
      const [record] = recordsOf(await resolver.resolveSrv("_none._udp.resolver.test"));
      assert.ok(record?.target === "" || record?.target === ".");
    },
  },
  {
    title: "gives NAPTR records with replacement",
    check: async (resolver) => {
      const records = recordsOf(await resolver.resolveNaptr("resolver.test"));
      const [first] = records.toSorted((one, other) => one.order - other.order);
      assert.deepEqual(first, { ...first, order: 50, preference: 50, flags: "s", service: "SIPS+D2T", regexp: "" });
      assert.equal(first?.replacement, "_sips._tcp.resolver.test");
    },
  },
  {
    title: "gives NAPTR records with an expression as it stands",
    check: async (resolver) => {
      const [record] = recordsOf(await resolver.resolveNaptr("number.resolver.test"));
      assert.deepEqual(record, { ...record, flags: "u", service: "E2U+sip", regexp: "!^.*$!sip:info@example.com!" });
    },
  },
  {
    title: "follows aliases",
    check: async (resolver) => {
      assert.equal(recordsOf(await resolver.resolveA("alias.resolver.test")).length, 2);
      assert.equal(recordsOf(await resolver.resolveSrv("_alias._udp.resolver.test")).length, 2);
    },
  },
  {
    title: "counts aliases in a circle as a failure",
    check: async (resolver) => assert.equal((await resolver.resolveA("loop1.resolver.test")).kind, "failure"),
  },
  {
    title: "tells a name that does not exist",
    check: async (resolver) => {
      assertNegative(await resolver.resolveA("absent.resolver.test"), "nxdomain");
      assertNegative(await resolver.resolveSrv("_sip._sctp.resolver.test"), "nxdomain");
      assertNegative(await resolver.resolveNaptr("absent.resolver.test"), "nxdomain");
    },
  },
  {
    title: "tells a name without such records",
    check: async (resolver) => {
      assertNegative(await resolver.resolveAaaa("_sip._udp.resolver.test"), "nodata");
      assertNegative(await resolver.resolveNaptr("server1.resolver.test"), "nodata");
    },
  },
  {
    title: "counts a server failure as a failure",
    prepare: (script) => script.on({}, { kind: "error", rcode: "SERVFAIL" }),
    check: async (resolver) => {
      assert.equal((await resolver.resolveA("server1.resolver.test")).kind, "failure");
      assert.equal((await resolver.resolveNaptr("resolver.test")).kind, "failure");
    },
  },
  {
    title: "counts the refusal of a lame server as a failure",
    prepare: (script) => script.on({}, { kind: "error", rcode: "REFUSED" }),
    check: async (resolver) => {
      const answer = await resolver.resolveSrv("_sip._udp.resolver.test");
      assert.deepEqual(answer, { ...answer, kind: "failure", reason: "refused" });
    },
  },
  {
    title: "counts garbage as a failure",
    prepare: (script) => script.on({}, { kind: "garbage" }),
    check: async (resolver) => assert.equal((await resolver.resolveA("server1.resolver.test")).kind, "failure"),
  },
];
