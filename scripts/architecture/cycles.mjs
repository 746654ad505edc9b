/**
 * The shortest cycle through the first member of each knot, as a list of nodes whose last points back to the first.
 * A knot is a strongly connected part of the graph; mending the shortest cycle and asking again unties it all.
 * @param {ReadonlyMap<string, ReadonlySet<string>>} graph
 * @returns {string[][]}
 */
export function findCycles(graph) {
  /** @type {string[][]} */
  const cycles = [];
  /** @type {Set<string>} */
  const told = new Set();
  for (const node of [...graph.keys()].toSorted()) {
    if (told.has(node)) continue;
    const cycle = shortestWayBack(graph, node);
    if (cycle === undefined) continue;
    cycles.push(cycle);
    for (const member of knotOf(graph, node)) told.add(member);
  }
  return cycles;
}

/**
 * @param {ReadonlyMap<string, ReadonlySet<string>>} graph
 * @param {string} start
 * @returns {string[] | undefined}
 */
function shortestWayBack(graph, start) {
  /** @type {Map<string, string[]>} */
  const ways = new Map([[start, [start]]]);
  for (const [node, way] of ways) {
    for (const next of graph.get(node) ?? []) {
      if (next === start) return way;
      if (!ways.has(next)) ways.set(next, [...way, next]);
    }
  }
  return undefined;
}

/**
 * All nodes that both reach the node and are reached from it.
 * @param {ReadonlyMap<string, ReadonlySet<string>>} graph
 * @param {string} node
 */
function knotOf(graph, node) {
  return [...reachable(graph, node)].filter((other) => reachable(graph, other).has(node));
}

/**
 * @param {ReadonlyMap<string, ReadonlySet<string>>} graph
 * @param {string} start
 */
function reachable(graph, start) {
  const seen = new Set([start]);
  for (const node of seen) for (const next of graph.get(node) ?? []) seen.add(next);
  return seen;
}
