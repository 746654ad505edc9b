/**
 * A copy of a text that stands for itself. A piece cut out of a message keeps the whole message in memory; what lives as
 * long as a dialog is copied.
 */
export function detachedText(text: string): string {
  // Joining makes a new string, cutting it makes that string flat; short texts are copied by cutting alone.
  return text.length < 13 ? text : ` ${text}`.slice(1);
}
