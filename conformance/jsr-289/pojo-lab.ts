import { SipFactory, SipServlet, type SipServletRequest } from "@siplet/framework";
import { ContainerLab } from "./container-lab.js";

/** The class of a servlet. */
export type Servlet = new (...parameters: never[]) => object;

/** A container with one application of one servlet, and a caller. */
export async function startPojo(servlet: Servlet, others: object = {}) {
  const lab = await ContainerLab.start({ applications: [{ name: "pojo", servlets: [servlet], ...others }] });
  return { lab, agent: lab.agent("alice", "192.0.2.1") };
}

/** Answers 200; the reason phrase tells which method did. */
export const answer = (request: SipServletRequest, reason: string) => request.createResponse(200, reason).send();

/** The reason phrase a request is answered with: it tells which method took it. */
export async function reasonOf(
  servlet: Servlet,
  method: string,
  headers: Record<string, string> = {},
): Promise<string> {
  const { lab, agent } = await startPojo(servlet);
  await using _lab = lab;
  await lab.send(agent, { method, headers });
  return agent.last((message) => !message.isRequest).reasonPhrase;
}

/** The method that takes a response of a status to a request of the application. */
export async function takerOf(
  servlet: new (seen: string[]) => object,
  method: string,
  status: number,
): Promise<string> {
  const seen: string[] = [];
  class Bound extends servlet {
    constructor() {
      super(seen);
    }
  }
  SipServlet({ name: "bound" })(Bound);
  const { lab, agent } = await startPojo(Bound);
  await using _lab = lab;
  agent.answer(method, status);
  const factory = lab.container.bean("pojo", SipFactory);
  const request = factory.createRequest(factory.createApplicationSession(), method, "sip:a@192.0.2.10", agent.uri);
  await request.send();
  await lab.settle();
  return seen.join(" ");
}
