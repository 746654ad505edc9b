/**
 * Waits for late messages although nothing is under way: a transaction lives on for half a minute after its final response.
 * It keeps the messages and sessions it would need; once the application session is over it lets them go.
 */
export interface Lingering {
  /** The application session is over. */
  onSessionOver(): void;
}
