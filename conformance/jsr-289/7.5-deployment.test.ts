import "reflect-metadata";
import {
  inject,
  Message,
  postConstruct,
  preDestroy,
  SipFactory,
  SipServlet,
  SipServletBase,
  SipServletContext,
  SipServletListener,
  TimerListener,
  type SipServletContextEvent,
  type SipServletRequest,
} from "@siplet/framework";
import { describe, expect, it } from "vitest";
import { ContainerLab } from "./container-lab.js";

const alice = "192.0.2.1";

function answering(status: number) {
  @SipServlet({ name: `answers-${status}` })
  class Answers {
    @Message() onMessage(request: SipServletRequest): Promise<void> {
      return request.createResponse(status).send();
    }
  }
  return Answers;
}

describe("deployment at run time", () => {
  it("brings an application in, takes it out, and ends its sessions and beans", async () => {
    const events: string[] = [];
    @SipServlet({ name: "guest" })
    class Guest {
      @Message() onMessage(request: SipServletRequest): Promise<void> {
        request.applicationSession.invalidateWhenReady = false;
        return request.createResponse(200).send();
      }
      @preDestroy() end(): void {
        events.push("destroyed");
      }
    }
    const lab = await ContainerLab.start({ applications: [] });
    await using _ = lab;
    const caller = lab.agent("alice", alice);
    await lab.send(caller, { method: "MESSAGE" });
    expect(caller.last().status).toBe(404);
    await lab.container.deploy({ name: "guest", servlets: [Guest] });
    expect(lab.container.applicationNames).toEqual(["guest"]);
    await lab.send(caller, { method: "MESSAGE" });
    expect(caller.last().status).toBe(200);
    expect(lab.container.counts.applicationSessions).toBe(1);
    await lab.container.undeploy("guest");
    expect([lab.container.counts.applicationSessions, events]).toEqual([0, ["destroyed"]]);
    await lab.send(caller, { method: "MESSAGE" });
    expect(caller.last().status).toBe(404);
    await expect(lab.container.undeploy("guest")).rejects.toMatchObject({ code: "servlet.application" });
  });

  it("refuses a second application of one name and leaves the first alone", async () => {
    const lab = await ContainerLab.start({ applications: [{ name: "twice", servlets: [answering(200)] }] });
    await using _ = lab;
    const again = lab.container.deploy({ name: "twice", servlets: [answering(486)] });
    await expect(again).rejects.toMatchObject({ code: "deployment.failed" });
    const caller = lab.agent("alice", alice);
    await lab.send(caller, { method: "MESSAGE" });
    expect(caller.last().status).toBe(200);
  });

  it("gives each application an injector of its own", async () => {
    const lab = await ContainerLab.start({
      applications: [
        { name: "one", servlets: [answering(200)] },
        { name: "two", servlets: [answering(202)] },
      ],
    });
    await using _ = lab;
    expect(lab.container.bean("one", SipFactory)).not.toBe(lab.container.bean("two", SipFactory));
    expect(lab.container.bean("one", SipServletContext).applicationName).toBe("one");
  });
});

describe("JSR 359 programmatic registration [?]", () => {
  it("adds servlets, listeners and settings while the application is initialised", async () => {
    const events: string[] = [];
    class Late extends TimerListener {
      timeout(): void {}
    }
    class Told extends SipServletListener {
      servletInitialized({ servletName }: SipServletContextEvent): void {
        events.push(servletName);
      }
    }
    class Second {
      @Message() onMessage(request: SipServletRequest): Promise<void> {
        return request.createResponse(299).send();
      }
    }
    @SipServlet({ name: "first" })
    class First extends SipServletBase {
      override async init(): Promise<void> {
        await Promise.resolve();
        const { servletContext } = this;
        servletContext.addSipServlet("second", Second, { initParameters: { level: "7" } });
        servletContext.addSipListener(Late);
        servletContext.addSipListener(Told);
        servletContext.configureSipApplication({ mainServlet: "second", sessionTimeout: 7 });
      }
    }
    const lab = await ContainerLab.start({ applications: [{ name: "grows", servlets: [First] }] });
    await using _ = lab;
    const caller = lab.agent("alice", alice);
    await lab.send(caller, { method: "MESSAGE" });
    expect(caller.last().status).toBe(299);
    expect(events.toSorted()).toEqual(["first", "second"]);
    const made = lab.container.bean("grows", SipFactory).createApplicationSession();
    expect(made.expirationTime - made.creationTime).toBe(7 * 60_000);
  });

  it("is refused once the application has started", async () => {
    const lab = await ContainerLab.start({ applications: [{ name: "fixed", servlets: [answering(200)] }] });
    await using _ = lab;
    const context = lab.container.bean("fixed", SipServletContext);
    const tooLate = expect.objectContaining({ code: "state.initialized" });
    expect(() => context.addSipServlet("x", answering(200))).toThrow(tooLate);
    expect(() => context.addSipListener(answering(200))).toThrow(tooLate);
    expect(() => context.configureSipApplication({ sessionTimeout: 1 })).toThrow(tooLate);
  });

  it("reports what is wrong with what was registered like any other problem", async () => {
    @SipServlet({ name: "bad" })
    class Bad {
      constructor(@inject(SipServletContext) readonly context: SipServletContext) {}
      @postConstruct() begin(): void {
        this.context.addSipServlet("bad", answering(200));
      }
      @Message() onMessage(): void {}
    }
    const started = ContainerLab.start({ applications: [{ name: "bad", servlets: [Bad] }] });
    await expect(started).rejects.toMatchObject({ code: "deployment.failed" });
  });
});
