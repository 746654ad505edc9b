/** Why a phone did not answer, as people say it. */
export function reasonOf(status: number, name: string): string {
  return reasons[status]?.(name) ?? `${name}'s phone cannot take the call (${status})`;
}

const busy = (name: string): string => `${name} is busy`;
const declined = (name: string): string => `${name} declined the call`;
const unknown = (name: string): string => `there is nobody called ${name}`;
const unreachable = (name: string): string => `${name}'s phone cannot be reached`;
const incompatible = (name: string): string => `${name}'s phone does not understand the other one`;

const reasons: Readonly<Record<number, (name: string) => string>> = {
  403: declined,
  404: unknown,
  408: unreachable,
  410: unknown,
  415: incompatible,
  480: (name) => `${name} is not there right now`,
  484: unknown,
  486: busy,
  487: (name) => `the call to ${name} was given up`,
  488: incompatible,
  503: unreachable,
  600: busy,
  603: declined,
  604: unknown,
  606: incompatible,
};
