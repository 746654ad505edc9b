/** Compares two texts without the case of ASCII letters, the general rule of RFC 3261 §7.3.1. Allocates nothing. */
export function equalIgnoringCase(left: string, right: string): boolean {
  if (left === right) return true;
  const length = left.length;
  if (length !== right.length) return false;
  for (let index = 0; index < length; index++) {
    const a = left.charCodeAt(index);
    const b = right.charCodeAt(index);
    if (a !== b && !sameLetter(a, b)) return false;
  }
  return true;
}

function sameLetter(a: number, b: number): boolean {
  const lower = a | 0x20;
  return lower === (b | 0x20) && lower >= 0x61 && lower <= 0x7a;
}
