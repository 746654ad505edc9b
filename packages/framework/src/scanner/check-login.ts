import type { LoginConfig } from "../model/sip-descriptor.js";
import type { ProblemCollector } from "./problem-collector.js";

/** Tells when callers cannot be authenticated the way an application wants it. JSR 289 §17 `login-config`. */
export function checkLogin(loginConfig: LoginConfig | undefined, isNeeded: boolean, problems: ProblemCollector): void {
  const refuse = (reason: string, mend: string): void => problems.add("security.login", {}, { reason, mend });
  if (loginConfig === undefined) {
    const mend = 'Add loginConfig: { authMethod: "DIGEST", realmName: "example.com" }, or <login-config>';
    const reason = "security constraints ask for authenticated callers, and there is no login configuration";
    if (isNeeded) refuse(reason, mend);
    return;
  }
  if (loginConfig.authMethod === "BASIC") {
    refuse("the authentication method is BASIC, which SIP forbids (RFC 3261 §22)", 'Use "DIGEST" or "CLIENT-CERT"');
  }
  if (loginConfig.identityAssertion?.scheme === "Identity") {
    refuse("the identity assertion scheme is Identity (RFC 4474), which is not offered", 'Use "P-Asserted-Identity"');
  }
}
