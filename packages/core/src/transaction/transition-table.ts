/**
 * A state machine as data: what each event does in each state. A pair that is not in the table is absorbed on purpose.
 */
export type TransitionTable<State extends string, Event extends string, Action extends string> = {
  readonly [S in State]: { readonly [E in Event]?: readonly [next: State, ...actions: Action[]] };
};
