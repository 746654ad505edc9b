import { describe, expect, it } from "vitest";
import * as api from "../src/index.js";

const tokens = {
  messages: [api.SipServletMessage, api.SipServletRequest, api.SipServletResponse],
  sessions: [api.SipSession, api.SipApplicationSession, api.ConvergedHttpSession, api.ForkingContext, api.InviteBranch],
  proxying: [api.Proxy, api.ProxyBranch, api.B2buaHelper],
  injected: [
    api.BridgeFactory,
    api.SipFactory,
    api.SipSessionsUtil,
    api.TimerService,
    api.DnsResolver,
    api.ManagedSipExecutorService,
    api.ManagedScheduledSipExecutorService,
    api.SipContextService,
  ],
  addresses: [api.Address, api.Parameterable, api.Uri, api.SipUri, api.TelUri],
  others: [
    api.Bridge,
    api.BridgeHooks,
    api.ServletTimer,
    api.SessionKeepAlive,
    api.Flow,
    api.SipWebSocketContext,
    api.AuthInfo,
    api.SipServletContext,
  ],
  listeners: [
    api.SipServletListener,
    api.SipApplicationSessionListener,
    api.SipApplicationSessionAttributeListener,
    api.SipApplicationSessionActivationListener,
    api.SipApplicationSessionBindingListener,
    api.SipSessionListener,
    api.SipSessionAttributeListener,
    api.SipSessionActivationListener,
    api.SipSessionBindingListener,
    api.SipErrorListener,
    api.TimerListener,
    api.FlowListener,
    api.AutomaticProcessingListener,
  ],
};
const all: readonly (abstract new () => object)[] = Object.values(tokens).flat();

describe("the types of the API", () => {
  it("are different values at run time, so that they can be injected and recognised", () => {
    expect(new Set(all).size).toBe(all.length);
    expect(all.every((token) => typeof token === "function" && token.name !== "")).toBe(true);
  });

  it.each(all.map((token) => [token.name, token] as const))(
    "%s has no logic and leaves no field behind",
    (_name, token) => {
      class Implementation extends token {}
      expect(Object.getOwnPropertyNames(token.prototype)).toEqual(["constructor"]);
      expect(Object.keys(new Implementation())).toEqual([]);
    },
  );

  it("a request is recognised by instanceof where the implementation extends it", () => {
    class Implementation extends (api.SipServletRequest as abstract new () => object) {}
    expect(new Implementation()).toBeInstanceOf(api.SipServletRequest);
    expect(new Implementation()).not.toBeInstanceOf(api.SipServletResponse);
  });
});

describe("JSR 289 §5 status constants", () => {
  it("are statuses, with both spellings of the misspelt ones", () => {
    const statuses: readonly number[] = Object.values(api.SC);
    expect(statuses.every((status) => Number.isInteger(status) && status >= 100 && status <= 699)).toBe(true);
    expect(api.SC.TEMPORARLY_UNAVAILABLE).toBe(api.SC.TEMPORARILY_UNAVAILABLE);
    expect(api.SC.DOES_NOT_EXIT_ANYWHERE).toBe(api.SC.DOES_NOT_EXIST_ANYWHERE);
    expect(new Set(statuses).size).toBe(statuses.length - 2);
  });
});
