import type { Socket } from "node:dgram";
import { setImmediate as turn } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { EngineError } from "../../errors/engine-error.js";
import { DatagramBatch } from "./datagram-batch.js";

type Callback = (cause: Error | null) => void;

/** Stands in for the socket: fails for the ports it is told. */
class FakeSocket {
  readonly sent: string[] = [];
  readonly refused = new Map<number, Error>();
  readonly thrown = new Map<number, Error>();

  send(bytes: Uint8Array, port: number, address: string, callback?: Callback): void {
    const thrown = this.thrown.get(port);
    if (thrown !== undefined) throw thrown;
    this.sent.push(`${Buffer.from(bytes).toString()} ${address}:${port}`);
    callback?.(this.refused.get(port) ?? null);
  }
}

function setUp(): { socket: FakeSocket; batch: DatagramBatch } {
  const socket = new FakeSocket();
  const batch = new DatagramBatch(socket as unknown as Socket, (cause) =>
    cause === null ? undefined : new EngineError("transport.failed", { detail: cause.message }),
  );
  return { socket, batch };
}

const to = (port: number) => ({ address: "192.0.2.1", port });

describe("DatagramBatch", () => {
  it("sends what one turn of the event loop gave, in order, at its end", async () => {
    const { socket, batch } = setUp();
    batch.add(Buffer.from("100"), to(1), undefined);
    await Promise.resolve();
    batch.add(Buffer.from("180"), to(2), undefined);
    expect(socket.sent).toEqual([]);
    await turn();
    expect(socket.sent).toEqual(["100 192.0.2.1:1", "180 192.0.2.1:2"]);
    batch.add(Buffer.from("200"), to(3), undefined);
    await turn();
    expect(socket.sent).toHaveLength(3);
  });

  it("tells each sender how its own datagram fared", async () => {
    const { socket, batch } = setUp();
    socket.refused.set(2, new Error("EPERM"));
    socket.thrown.set(3, new Error("not running"));
    const outcomes: (string | undefined)[] = [];
    for (const port of [1, 2, 3, 4]) {
      batch.add(Buffer.from("x"), to(port), (error) => void outcomes.push(error?.message ?? "left"));
    }
    await turn();
    expect(outcomes).toEqual([
      "left",
      expect.stringContaining("EPERM"),
      expect.stringContaining("not running"),
      "left",
    ]);
  });

  it("sends what waits when it is asked to, once", async () => {
    const { socket, batch } = setUp();
    batch.add(Buffer.from("BYE"), to(1), undefined);
    batch.flush();
    expect(socket.sent).toHaveLength(1);
    await turn();
    expect(socket.sent).toHaveLength(1);
  });

  it("keeps what is added while it sends for the next turn", async () => {
    const { socket, batch } = setUp();
    batch.add(Buffer.from("first"), to(1), () => batch.add(Buffer.from("second"), to(2), undefined));
    batch.flush();
    expect(socket.sent).toEqual(["first 192.0.2.1:1"]);
    await turn();
    expect(socket.sent).toEqual(["first 192.0.2.1:1", "second 192.0.2.1:2"]);
  });
});
