import { mkdtemp, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ManualClock } from "@siplet/testkit";
import { describe, expect, it } from "vitest";
import { computeHa1, computeUserhash } from "../digest/digest-computation.js";
import { htdigestFile, type HtdigestReader } from "./htdigest-reader.js";
import { HtdigestUserStore } from "./htdigest-user-store.js";
import { parseHtdigest } from "./parse-htdigest.js";

const realm = "biloxi.example.com";
const md5 = computeHa1("MD5", "bob", realm, "zanzibar");
const sha256 = computeHa1("SHA-256", "bob", realm, "zanzibar");

describe("htdigest file", () => {
  it("gives users by realm and name, with an HA1 for each hash", () => {
    const text = `\uFEFFbob:${realm}:${md5}\r\n\r\n# a remark\r\nbob:${realm}:${sha256.toUpperCase()}\r\ncarol:a:b:c:${md5}`;
    const { realms, problems } = parseHtdigest(text, "SHA-256");
    expect(problems).toEqual([]);
    expect(realms.get(realm)?.get("bob")).toEqual({ username: "bob", ha1: { MD5: md5, "SHA-256": sha256 } });
    expect(realms.get("a:b:c")?.get("carol")?.username).toBe("carol");
  });

  it("takes 64 digits for the hash it is told", () => {
    const { realms } = parseHtdigest(`bob:${realm}:${sha256}`, "SHA-512-256");
    expect(realms.get(realm)?.get("bob")).toEqual({ username: "bob", ha1: { "SHA-512-256": sha256 } });
  });

  it("lets a later line replace an earlier one", () => {
    const other = computeHa1("MD5", "bob", realm, "tanganyika");
    const { realms } = parseHtdigest(`bob:${realm}:${md5}\nbob:${realm}:${other}`, "SHA-256");
    expect(realms.get(realm)?.get("bob")).toEqual({ username: "bob", ha1: { MD5: other } });
  });

  it("reports bad lines by number and keeps the others", () => {
    const text = `bob\nbob:${md5}\n:${realm}:${md5}\nbob:${realm}:\nbob:${realm}:abc\nbob:${realm}:${md5.slice(1)}g\nbob:${realm}:${md5}`;
    const { realms, problems } = parseHtdigest(text, "SHA-256");
    expect(problems.map(({ line }) => line)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(problems[4]?.reason).toBe("HA1 has 3 digits, not 32 or 64");
    expect(realms.get(realm)?.get("bob")).toBeDefined();
  });
});

/** A file that changes when the test says so, and counts how often it was looked at. */
class TextFile implements HtdigestReader {
  text = "";
  version = 1;
  looks = 0;
  reads = 0;
  broken = false;

  modifiedAt(): Promise<number> {
    this.looks++;
    return this.broken ? Promise.reject(new TypeError("gone")) : Promise.resolve(this.version);
  }

  read(): Promise<string> {
    this.reads++;
    return Promise.resolve(this.text);
  }
}

function storeOf(file: HtdigestReader) {
  const clock = new ManualClock(0);
  const warnings: unknown[] = [];
  const note = (fields: unknown): void => void warnings.push(fields);
  const log = { debug: note, info: note, warn: note, error: note };
  return { clock, warnings, store: new HtdigestUserStore({ reader: file, clock, log }) };
}

describe("HtdigestUserStore", () => {
  it("reads the file at the first look-up and answers at once afterwards", async () => {
    const file = new TextFile();
    file.text = `bob:${realm}:${md5}`;
    const { store } = storeOf(file);
    expect(await store.find("bob", realm)).toEqual({ username: "bob", ha1: { MD5: md5 } });
    expect(store.find("bob", realm)).toEqual({ username: "bob", ha1: { MD5: md5 } });
    expect(store.find("bob", "atlanta.example.com")).toBeUndefined();
    expect([file.looks, file.reads]).toEqual([1, 1]);
  });

  it("looks again after the interval and reads only what has changed", async () => {
    const file = new TextFile();
    const { store, clock } = storeOf(file);
    expect(await store.find("bob", realm)).toBeUndefined();
    file.text = `bob:${realm}:${md5}`;
    file.version++;
    clock.advance(999);
    expect(store.find("bob", realm)).toBeUndefined();
    clock.advance(1);
    expect(await store.find("bob", realm)).toBeDefined();
    clock.advance(1000);
    expect(await store.find("bob", realm)).toBeDefined();
    expect([file.looks, file.reads]).toEqual([3, 2]);
  });

  it("looks once for look-ups at the same time", async () => {
    const file = new TextFile();
    file.text = `bob:${realm}:${md5}`;
    const { store } = storeOf(file);
    const found = await Promise.all([store.find("bob", realm), store.find("bob", realm), store.refresh()]);
    expect(found[1]).toBeDefined();
    expect(file.looks).toBe(1);
  });

  it("finds by userhash", async () => {
    const file = new TextFile();
    file.text = `bob:${realm}:${md5}`;
    const { store } = storeOf(file);
    const found = await store.findByUserhash(computeUserhash("MD5", "bob", realm), realm, "MD5");
    expect(found?.username).toBe("bob");
  });

  it("adds the roles it was told", async () => {
    const file = new TextFile();
    file.text = `bob:${realm}:${md5}\ncarol:${realm}:${md5}`;
    const store = new HtdigestUserStore({ reader: file, roles: { staff: ["bob"], admin: ["bob", "dave"] } });
    expect(await store.find("bob", realm)).toMatchObject({ username: "bob", roles: ["staff", "admin"] });
    expect(await store.find("carol", realm)).not.toHaveProperty("roles");
    const hashed = store.findByUserhash(computeUserhash("MD5", "bob", realm), realm, "MD5");
    expect(hashed).toMatchObject({ roles: ["staff", "admin"] });
  });

  it("tells and logs the bad lines", async () => {
    const file = new TextFile();
    file.text = `bob:${realm}:${md5}\nrubbish`;
    const { store, warnings } = storeOf(file);
    await store.refresh();
    expect(store.problems).toEqual([{ line: 2, reason: "not user:realm:HA1" }]);
    expect(warnings).toEqual([{ line: 2, reason: "not user:realm:HA1" }]);
  });

  it("keeps its users when the file is gone", async () => {
    const file = new TextFile();
    file.text = `bob:${realm}:${md5}`;
    const { store, clock, warnings } = storeOf(file);
    await store.refresh();
    file.broken = true;
    clock.advance(1000);
    expect(await store.find("bob", realm)).toBeDefined();
    expect(warnings).toHaveLength(1);
  });

  it("fails while the file could never be read, and tries again at the next look-up", async () => {
    const file = new TextFile();
    file.broken = true;
    const { store } = storeOf(file);
    await expect(store.find("bob", realm)).rejects.toThrow("gone");
    file.broken = false;
    file.text = `bob:${realm}:${md5}`;
    expect(await store.find("bob", realm)).toBeDefined();
  });

  it("follows a file of the machine", async () => {
    const folder = await mkdtemp(join(tmpdir(), "htdigest-"));
    const path = join(folder, "users");
    await writeFile(path, `bob:${realm}:${md5}\n`);
    const { store, clock } = storeOf(htdigestFile(path));
    expect(await store.find("bob", realm)).toBeDefined();
    await writeFile(path, `carol:${realm}:${md5}\n`);
    await utimes(path, 1, 1);
    clock.advance(1000);
    expect(await store.find("bob", realm)).toBeUndefined();
    expect(store.find("carol", realm)).toBeDefined();
    await rm(folder, { recursive: true });
  });
});
