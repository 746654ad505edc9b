import { describe, expect, it } from "vitest";
import { AgentLab } from "../agent-lab.js";

describe("RFC 5626 §4.2 a stream connection that ends", () => {
  it("is told by the user agent, once, with the connection", async () => {
    const lab = new AgentLab({ protocol: "tcp" });
    const alice = await lab.agent("alice");
    const bob = await lab.agent("bob");
    const closed: string[] = [];
    alice.ua.on("connectionClosed", ({ remote }) => closed.push(remote.address));
    const answered = alice.ua.options(bob.uri);
    await lab.clock.advanceAsync(0);
    await answered;
    expect(closed).toEqual([]);
    const ended = bob.stack.close();
    await lab.clock.advanceAsync(1000);
    await ended;
    expect(closed).toEqual([bob.address]);
  });
});
