/** User names and passwords by status and realm, for answering challenges. JSR 289 §17. */
export abstract class AuthInfo {
  /**
   * @param status 401 or 407
   * @param realm as in the challenge
   */
  abstract addAuthInfo(status: 401 | 407, realm: string, username: string, password: string): void;
}
