import "reflect-metadata";
import {
  contextAttribute,
  DnsResolver,
  inject,
  Invite,
  ManagedScheduledSipExecutorService,
  ManagedSipExecutorService,
  Message,
  postConstruct,
  preDestroy,
  SipApplicationSession,
  SipApplicationSessionScoped,
  SipContextService,
  SipFactory,
  SipInvocationScoped,
  SipServlet,
  SipServletContext,
  SipSessionsUtil,
  TimerService,
  type Bind,
  type SipServletRequest,
} from "@siplet/framework";
import { ManualClock, ScriptedResolver } from "@siplet/testkit";
import { describe, expect, it } from "vitest";
import { ContainerLab } from "./container-lab.js";

const alice = "192.0.2.1";

describe("JSR 359 injection", () => {
  it("offers the built-in beans, the same as attributes of the context", async () => {
    const got: unknown[] = [];
    @SipServlet({ name: "beans" })
    class Beans {
      // Every built-in bean at once.
      // oxlint-disable-next-line eslint/max-params
      constructor(
        @inject(SipFactory) factory: SipFactory,
        @inject(SipSessionsUtil) util: SipSessionsUtil,
        @inject(TimerService) timers: TimerService,
        @inject(SipServletContext) context: SipServletContext,
        @inject(DnsResolver) resolver: DnsResolver,
        @inject(ManagedSipExecutorService) executor: ManagedSipExecutorService,
        @inject(ManagedScheduledSipExecutorService) scheduled: ManagedScheduledSipExecutorService,
        @inject(SipContextService) contexts: SipContextService,
        @inject(SipApplicationSession) session: SipApplicationSession,
      ) {
        got.push(factory, util, timers, context, resolver, executor, scheduled, contexts, session);
      }
      @Invite() onInvite(): void {}
    }
    const lab = await ContainerLab.start({ applications: [{ name: "beans", servlets: [Beans] }] });
    await using _ = lab;
    const kinds = [
      SipFactory,
      SipSessionsUtil,
      TimerService,
      SipServletContext,
      DnsResolver,
      ManagedSipExecutorService,
      ManagedScheduledSipExecutorService,
      SipContextService,
      SipApplicationSession,
    ];
    for (const [index, kind] of kinds.entries()) expect(got[index]).toBeInstanceOf(kind);
    const context = got[3] as SipServletContext;
    expect(context.getAttribute(contextAttribute.SIP_FACTORY)).toBe(got[0]);
    expect(context.getAttribute(contextAttribute.SIP_SESSIONS_UTIL)).toBe(got[1]);
    expect(context.getAttribute(contextAttribute.TIMER_SERVICE)).toBe(got[2]);
    expect(context.getAttribute(contextAttribute.DNS_RESOLVER)).toBe(got[4]);
    expect(context.getAttribute(contextAttribute.SUPPORTED_RFCS)).toContain("3261");
    expect(() => context.setAttribute("javax.servlet.sip.mine", 1)).toThrow(
      expect.objectContaining({ code: "argument.invalid" }),
    );
  });

  it("takes the injected application session wherever one is asked for", async () => {
    const seen: unknown[] = [];
    @SipServlet({ name: "own" })
    class Own {
      constructor(
        @inject(SipApplicationSession) readonly session: SipApplicationSession,
        @inject(SipFactory) readonly factory: SipFactory,
      ) {}
      @Message() onMessage(request: SipServletRequest): Promise<void> {
        const made = this.factory.createRequest(this.session, "MESSAGE", "sip:a@x", "sip:b@y");
        seen.push(made.applicationSession === request.applicationSession);
        return request.createResponse(200).send();
      }
    }
    await using lab = await ContainerLab.start({ applications: [{ name: "own", servlets: [Own] }] });
    await lab.send(lab.agent("alice", "192.0.2.1"), { method: "MESSAGE" });
    expect(seen).toEqual([true]);
    const factory = lab.container.bean("own", SipFactory);
    expect(() => factory.createRequest({} as never, "MESSAGE", "sip:a@x", "sip:b@y")).toThrow(
      expect.objectContaining({ code: "argument.missing" }),
    );
  });

  it("gives singletons the beans of the running session and invocation, and ends them at the right moment", async () => {
    const events: string[] = [];
    @SipApplicationSessionScoped()
    class Counter {
      count = 0;
      @postConstruct() begin(): void {
        events.push("session bean begins");
      }
      @preDestroy() end(): void {
        events.push(`session bean ends at ${this.count}`);
      }
    }
    @SipInvocationScoped()
    class Scratch {
      lines: string[] = [];
      @preDestroy() end(): void {
        events.push(`invocation bean ends with ${this.lines.join()}`);
      }
    }
    @SipServlet({ name: "scopes" })
    class Scopes {
      constructor(
        @inject(Counter) readonly counter: Counter,
        @inject(Scratch) readonly scratch: Scratch,
        @inject(SipApplicationSession) readonly session: SipApplicationSession,
      ) {}
      @Message() async onMessage(request: SipServletRequest): Promise<void> {
        this.counter.count += 1;
        this.scratch.lines.push(String(this.counter.count));
        await request.createResponse(200).send();
        await Promise.resolve();
        this.scratch.lines.push(this.session.id === request.applicationSession.id ? "own" : "foreign");
        this.session.invalidateWhenReady = this.counter.count === 2;
      }
    }
    const key = (): string => "one";
    const definition = { name: "scopes", servlets: [Scopes], applicationKey: key };
    const lab = await ContainerLab.start({ applications: [definition] });
    await using _ = lab;
    const caller = lab.agent("alice", alice);
    await lab.send(caller, { method: "MESSAGE" });
    await lab.send(caller, { method: "MESSAGE" });
    expect(events).toEqual([
      "session bean begins",
      "invocation bean ends with 1,own",
      "invocation bean ends with 2,own",
      "session bean ends at 2",
    ]);
  });

  it("tells bean, scope and what was running where no scope is active, also behind a handler that is over", async () => {
    let late = (): unknown => undefined;
    const failures: string[] = [];
    @SipApplicationSessionScoped()
    class Notes {
      text = "x";
    }
    @SipServlet({ name: "late" })
    class Late {
      constructor(@inject(Notes) readonly notes: Notes) {}
      @Message() onMessage(request: SipServletRequest): Promise<void> {
        void new Promise<void>((resolve) => (late = resolve)).then(() => {
          try {
            void this.notes.text;
          } catch (error) {
            failures.push(String(error));
          }
        });
        return request.createResponse(200).send();
      }
    }
    const lab = await ContainerLab.start({ applications: [{ name: "late", servlets: [Late] }] });
    await using _ = lab;
    await lab.send(lab.agent("alice", alice), { method: "MESSAGE" });
    late();
    await lab.settle();
    expect(failures[0]).toContain("Notes is @SipApplicationSessionScoped");
    expect(failures[0]).toContain("Late.onMessage, which is already over");
    expect(() => lab.container.bean("late", Notes).text).toThrow(expect.objectContaining({ code: "servlet.scope" }));
  });

  it("waits for asynchronous @postConstruct before the application takes calls, and for @preDestroy at the end", async () => {
    const events: string[] = [];
    class Database {
      isOpen = false;
      @postConstruct() async open(): Promise<void> {
        await Promise.resolve();
        this.isOpen = true;
      }
      @preDestroy() async close(): Promise<void> {
        await Promise.resolve();
        events.push("closed");
      }
    }
    @SipServlet({ name: "db" })
    class Db {
      constructor(@inject(Database) readonly database: Database) {}
      @Message() onMessage(request: SipServletRequest): Promise<void> {
        return request.createResponse(this.database.isOpen ? 200 : 500).send();
      }
    }
    const lab = await ContainerLab.start({ applications: [{ name: "db", servlets: [Db] }] });
    const caller = lab.agent("alice", alice);
    await lab.send(caller, { method: "MESSAGE" });
    expect(caller.last().status).toBe(200);
    await lab[Symbol.asyncDispose]();
    expect(events).toEqual(["closed"]);
  });

  it("lets an application bind its own beans and replace those of the container", async () => {
    class Greeting {
      text = "hello";
    }
    const own = { createUri: () => "mine" };
    @SipServlet({ name: "own" })
    class Own {
      constructor(
        @inject(Greeting) readonly greeting: Greeting,
        @inject(SipFactory) readonly factory: SipFactory,
      ) {}
      @Message() onMessage(): void {}
    }
    const lab = await ContainerLab.start({
      applications: [
        {
          name: "own",
          servlets: [Own],
          configure: [
            (bind) => void bind(Greeting).toConstantValue({ text: "first" }),
            (bind) => {
              bind(Greeting).toConstantValue({ text: "second" });
              bind(SipFactory).toConstantValue(own as unknown as SipFactory);
            },
          ],
        },
      ],
    });
    await using _ = lab;
    const servlet = lab.container.bean("own", Own);
    expect(servlet.greeting.text).toBe("second");
    expect(servlet.factory).toBe(own);
  });

  it("takes an instance for a class whose constructor says nothing of injection", async () => {
    class Place {
      constructor(readonly name: string) {}
    }
    @SipServlet({ name: "placed" })
    class Placed {
      constructor(@inject(Place) readonly place: Place) {}
      @Message() onMessage(): void {}
    }
    const configure = (bind: Bind): void => void bind(Place).toConstantValue(new Place("here"));
    await using lab = await ContainerLab.start({ applications: [{ name: "placed", servlets: [Placed], configure }] });
    expect(lab.container.bean("placed", Placed).place.name).toBe("here");
  });

  it("lets a factory make requests in the session that the injected reference stands for", async () => {
    @SipServlet({ name: "second-leg" })
    class SecondLeg {
      constructor(
        @inject(SipFactory) private readonly factory: SipFactory,
        @inject(SipApplicationSession) private readonly applicationSession: SipApplicationSession,
      ) {}
      @Message() async onMessage(request: SipServletRequest): Promise<void> {
        const own = this.factory.createRequest(this.applicationSession, "OPTIONS", request.to, request.from);
        await request.createResponse(own.applicationSession.id === request.applicationSession.id ? 200 : 500).send();
      }
    }
    await using lab = await ContainerLab.start({ applications: [{ name: "second-leg", servlets: [SecondLeg] }] });
    const agent = lab.agent("alice", "192.0.2.1");
    await lab.send(agent, { method: "MESSAGE" });
    expect(agent.last().status).toBe(200);
  });

  it("names class, parameter and mend of a binding that is missing", async () => {
    const token = Symbol("billing");
    class Middle {
      constructor(@inject(token) readonly billing: unknown) {}
    }
    @SipServlet({ name: "missing" })
    class Missing {
      constructor(
        @inject(SipFactory) readonly factory: SipFactory,
        @inject(Middle) readonly middle: Middle,
      ) {}
      @Message() onMessage(): void {}
    }
    const started = ContainerLab.start({ applications: [{ name: "missing", servlets: [Missing] }] });
    await expect(started).rejects.toMatchObject({ code: "servlet.injection" });
    await expect(started).rejects.toThrow(/parameter 1 of Middle wants Symbol\(billing\).*configure/);
  });

  it("names the class of a constructor parameter that does not say what it wants", async () => {
    @SipServlet({ name: "mute" })
    class Mute {
      constructor(readonly factory: SipFactory) {}
      @Message() onMessage(): void {}
    }
    const started = ContainerLab.start({ applications: [{ name: "mute", servlets: [Mute] }] });
    await expect(started).rejects.toThrow(/Mute.*@inject/);
  });
});

