import { describe, expect, it } from "vitest";
import { OwnRouteUri } from "./own-route-uri.js";

describe("JSR 289 §10.4 the container's URI in Record-Route and Path", () => {
  it("tells what was added, flags among it, and nothing of its own", () => {
    const uri = new OwnRouteUri("sip:192.0.2.10:5060;lr", false);
    uri.setParameter("plan", "gold");
    uri.setParameter("flag", "");
    uri.removeParameter("gone");
    expect(uri.added).toEqual({
      parameters: [
        ["plan", "gold"],
        ["flag", true],
      ],
    });
  });

  it("has a user part in Path alone", () => {
    const path = new OwnRouteUri("sip:192.0.2.10;lr", true);
    path.user = "a token";
    expect(path.added).toEqual({ user: "a%20token", parameters: [] });
    expect(() => (new OwnRouteUri("sip:192.0.2.10;lr", false).user = "x")).toThrow("user part");
  });

  it("is copied for a branch; its clone belongs to the application", () => {
    const uri = new OwnRouteUri("sip:192.0.2.10;lr", false);
    uri.setParameter("plan", "gold");
    const copy = uri.copy();
    copy.setParameter("plan", "iron");
    expect([uri.getParameter("plan"), copy.getParameter("plan")]).toEqual(["gold", "iron"]);
    const clone = uri.clone();
    clone.host = "example.com";
    expect(clone.toString()).toContain("example.com");
  });
});
