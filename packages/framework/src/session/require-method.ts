import { IllegalArgumentError } from "../errors/illegal-argument-error.js";

/** A method that an application may create requests of. @throws IllegalArgumentError `argument.method` */
export function requireMethod(method: unknown): asserts method is string {
  const isToken = typeof method === "string" && /^[\w\-.!%*+`'~]+$/.test(method);
  if (isToken && method !== "ACK" && method !== "CANCEL") return;
  throw new IllegalArgumentError("argument.method", {
    detail: `${String(method)}; ACK comes from response.createAck(), CANCEL from request.createCancel()`,
  });
}