describe("JSR 359 DnsResolver", () => {
  it("turns numbers into URIs by ENUM", async () => {
    @SipServlet({ name: "enum" })
    class Enum {
      @Message() onMessage(): void {}
    }
    const zone = [
      "$ORIGIN 0.0.6.2.5.5.5.2.0.2.1.e164.arpa.",
      '@ NAPTR 10 100 "u" "E2U+sip" "!^.*$!sip:info@example.com!" .',
      '@ NAPTR 10 50 "u" "E2U+sip" "!^\\+(.*)$!sip:\\1@gateway.example!" .',
      '@ NAPTR 20 10 "u" "E2U+mailto" "!^.*$!mailto:info@example.com!" .',
    ].join("\n");
    const resolver = new ScriptedResolver({ clock: new ManualClock(), zone });
    const lab = await ContainerLab.start({ applications: [{ name: "enum", servlets: [Enum] }], resolver });
    await using _ = lab;
    const factory = lab.container.bean("enum", SipFactory);
    const dns = lab.container.bean("enum", DnsResolver);
    const number = factory.createUri("tel:+1-202-555-2600");
    expect(dns.toEnum(number)).toBe("0.0.6.2.5.5.5.2.0.2.1.e164.arpa");
    const all = await dns.resolveToSipUris(number);
    expect(all.map(String)).toEqual(["sip:12025552600@gateway.example", "sip:info@example.com"]);
    expect(String(await dns.resolveToSipUri(factory.createUri("sip:+12025552600@x.example;user=phone")))).toBe(
      "sip:12025552600@gateway.example",
    );
    expect(String(await dns.resolveToSipUri(factory.createUri("sip:bob@example.com")))).toBe("sip:bob@example.com");
    expect(await dns.resolveToStrings(number, "E2U+mailto")).toEqual(["mailto:info@example.com"]);
    expect(() => dns.toEnum(factory.createUri("sip:bob@example.com"))).toThrow(
      expect.objectContaining({ code: "argument.invalid" }),
    );
    expect(await dns.resolvesInternally(factory.createSipUri("x", "192.0.2.10"))).toBe(true);
    expect(await dns.resolvesInternally(factory.createSipUri("x", "192.0.2.99"))).toBe(false);
  });
});
