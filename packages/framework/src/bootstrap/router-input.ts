import { DefaultApplicationRouter } from "../router/default/default-application-router.js";
import type { RouterSource } from "../router/default/router-source.js";
import type { SipApplicationRouter, SipApplicationRouterProvider } from "../spi/sip-application-router.js";

/**
 * How a container is told its application router: the router, what gives it, or a configuration of the default router as
 * `{ text }` or `{ file }`.
 */
export type RouterInput = SipApplicationRouter | SipApplicationRouterProvider | RouterSource;

/** Names of the properties of the JSR begin with it; the environment has them under these names. */
const prefix = "javax.servlet.sip.ar.";
const configurationProperty = `${prefix}dar.configuration`;

/** What `init` of a router is told: the properties of the JSR as the environment has them. */
export function routerProperties(): Readonly<Record<string, string>> {
  // oxlint-disable-next-line node/no-process-env -- what the JSR takes from system properties
  const environment = process.env;
  const found = Object.entries(environment).filter(([name, value]) => name.startsWith(prefix) && value !== undefined);
  return Object.fromEntries(found) as Record<string, string>;
}

/**
 * The router that is meant. Without one: the default router, where `javax.servlet.sip.ar.dar.configuration` in the
 * environment names its configuration; else none.
 * @throws RouterConfigurationError with every fault of a configuration
 */
export function routerOf(
  input: RouterInput | undefined,
  properties: Readonly<Record<string, string>> = routerProperties(),
): SipApplicationRouter | undefined {
  if (input === undefined) {
    return properties[configurationProperty] === undefined ? undefined : new DefaultApplicationRouter();
  }
  if ("getNextApplication" in input) return input;
  if ("getSipApplicationRouter" in input) return input.getSipApplicationRouter();
  return new DefaultApplicationRouter(input);
}
