import { describe, expect, it } from "vitest";
import { computeUserhash } from "../digest/digest-computation.js";
import { MemoryUserStore } from "./memory-user-store.js";

const realm = "biloxi.example.com";
const bob = { username: "bob", password: "zanzibar" };
const bobOfRealm = { username: "bob", realm, ha1: { MD5: "7fc33d266ff5f7fe764efb797bd4ba91" } };

describe("MemoryUserStore", () => {
  it("finds a user of all realms, and prefers one of the realm", () => {
    const store = new MemoryUserStore([bob]);
    expect(store.find("bob", realm)).toBe(bob);
    store.add(bobOfRealm);
    expect(store.find("bob", realm)).toBe(bobOfRealm);
    expect(store.find("bob", "atlanta.example.com")).toBe(bob);
  });

  it("compares names and realms with case", () => {
    const store = new MemoryUserStore([bobOfRealm]);
    expect(store.find("Bob", realm)).toBeUndefined();
    expect(store.find("bob", realm.toUpperCase())).toBeUndefined();
  });

  it("replaces and removes", () => {
    const store = new MemoryUserStore([bob]);
    const changed = { ...bob, password: "tanganyika" };
    store.add(changed);
    expect(store.find("bob", realm)).toBe(changed);
    expect(store.remove("bob", realm)).toBe(false);
    expect(store.remove("bob")).toBe(true);
    expect(store.find("bob", realm)).toBeUndefined();
  });

  it("finds by userhash, also after changes", () => {
    const store = new MemoryUserStore([bobOfRealm, { username: "carol", password: "x" }]);
    const find = (name: string) =>
      store.findByUserhash(computeUserhash("SHA-256", name, realm), realm, "SHA-256")?.username;
    expect([find("bob"), find("carol"), find("dave")]).toEqual(["bob", "carol", undefined]);
    store.add({ username: "dave", password: "y" });
    store.remove("carol");
    expect([find("bob"), find("carol"), find("dave")]).toEqual(["bob", undefined, "dave"]);
    expect(store.findByUserhash(computeUserhash("MD5", "bob", realm), realm, "MD5")?.username).toBe("bob");
  });
});
