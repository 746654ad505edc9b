import { assertType, describe, it } from "vitest";
import type { SipApplicationSessionEvent } from "../api/application-session-listener.js";
import { SipApplicationSessionListener } from "../api/application-session-listener.js";
import type { ServletTimer, SipServletRequest, SipServletResponse } from "../api/object-model.js";
import { SipSessionListener, type SipSessionEvent } from "../api/session-listener.js";
import { TimerListener } from "../api/timer-listener.js";
import { postConstruct } from "./post-construct.js";
import { SipApplicationKey } from "./sip-application-key.js";
import { SipListener } from "./sip-listener.js";
import { SipServlet } from "./sip-servlet.js";

describe("JSR 359 class decorators", () => {
  it("@SipServlet refuses an abstract class", () => {
    @SipServlet({ name: "calls", loadOnStartup: 1 })
    class Injected {
      constructor(private readonly other: Injected) {}
      get same() {
        return this.other;
      }
    }
    // @ts-expect-error the container must be able to make an instance
    @SipServlet()
    abstract class Base {}
    assertType<unknown>([Injected, Base]);
  });

  it("@SipListener requires the methods of what it names", () => {
    @SipListener()
    class Inferred implements TimerListener {
      timeout(_timer: ServletTimer) {}
    }
    @SipListener({ listens: [SipSessionListener, SipApplicationSessionListener, TimerListener] })
    class Both {
      sessionCreated(_event: SipSessionEvent | SipApplicationSessionEvent) {}
      timeout(_timer: ServletTimer) {}
    }
    // @ts-expect-error no `timeout`
    @SipListener({ listens: [TimerListener] })
    class Missing {
      sessionCreated(_event: SipSessionEvent) {}
    }
    // @ts-expect-error the event of the other interface
    @SipListener({ listens: [SipSessionListener] })
    class Wrong {
      sessionCreated(_event: SipApplicationSessionEvent) {}
    }
    assertType<unknown>([Inferred, Both, Missing, Wrong]);
  });

  it("@SipApplicationKey takes a static method from request to key", () => {
    class Keys {
      @SipApplicationKey() static key(request: SipServletRequest) {
        return request.callId;
      }
      @SipApplicationKey({ applicationName: "other" }) static none(): undefined {}
      // @ts-expect-error not static
      @SipApplicationKey() instanceKey(request: SipServletRequest) {
        return request.callId;
      }
      // @ts-expect-error a key is wanted before the session exists, so it cannot wait
      @SipApplicationKey() static async later(request: SipServletRequest) {
        return request.callId;
      }
      // @ts-expect-error responses have no key
      @SipApplicationKey() static ofResponse(response: SipServletResponse) {
        return response.callId;
      }
    }
    assertType<unknown>(Keys);
  });

  it("@postConstruct takes a method without parameters", () => {
    class Bean {
      @postConstruct() async start() {}
      // @ts-expect-error nobody could give it
      @postConstruct() wrong(_value: string) {}
    }
    assertType<unknown>(Bean);
  });
});
