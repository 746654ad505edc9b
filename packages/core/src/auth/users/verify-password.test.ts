import { describe, expect, it } from "vitest";
import { computeHa1 } from "../digest/digest-computation.js";
import { MemoryUserStore } from "./memory-user-store.js";
import { verifyPassword } from "./verify-password.js";

const realm = "biloxi.example.com";
const users = new MemoryUserStore([
  { username: "bob", password: "zanzibar", roles: ["staff"] },
  { username: "carol", realm, ha1: { MD5: computeHa1("MD5", "carol", realm, "x") } },
]);
const check = (username: string, password: string) => verifyPassword(users, realm, { username, password });

describe("a password in clear", () => {
  it("is right for a stored password, and gives the user with its roles", () => {
    expect(check("bob", "zanzibar")).toMatchObject({ username: "bob", roles: ["staff"] });
  });

  it("is right for a stored HA1 of any hash", () => {
    expect(check("carol", "x")).toMatchObject({ username: "carol" });
  });

  it.each([
    ["a wrong password", "bob", "tanganyika"],
    ["a wrong password for an HA1", "carol", "y"],
    ["nobody", "dave", ""],
  ])("is refused for %s", (_, username, password) => {
    expect(check(username, password)).toBeUndefined();
  });

  it("may wait for the store", async () => {
    const later = { find: (name: string) => Promise.resolve(users.find(name, realm)) };
    expect(await verifyPassword(later, realm, { username: "bob", password: "zanzibar" })).toMatchObject({
      username: "bob",
    });
  });
});
