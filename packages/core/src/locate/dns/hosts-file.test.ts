import { mkdtemp, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ManualClock } from "@siplet/testkit";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { HostsFile, parseHosts } from "./hosts-file.js";

describe("hosts(5) parseHosts", () => {
  it("reads addresses with all their names, comments and odd white space", () => {
    const hosts = parseHosts(
      "127.0.0.1\tlocalhost  Loop.Example # me\r\n::1 localhost\n# 192.0.2.9 no\n\n192.0.2.1 pbx.internal.\n",
    );
    expect(hosts.get("localhost")).toEqual([
      { address: "127.0.0.1", family: 4 },
      { address: "::1", family: 6 },
    ]);
    expect(hosts.get("loop.example")).toHaveLength(1);
    expect(hosts.get("pbx.internal")).toEqual([{ address: "192.0.2.1", family: 4 }]);
    expect(hosts.size).toBe(3);
  });

  it("passes over what is no such line", () => {
    expect(parseHosts("localhost 127.0.0.1\n300.1.1.1 x\n127.0.0.1\n192.0.2.1 a/b 5\n").size).toBe(0);
  });
});

describe("HostsFile", () => {
  let folder = "";
  let path = "";
  const clock = new ManualClock();

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "hosts-"));
    path = join(folder, "hosts");
  });
  afterEach(() => rm(folder, { recursive: true }));

  it("knows nothing without a file", async () => {
    expect(await new HostsFile({ clock, path }).lookup("localhost")).toBeUndefined();
  });

  it("reads the file anew when it changed, but looks only now and then", async () => {
    await writeFile(path, "192.0.2.1 a.test");
    const hosts = new HostsFile({ clock, path, checkInterval: 5_000 });
    expect(await hosts.lookup("a.test")).toEqual([{ address: "192.0.2.1", family: 4 }]);
    await writeFile(path, "192.0.2.2 a.test");
    await utimes(path, new Date(), new Date(Date.now() + 10_000));
    clock.advance(4_999);
    expect(await hosts.lookup("a.test")).toEqual([{ address: "192.0.2.1", family: 4 }]);
    clock.advance(1);
    expect(await hosts.lookup("a.test")).toEqual([{ address: "192.0.2.2", family: 4 }]);
    clock.advance(5_000);
    expect(await hosts.lookup("a.test")).toEqual([{ address: "192.0.2.2", family: 4 }]);
    await rm(path);
    clock.advance(5_000);
    expect(await hosts.lookup("a.test")).toBeUndefined();
  });

  it("finds the file of the operating system", async () => {
    expect(await new HostsFile({ clock }).lookup("localhost")).toContainEqual({ address: "127.0.0.1", family: 4 });
  });
});
