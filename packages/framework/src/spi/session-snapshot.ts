/** Values every store can write: JSON, and bytes. Richer values are tagged objects made by the container's codecs. */
export type PlainValue =
  | null
  | boolean
  | number
  | string
  | Uint8Array
  | readonly PlainValue[]
  | { readonly [name: string]: PlainValue };

/**
 * An application session written down: sessions, dialogs, timers, attributes, session-scoped beans. Opaque to a store.
 * What a reader does not know it must keep and write back, so that two releases can share a store.
 */
export interface SessionSnapshot {
  /** Number of the layout; a container reads its own and older ones. */
  readonly format: number;
  readonly applicationName: string;
  /** Version of the application that wrote it, when it has one. */
  readonly applicationVersion?: string;
  readonly data: PlainValue;
}
