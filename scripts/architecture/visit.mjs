/** @import { Node } from "oxc-parser" */

/**
 * Calls `look` with every node below and including `node`.
 * @param {unknown} node
 * @param {(node: Node) => void} look
 */
export function visit(node, look) {
  if (Array.isArray(node)) {
    for (const item of node) visit(item, look);
  } else if (typeof node === "object" && node !== null) {
    if ("type" in node) look(/** @type {Node} */ (node));
    for (const child of Object.values(node)) visit(child, look);
  }
}
