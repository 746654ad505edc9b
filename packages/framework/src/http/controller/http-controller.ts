import type { ServletClass } from "../../api/servlet-class.js";
import { writeDialect } from "../../metadata/class-records.js";
import { writeControllerRecord } from "../../metadata/http-record.js";

/** What `@HttpController` can say besides its path. */
export interface HttpControllerOptions {
  readonly applicationName?: string;
}

/** Makes a class a controller: its methods handle HTTP requests below a path of the application. */
export function HttpController(path = "/", options: HttpControllerOptions = {}): (target: ServletClass) => void {
  return (target, context?: unknown) => {
    writeDialect(target, context);
    writeControllerRecord(target, { path, ...options });
  };
}
