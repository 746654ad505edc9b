import { describe, expectTypeOf, it } from "vitest";
import {
  DefaultApplicationRouter,
  defineRouter,
  routingRegion,
  type Address,
  type DefaultRouterOptions,
  type NextStep,
  type RouterAnswer,
  type RouterConfigurationError,
  type RouterConfigurationFault,
  type RouterDefinition,
  type RouterQuestion,
  type RouterSource,
  type RouterStep,
  type RouteStep,
  type SipApplicationRoutingRegion,
  type SipServletRequest,
  type Uri,
  type UriSource,
} from "../src/index.js";
import type { Awaitable, SipApplicationRouter } from "../src/spi/index.js";

describe("JSR 289 appendix C the default application router", () => {
  it("takes a text, a path or a URL, or nothing", () => {
    expectTypeOf<RouterSource>().toEqualTypeOf<{ readonly text: string } | { readonly file: string | URL }>();
    expectTypeOf(DefaultApplicationRouter).toBeConstructibleWith({ text: "" }, { skipUndeployed: true });
    expectTypeOf(DefaultApplicationRouter).toBeConstructibleWith();
    expectTypeOf<DefaultApplicationRouter>().toExtend<SipApplicationRouter>();
    expectTypeOf<DefaultRouterOptions>().toEqualTypeOf<{ readonly skipUndeployed?: boolean }>();
  });

  it("fails with every fault and its place", () => {
    expectTypeOf<RouterConfigurationError["faults"]>().toEqualTypeOf<readonly RouterConfigurationFault[]>();
    expectTypeOf<RouterConfigurationFault["line"]>().toEqualTypeOf<number | undefined>();
  });
});

describe("a router in code", () => {
  it("may be a list of steps", () => {
    const step: RouterStep<"a"> = { application: "a", methods: ["INVITE"], subscriber: "From", optional: true };
    expectTypeOf(defineRouter([step])).toEqualTypeOf<SipApplicationRouter>();
    // @ts-expect-error: a subscriber is From, To or what a function finds
    defineRouter([{ application: "a", subscriber: "Via" }]);
    // @ts-expect-error: a step needs an application
    defineRouter([{ methods: ["INVITE"] }]);
  });

  it("may be a function with a typed state", () => {
    defineRouter<{ readonly step: number }>({
      next(request, question) {
        expectTypeOf(request).toEqualTypeOf<SipServletRequest>();
        expectTypeOf(question).toEqualTypeOf<RouterQuestion<{ readonly step: number }>>();
        expectTypeOf(question.state).toEqualTypeOf<{ readonly step: number } | undefined>();
        return { application: "a", state: { step: 1 } };
      },
    });
    // @ts-expect-error: the state is of another type
    defineRouter<{ readonly step: number }>({ next: () => ({ application: "a", state: { step: "1" } }) });
    // @ts-expect-error: without state the next question could not be answered
    defineRouter<{ readonly step: number }>({ next: () => ({ application: "a" }) });
  });

  it("names the applications it was told of, and no others", () => {
    defineRouter({ applications: ["a", "b"], optional: ["b"], next: () => ({ application: "a", state: 0 }) });
    // @ts-expect-error: "c" is none of them
    defineRouter({ applications: ["a", "b"], next: () => ({ application: "c", state: 0 }) });
    // @ts-expect-error: "c" is none of them
    defineRouter({ applications: ["a"], optional: ["c"], next: () => undefined });
  });

  it("answers now or later, with an application, with routes, or with nothing", () => {
    expectTypeOf<ReturnType<RouterDefinition<number, "a">["next"]>>().toEqualTypeOf<
      Awaitable<RouterAnswer<number, "a">>
    >();
    expectTypeOf<NextStep<"a"> & RouteStep & { state: number }>().toExtend<RouterAnswer<number, "a">>();
    expectTypeOf<{ routes: string[] }>().toExtend<RouterAnswer<number, "a">>();
    expectTypeOf<undefined>().toExtend<RouterAnswer<number, "a">>();
  });

  it("gives URIs as text or as values", () => {
    expectTypeOf<UriSource>().toEqualTypeOf<string | Uri | Address>();
    expectTypeOf(routingRegion("vip", "TERMINATING")).toEqualTypeOf<SipApplicationRoutingRegion>();
  });
});
