import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { Request } from "express";
import type { RequestSchemas } from "../../metadata/http-record.js";
import { HttpError } from "../problem/http-error.js";

type Part = "params" | "query" | "body";

/** One thing that is wrong with a request. */
interface FieldError {
  /** `body`, `query` or `params`. */
  readonly in: Part;
  /** `callee.user`; empty for the part as a whole. */
  readonly field: string;
  readonly message: string;
}

const parts: readonly Part[] = ["params", "query", "body"];

/**
 * Puts what the schemas make of a request into it.
 * @throws HttpError 400 with every field that is wrong
 */
export async function validateRequest(request: Request, schemas: RequestSchemas): Promise<void> {
  const errors: FieldError[] = [];
  for (const part of parts) {
    const schema = schemas[part];
    if (schema === undefined) continue;
    const result = await schema["~standard"].validate(request[part]);
    if (result.issues !== undefined) errors.push(...result.issues.map((issue) => fieldError(part, issue)));
    // Express reads the query anew at each use: the value has to stand before its getter.
    else Object.defineProperty(request, part, { value: result.value, configurable: true, writable: true });
  }
  if (errors.length === 0) return;
  const detail = errors.map(
    ({ in: part, field, message }) => `${field === "" ? part : `${part}.${field}`}: ${message}`,
  );
  throw new HttpError(400, detail.join("; "), { members: { errors } });
}

function fieldError(part: Part, { path = [], message }: StandardSchemaV1.Issue): FieldError {
  const field = path.map((segment) => String(typeof segment === "object" ? segment.key : segment)).join(".");
  return { in: part, field, message };
}
