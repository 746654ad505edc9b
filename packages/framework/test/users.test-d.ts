import { describe, expectTypeOf, it } from "vitest";
import {
  htdigestFile,
  HtdigestUserStore,
  MemoryUserStore,
  verifyPassword,
  type HtdigestUserStoreOptions,
  type StoredUser,
} from "../src/index.js";
import type { User, UserStore } from "../src/spi/index.js";

describe("JSR 289 §17 users", () => {
  it("are found now or later", () => {
    expectTypeOf<{ find: (name: string, realm: string) => User | undefined }>().toExtend<UserStore>();
    expectTypeOf<{ find: (name: string, realm: string) => Promise<User | undefined> }>().toExtend<UserStore>();
    expectTypeOf<{ find: (name: string) => string }>().not.toExtend<UserStore>();
  });

  it("have a password or hashes, and roles", () => {
    expectTypeOf<{ username: string; password: string; roles: string[] }>().toExtend<User>();
    expectTypeOf<{ username: string; ha1: { MD5: string } }>().toExtend<User>();
    expectTypeOf<{ username: string }>().not.toExtend<User>();
  });

  it("stand in memory or in an htdigest file", () => {
    expectTypeOf(MemoryUserStore).toBeConstructibleWith([{ username: "bob", password: "x", roles: ["staff"] }]);
    expectTypeOf<StoredUser["realm"]>().toEqualTypeOf<string | undefined>();
    expectTypeOf(HtdigestUserStore).toBeConstructibleWith({
      reader: htdigestFile("users.htdigest"),
      roles: { staff: ["bob"] },
    });
    expectTypeOf<HtdigestUserStoreOptions["roles"]>().toEqualTypeOf<
      Readonly<Record<string, readonly string[]>> | undefined
    >();
    expectTypeOf<MemoryUserStore>().toExtend<UserStore>();
    expectTypeOf<HtdigestUserStore>().toExtend<UserStore>();
  });

  it("may be asked for by a password in clear", () => {
    expectTypeOf(verifyPassword).returns.toEqualTypeOf<User | undefined | PromiseLike<User | undefined>>();
  });
});
