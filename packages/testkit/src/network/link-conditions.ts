/** How a path through the network treats what is sent over it; one way. */
export interface LinkConditions {
  /** Milliseconds that everything takes. */
  readonly delay: number;
  /** Up to so many milliseconds more, drawn for each message; datagrams overtake each other. */
  readonly jitter: number;
  /** Share of the datagrams that vanish, 0 to 1. */
  readonly loss: number;
  /** Share of the datagrams that arrive twice, 0 to 1. */
  readonly duplication: number;
  /** Share of the datagrams that are held back by `reorderDelay`, so that later ones overtake them, 0 to 1. */
  readonly reordering: number;
  /** Milliseconds by which those are held back. */
  readonly reorderDelay: number;
}

/** A path that takes no time and loses nothing. */
export const perfectConditions: LinkConditions = {
  delay: 0,
  jitter: 0,
  loss: 0,
  duplication: 0,
  reordering: 0,
  reorderDelay: 50,
};
