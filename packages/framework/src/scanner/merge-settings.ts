import type { ApplicationSettings } from "../api/application-settings.js";
import type { ServletClass } from "../api/servlet-class.js";
import { readApplicationRecord, readListenerRecord, readServletRecord } from "../metadata/class-records.js";
import { readControllerRecord } from "../metadata/http-record.js";
import type { ApplicationDefinition } from "../model/application-definition.js";
import type { SipDescriptor } from "../model/sip-descriptor.js";
import type { CollectedClasses } from "./collect-classes.js";
import type { ProblemCollector } from "./problem-collector.js";

/** The settings of an application with every default in place. */
export type MergedSettings = Required<Omit<ApplicationSettings, "mainServlet">> &
  Pick<ApplicationSettings, "mainServlet">;

const defaults = {
  description: "",
  proxyTimeout: 180,
  sessionTimeout: 3,
  concurrencyMode: "APPLICATIONSESSION",
  distributable: false,
} as const;

/**
 * The settings of an application: those of the definition, else of the descriptor, else of `@SipApplication`.
 * Sets the name of the collector. JSR 289 §18, §19.
 */
export function mergeSettings(
  definition: ApplicationDefinition,
  classes: CollectedClasses,
  descriptor: SipDescriptor | undefined,
  problems: ProblemCollector,
): MergedSettings {
  const fixedName = definition.name || descriptor?.appName;
  const annotated = descriptor?.metadataComplete === true ? undefined : readAnnotated(classes, fixedName, problems);
  const name = fixedName || annotated?.name || namedByMembers(classes) || nameOfFirstVersion(descriptor);
  if (name) problems.application = name;
  else problems.add("application.name", {}, { reason: "the application has no name", mend: nameMend });
  if (
    descriptor?.appName !== undefined &&
    annotated?.name &&
    annotated.name !== descriptor.appName &&
    !definition.name
  ) {
    const reason = `the descriptor calls the application ${descriptor.appName}, @SipApplication ${annotated.name}`;
    problems.add("application.setting", {}, { reason, mend: "Use the same name in both" });
  }
  const settings = combine(name || problems.application, [definition, fromDescriptor(descriptor), annotated ?? {}]);
  checkSettings(settings, problems);
  return settings;
}

const nameMend = "Add `name` to the definition, @SipApplication({ name }) to a class, or <app-name> to the descriptor";

function combine(name: string, sources: readonly ApplicationSettings[]): MergedSettings {
  const pick = <K extends keyof ApplicationSettings>(key: K): ApplicationSettings[K] =>
    sources.find((source) => source[key] !== undefined)?.[key];
  return {
    name,
    displayName: pick("displayName") ?? name,
    description: pick("description") ?? defaults.description,
    mainServlet: pick("mainServlet") || undefined,
    proxyTimeout: pick("proxyTimeout") ?? defaults.proxyTimeout,
    sessionTimeout: pick("sessionTimeout") ?? defaults.sessionTimeout,
    concurrencyMode: pick("concurrencyMode") ?? defaults.concurrencyMode,
    distributable: pick("distributable") ?? defaults.distributable,
  };
}

function fromDescriptor(descriptor: SipDescriptor | undefined): ApplicationSettings {
  if (descriptor === undefined) return {};
  const { displayName, description, mainServlet, proxyTimeout, sessionTimeout, concurrencyMode, distributable } =
    descriptor;
  return { displayName, description, mainServlet, proxyTimeout, sessionTimeout, concurrencyMode, distributable };
}

/** Version 1.0 asks for no name: its display name, or that of its first servlet, stands for one. */
function nameOfFirstVersion(descriptor: SipDescriptor | undefined): string | undefined {
  return descriptor?.version === "1.0" ? (descriptor.displayName ?? descriptor.servlets[0]?.name) : undefined;
}

/** What `@SipApplication` says; a scanned class may speak of another application. */
function readAnnotated(
  { given, scanned }: CollectedClasses,
  name: string | undefined,
  problems: ProblemCollector,
): ApplicationSettings | undefined {
  const isOwn = (each: ServletClass) => !name || (readApplicationRecord(each)?.name ?? name) === name;
  const classes = [...given, ...scanned.filter(isOwn)].filter((each) => readApplicationRecord(each) !== undefined);
  const [first, second] = classes;
  if (first !== undefined && second !== undefined) {
    const reason = `${classes.map((each) => each.name).join(" and ")} both carry @SipApplication`;
    const mend = "Keep it on one class, or give each application its own definition with a name";
    problems.add("application.setting", { class: second.name }, { reason, mend });
  }
  return first && readApplicationRecord(first);
}

/** The application its servlets and listeners say they belong to, if they agree. */
function namedByMembers({ given, scanned }: CollectedClasses): string | undefined {
  const names = [...given, ...scanned].map(applicationNameOf).filter((name) => name !== undefined);
  return new Set(names).size === 1 ? names[0] : undefined;
}

/** The application a class says it belongs to. */
export function applicationNameOf(candidate: ServletClass): string | undefined {
  const records = [readServletRecord(candidate), readListenerRecord(candidate), readControllerRecord(candidate)];
  return records.find((record) => record?.applicationName)?.applicationName;
}

function checkSettings(settings: MergedSettings, problems: ProblemCollector): void {
  const { proxyTimeout, sessionTimeout } = settings;
  const concurrencyMode: string = settings.concurrencyMode;
  if (!Number.isFinite(proxyTimeout) || proxyTimeout <= 0) {
    refuse(problems, `proxyTimeout is ${proxyTimeout}`, "Give seconds, more than 0");
  }
  if (!Number.isFinite(sessionTimeout)) {
    refuse(problems, `sessionTimeout is ${sessionTimeout}`, "Give minutes; 0 or less means never");
  }
  if (concurrencyMode !== "APPLICATIONSESSION" && concurrencyMode !== "VENDORSPECIFIC") {
    refuse(problems, `concurrencyMode is ${concurrencyMode}`, 'Use "APPLICATIONSESSION" or "VENDORSPECIFIC"');
  }
}

function refuse(problems: ProblemCollector, reason: string, mend: string): void {
  problems.add("application.setting", {}, { reason, mend });
}
