import { describe, expect, it } from "vitest";
import { routedRequest, routingState } from "../../../test/routed-request.js";
import { NEUTRAL_REGION, ORIGINATING_REGION } from "../../api/application-routing.js";
import type { DeploymentError } from "../../errors/deployment-error.js";
import { equal } from "../../model/condition.js";
import { defineRouter } from "./define-router.js";
import { routingRegion } from "../routing-region.js";

const continuing = (stateInfo: unknown) => routingState({ directive: "CONTINUE", stateInfo });

describe("defineRouter with a list of steps", () => {
  const router = defineRouter([
    { application: "screening", methods: ["INVITE"], region: "ORIGINATING", subscriber: "From" },
    { application: "vip", when: ({ to }) => to.uri?.toString() === "sip:boss@example.com", subscriber: "To" },
    { application: "archive", when: equal("request.method", "MESSAGE"), routes: ["sip:192.0.2.9;lr"] },
    { application: "extra", optional: true, region: routingRegion("extra"), subscriber: () => "tel:+1" },
  ]);
  router.applicationDeployed?.(["screening", "vip", "archive"]);

  it("goes through the steps that take the request", async () => {
    const request = routedRequest({ to: "<sip:boss@example.com>" });
    const first = await router.getNextApplication(request, routingState());
    expect(first).toEqual({
      nextApplicationName: "screening",
      routingRegion: ORIGINATING_REGION,
      subscriberUri: "sip:alice@example.org",
      routes: [],
      routeModifier: "NO_ROUTE",
      stateInfo: 0,
    });
    expect(first?.routingRegion).toBe(ORIGINATING_REGION);
    const second = await router.getNextApplication(request, continuing(0));
    expect(second).toMatchObject({ nextApplicationName: "vip", subscriberUri: "sip:boss@example.com", stateInfo: 1 });
    expect(second?.routingRegion).toBe(NEUTRAL_REGION);
    expect(await router.getNextApplication(request, continuing(1))).toEqual({});
  });

  it("sends along routes with ROUTE unless told otherwise", async () => {
    const info = await router.getNextApplication(routedRequest({ method: "MESSAGE" }), routingState());
    expect(info).toMatchObject({
      nextApplicationName: "archive",
      routes: ["sip:192.0.2.9;lr"],
      routeModifier: "ROUTE",
    });
  });

  it("passes an optional application over while it is not deployed", async () => {
    expect(await router.getNextApplication(routedRequest(), continuing(2))).toEqual({});
    router.applicationDeployed?.(["extra"]);
    expect(await router.getNextApplication(routedRequest(), continuing(2))).toMatchObject({
      nextApplicationName: "extra",
      routingRegion: { label: "extra", type: undefined },
      subscriberUri: "tel:+1",
    });
    router.applicationUndeployed?.(["extra"]);
    expect(await router.getNextApplication(routedRequest(), continuing(2))).toEqual({});
  });

  it("begins with the application a request is targeted at", async () => {
    const targeted = (applicationName: string) =>
      routingState({ targetedRequestInfo: { type: "REPLACES", applicationName } });
    expect(await router.getNextApplication(routedRequest(), targeted("vip"))).toMatchObject({
      nextApplicationName: "vip",
      stateInfo: 1,
    });
    const other = await router.getNextApplication(routedRequest(), targeted("other"));
    expect(other).toMatchObject({ nextApplicationName: "other" });
    expect(await router.getNextApplication(routedRequest(), continuing(other?.stateInfo))).toMatchObject({
      nextApplicationName: "screening",
    });
  });

  it("refuses a condition on something that is no variable", () => {
    const when = { kind: "exists", variable: "request.colour" } as const;
    expect(() => defineRouter([{ application: "a", when }])).toThrow(/step 1 \("a"\).*"request\.colour"/);
  });

  it("tells all applications that are missing at the start, but not later", () => {
    const steps = defineRouter([{ application: "a" }, { application: "b" }, { application: "c", optional: true }]);
    expect(() => steps.applicationDeployed?.(["d"])).toThrow(
      expect.objectContaining<Partial<DeploymentError>>({
        problems: [
          expect.objectContaining({ code: "router.application", application: "a" }),
          expect.objectContaining({ application: "b", mend: expect.stringContaining('deployed: "d"') as string }),
        ],
      }),
    );
    expect(() => steps.applicationDeployed?.(["e"])).not.toThrow();
  });
});

describe("defineRouter with a function", () => {
  it("hands the state of the step before to the function, and its answer to the container", async () => {
    const router = defineRouter<{ readonly hops: number }>({
      next({ from }, { state, directive }) {
        const hops = (state?.hops ?? 0) + 1;
        if (directive === "REVERSE") return undefined;
        if (hops > 2) return { routes: ["sip:out.example.com;lr"] };
        return { application: `app${hops}`, region: "ORIGINATING", subscriber: from, state: { hops } };
      },
    });
    const first = await router.getNextApplication(routedRequest(), routingState());
    expect(first).toEqual({
      nextApplicationName: "app1",
      routingRegion: ORIGINATING_REGION,
      subscriberUri: "sip:alice@example.org",
      routes: [],
      routeModifier: "NO_ROUTE",
      stateInfo: { hops: 1 },
    });
    expect(await router.getNextApplication(routedRequest(), continuing({ hops: 2 }))).toMatchObject({
      nextApplicationName: undefined,
      routes: ["sip:out.example.com;lr"],
      routeModifier: "ROUTE",
    });
    expect(await router.getNextApplication(routedRequest(), routingState({ directive: "REVERSE" }))).toEqual({});
  });

  it("may answer later", async () => {
    const router = defineRouter({ next: () => Promise.resolve({ application: "a", state: 1 }) });
    const answer = router.getNextApplication(routedRequest(), routingState());
    expect(answer).toBeInstanceOf(Promise);
    expect(await answer).toMatchObject({ nextApplicationName: "a", stateInfo: 1 });
  });

  it("checks the names it was told", () => {
    const router = defineRouter({
      applications: ["a", "b"],
      optional: ["b"],
      next: () => ({ application: "a", state: undefined }),
    });
    expect(() => router.applicationDeployed?.(["b"])).toThrow(expect.objectContaining({ code: "deployment.failed" }));
  });
});
