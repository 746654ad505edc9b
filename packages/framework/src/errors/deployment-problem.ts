/**
 * What can be wrong with an application. The part before the dot tells where: the application as a whole, one of its
 * classes, a handler method, a mapping rule, the descriptor, the scan, its security, the application router.
 */
export type DeploymentProblemCode =
  | "application.name"
  | "application.duplicate"
  | "application.empty"
  | "application.setting"
  | "application.main-servlet"
  | "application.selection"
  | "application.http"
  | "application.key"
  | "application.timer-listener"
  | "class.invalid"
  | "class.undecorated"
  | "class.foreign"
  | "class.handlers"
  | "servlet.name"
  | "servlet.duplicate"
  | "listener.kind"
  | "handler.static"
  | "handler.member"
  | "handler.parameter"
  | "handler.selector"
  | "handler.method"
  | "handler.predicate"
  | "handler.ambiguous"
  | "mapping.servlet"
  | "mapping.variable"
  | "descriptor.malformed"
  | "descriptor.class"
  | "scan.empty"
  | "scan.module"
  | "security.role"
  | "security.servlet"
  | "security.method"
  | "security.login"
  | "security.users"
  | "security.access"
  | "router.application";

/** One thing that is wrong, where it stands and how to mend it. */
export interface DeploymentProblem {
  readonly code: DeploymentProblemCode;
  /** Name of the application, as far as it is known. */
  readonly application: string;
  /** Name of the class. */
  readonly class?: string;
  /** Name of the method in that class. */
  readonly method?: string;
  /** What is wrong, as a sentence without the full stop. */
  readonly reason: string;
  /** What to write instead. */
  readonly mend: string;
}
