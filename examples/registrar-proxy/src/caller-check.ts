import { DigestServer, type DigestServerOptions } from "@siplet/core";
import type { SipServletRequest } from "@siplet/framework";

/** Lets users of the domain call elsewhere, by their password (407, RFC 3261 §22.3). */
export class CallerCheck {
  readonly #server: DigestServer;

  constructor(options: Pick<DigestServerOptions, "users" | "realm" | "algorithms">) {
    this.#server = new DigestServer({ ...options, role: "proxy" });
  }

  /** Whether the caller is known; if not, the request is answered. */
  async admits(request: SipServletRequest): Promise<boolean> {
    const verdict = await this.#server.verify({
      method: request.method,
      uri: request.requestUri.toString(),
      body: request.rawContent,
      credentials: request.getHeaders("Proxy-Authorization"),
    });
    if (verdict.kind === "accepted" || verdict.kind === "exempt") return true;
    const response = request.createResponse(verdict.statusCode);
    if (verdict.kind === "challenge") for (const value of verdict.values) response.addHeader(verdict.name, value);
    await response.send();
    return false;
  }
}
