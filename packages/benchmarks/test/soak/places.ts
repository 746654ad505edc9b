/** A container's address. */
export interface Place {
  readonly address: string;
  readonly port: number;
}

/** Where the containers of a soak listen. */
export interface Places {
  readonly caller: Place;
  readonly bridge: Place;
  readonly proxy: Place;
  readonly callee: Place;
  /** The second device of a user. */
  readonly device: Place;
  /** Nobody listens there. */
  readonly nowhere: Place;
}

/** The domain of all users. */
export const domain = "soak.example";

/** `sip:user@192.0.2.1:5060` */
export function uriAt(user: string, { address, port }: Place): string {
  return `sip:${user}@${address}:${port}`;
}

/** As a Route value. */
export function routeTo({ address, port }: Place): string {
  return `<sip:${address}:${port};lr>`;
}
