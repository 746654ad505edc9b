import type { Settings } from "./settings.js";

/** Another page of the same server. */
export interface Link {
  readonly text: string;
  readonly href: string;
}

/** What a place is made of. */
export interface PlaceSettings extends Pick<Settings, "host" | "sipPort" | "ringTime" | "patience"> {
  /** Names that other applications of the container answer: nobody has to register as them. */
  readonly services?: readonly string[];
  /** Shown on the page. */
  readonly links?: readonly Link[];
}

/** Where this program is found, what stands beside it, and how patient it is. */
export class Place {
  readonly host: string;
  readonly port: number;
  /** How long a phone may ring, in milliseconds. */
  readonly ringTime: number;
  /** How long the caller's phone waits in silence, in milliseconds. */
  readonly patience: number;
  readonly services: readonly string[];
  readonly links: readonly Link[];

  constructor({ host, sipPort, ringTime, patience, services = [], links = [] }: PlaceSettings) {
    this.host = host === "0.0.0.0" ? "127.0.0.1" : host;
    this.port = sipPort;
    this.ringTime = ringTime * 1000;
    this.patience = patience * 1000;
    this.services = services;
    this.links = links;
  }

  /** What stands behind the @ of the names of this house. */
  get domain(): string {
    return `${this.host}:${this.port}`;
  }
}
