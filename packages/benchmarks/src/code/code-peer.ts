/** What a library can do; absent what it has no function for. */
export interface CodePeer {
  readonly name: string;
  /** Parses the sample INVITE, reads the usual ten headers, and writes the 200 to it; gives its length. */
  readonly answer: () => number;
  /** Writes a 200 for an INVITE that was parsed before. */
  readonly serialize?: () => number;
  /** Parses a URI and gives the length of its host. */
  readonly uri?: (text: string) => number;
}
