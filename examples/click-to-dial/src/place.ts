import type { Settings } from "./settings.js";

/** Where this program is found, and how patient it is. */
export class Place {
  readonly host: string;
  readonly port: number;
  /** How long a phone may ring, in milliseconds. */
  readonly ringTime: number;
  /** How long the caller's phone waits in silence, in milliseconds. */
  readonly patience: number;

  constructor({ host, sipPort, ringTime, patience }: Settings) {
    this.host = host === "0.0.0.0" ? "127.0.0.1" : host;
    this.port = sipPort;
    this.ringTime = ringTime * 1000;
    this.patience = patience * 1000;
  }

  /** What stands behind the @ of the names of this house. */
  get domain(): string {
    return `${this.host}:${this.port}`;
  }
}
