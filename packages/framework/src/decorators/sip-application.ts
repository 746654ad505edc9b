import type { ApplicationSettings } from "../api/application-settings.js";
import { writeApplicationRecord, writeDialect } from "../metadata/class-records.js";

/** Settings of the application this class is part of; on one class of an application. JSR 289 §18, JSR 359. */
export function SipApplication(
  settings: ApplicationSettings,
): (target: abstract new (...args: never[]) => object) => void {
  return (target, context?: unknown) => {
    writeDialect(target, context);
    writeApplicationRecord(target, settings);
  };
}
