/** Ends with one sentence when this Node is older than the packages need (`engines` in package.json). */
export function requireNode() {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  if ((major === 20 && minor >= 19) || (major === 22 && minor >= 12) || major >= 23) return;
  console.error(`Siplet needs Node 20.19, 22.12 or newer; this is ${process.versions.node} (${process.execPath}).`);
  process.exit(1);
}
