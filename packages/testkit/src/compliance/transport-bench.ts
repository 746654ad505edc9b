import assert from "node:assert/strict";
import {
  MachineAddresses,
  defaultParseLimits,
  silentLogger,
  systemRandom,
  type Clock,
  type Connection,
  type Destination,
  type Endpoint,
  type EngineError,
  type Transport,
  type TransportContext,
  type TransportFactory,
} from "@siplet/core";
import { RecordingUser } from "./recording-user.js";

/** A transport as the compliance cases want it: how to start both sides, and how time passes. */
export interface TransportSubject {
  /** Starts the side that waits to be called, on any free port. */
  readonly listener: (port: number) => TransportFactory;
  /** Starts the side that calls. */
  readonly caller: () => TransportFactory;
  /** The domain whose certificate the listener shows. */
  readonly domain?: string;
  /** A place where nobody listens. */
  readonly nowhere: Endpoint;
  readonly clock: Clock;
  /** Lets what is under way happen: a turn of the event loop, or a little time of the clock. */
  readonly step: () => Promise<void>;
}

/** One side of a case: a transport and everything that it told. */
export interface Side {
  readonly transport: Transport;
  readonly user: RecordingUser;
}

/** Both sides of a case, started. */
export interface TransportBench {
  readonly listener: Side;
  readonly caller: Side;
  readonly subject: TransportSubject;
  /** Where the listener is called. */
  readonly destination: Destination;
  /** A connection from the caller to the listener. */
  readonly connect: () => Connection;
  /** Starts a further listener. */
  readonly start: (factory: TransportFactory) => Promise<Side>;
  /** Waits until something holds; rejects when it never does. */
  readonly until: (what: string, holds: () => boolean) => Promise<void>;
  /** Sends and waits for what the transport says to it. */
  readonly send: (connection: Connection, text: string | Uint8Array) => Promise<EngineError | undefined>;
  /** Stops all that was started. */
  readonly stop: () => Promise<void>;
}

/** Real time that a case may wait, in milliseconds. */
const patience = 5000;

/** Starts both sides. */
export async function openBench(subject: TransportSubject): Promise<TransportBench> {
  const started: Transport[] = [];
  const context: TransportContext = {
    clock: subject.clock,
    log: silentLogger,
    random: systemRandom,
    limits: defaultParseLimits,
    machine: new MachineAddresses(subject.clock),
    t1: 500,
  };
  const start = async (factory: TransportFactory): Promise<Side> => {
    const user = new RecordingUser();
    const transport = await factory(user, context);
    started.push(transport);
    return { transport, user };
  };
  const until = async (what: string, holds: () => boolean): Promise<void> => {
    const end = performance.now() + patience;
    while (!holds()) {
      assert.ok(performance.now() < end, `never came true: ${what}`);
      await subject.step();
    }
  };
  const listener = await start(subject.listener(0));
  const caller = await start(subject.caller());
  const destination = { ...listener.transport.local, domain: subject.domain };
  return {
    listener,
    caller,
    subject,
    destination,
    start,
    until,
    connect: () => caller.transport.connect(destination),
    async send(connection, text) {
      const outcomes: (EngineError | undefined)[] = [];
      connection.send(typeof text === "string" ? Buffer.from(text, "latin1") : text, (error) => outcomes.push(error));
      await until("the transport says what became of the message", () => outcomes.length > 0);
      assert.equal(outcomes.length, 1, "done is called once");
      return outcomes[0];
    },
    async stop() {
      const stopped = Promise.all(started.map((transport) => transport.close()));
      let isStopped = false;
      void stopped.then(() => (isStopped = true));
      await until("all transports are closed", () => isStopped);
    },
  };
}
