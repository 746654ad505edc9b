import { describe, expect, it } from "vitest";
import { TrustDomain } from "./trust-domain.js";

const domain = new TrustDomain({
  networks: ["10.0.0.0/8", "192.0.2.1", "2001:db8::/32", "fe80::1"],
  domains: ["proxy.example.com", "Edge.Example.NET."],
});

describe("RFC 3325 §2.3 trust domain", () => {
  describe("by address", () => {
    it.each([
      "10.0.0.1",
      "10.255.255.255",
      "192.0.2.1",
      "2001:db8::1",
      "2001:DB8:ffff::",
      "::ffff:10.1.2.3",
      "fe80::1%eth0",
    ])("trusts %s", (address) => {
      expect(domain.trusts({ address })).toBe(true);
    });

    it.each([
      "11.0.0.1",
      "192.0.2.2",
      "2001:db9::1",
      "::ffff:192.0.2.2",
      "fe80::2",
      "",
      "localhost",
      "10.0.0.1:5060",
      "%",
    ])("does not trust %s", (address) => {
      expect(domain.trusts({ address })).toBe(false);
    });
  });

  describe("by certificate (RFC 5922 §7.2)", () => {
    it("trusts a proved domain, without case and final dot", () => {
      expect(domain.trusts({ address: "198.51.100.1", tlsDomains: ["other.example.org", "PROXY.example.com"] })).toBe(
        true,
      );
      expect(domain.trusts({ address: "198.51.100.1", tlsDomains: ["edge.example.net"] })).toBe(true);
    });

    it("does not trust what is near it", () => {
      const tlsDomains = ["example.com", "a.proxy.example.com", "*.example.com", "proxy.example.com.evil.org", ""];
      expect(domain.trusts({ address: "198.51.100.1", tlsDomains })).toBe(false);
    });
  });

  it("trusts nobody by default", () => {
    expect(new TrustDomain().trusts({ address: "127.0.0.1", tlsDomains: [""] })).toBe(false);
  });

  it.each(["10.0.0.0/33", "2001:db8::/129", "10.0.0.0/", "10.0.0.0/-1", "10.0.0.0/8x", "example.com", "10.0.0", ""])(
    "refuses the network %j",
    (network) => {
      expect(() => new TrustDomain({ networks: [network] })).toThrow(/no address and no network/);
    },
  );
});
