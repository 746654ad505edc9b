import type { Connection, EngineError, TransportUser } from "@siplet/core";

/** One message as a transport handed it over. */
export interface RecordedMessage {
  readonly bytes: Buffer;
  readonly connection: Connection;
}

/** The end of a connection as a transport told it. */
export interface RecordedEnd {
  readonly connection: Connection;
  readonly error: EngineError | undefined;
}

/** A transport user that writes everything down. */
export class RecordingUser implements TransportUser {
  readonly messages: RecordedMessage[] = [];
  readonly broken: { readonly reason: string; readonly statusCode: number; readonly connection: Connection }[] = [];
  readonly opened: Connection[] = [];
  readonly closed: RecordedEnd[] = [];
  /** What to do with each message; nothing unless set. */
  onArrival: ((message: RecordedMessage) => void) | undefined;

  /** The messages as text. */
  get texts(): string[] {
    return this.messages.map(({ bytes }) => bytes.toString("latin1"));
  }

  onMessage(bytes: Uint8Array, connection: Connection): void {
    const message = { bytes: Buffer.from(bytes), connection };
    this.messages.push(message);
    this.onArrival?.(message);
  }

  onBrokenStream(reason: string, statusCode: number, _bytes: Uint8Array, connection: Connection): void {
    this.broken.push({ reason, statusCode, connection });
  }

  onConnectionOpened(connection: Connection): void {
    this.opened.push(connection);
  }

  onConnectionClosed(connection: Connection, error: EngineError | undefined): void {
    this.closed.push({ connection, error });
  }
}
