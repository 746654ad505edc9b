import { sessionStoreCases } from "@siplet/testkit";
import { describe, expect, it } from "vitest";
import { MemorySessionStore } from "./memory-session-store.js";

describe("MemorySessionStore", () => {
  it("is volatile unless told otherwise", () => {
    const stores = [new MemorySessionStore(), new MemorySessionStore({ isVolatile: false })];
    expect(stores.map(({ isVolatile }) => isVolatile)).toEqual([true, false]);
  });

  describe("as every session store", () => {
    it.each(sessionStoreCases)("$title", ({ check }) => check(new MemorySessionStore({ isVolatile: false })));
  });
});
