/** Draws ladders as SVG. */

const space = "http://www.w3.org/2000/svg";
const gutter = 84;
const narrowest = 190;
const widest = 340;
const headHeight = 46;
const rowHeight = 44;
const noteHeight = 30;

/**
 * Draws a ladder into an element; `onChoose` is told the number of the event of a row that somebody chose.
 * @param {HTMLElement} place
 * @param {{ columns: any[], rows: any[] }} ladder
 * @param {{ chosen: number | undefined, onChoose: (eventId: number) => void }} options
 */
export function drawLadder(place, { columns, rows }, { chosen, onChoose }) {
  const count = Math.max(columns.length, 2);
  const columnWidth = Math.max(narrowest, Math.min(widest, (place.clientWidth - gutter - 24) / count));
  const lanes = new Map(columns.map(({ id }, index) => [id, gutter + columnWidth * (index + 0.5)]));
  const width = gutter + columnWidth * count;
  const height = rows.reduce((sum, row) => sum + heightOf(row), 0) + 32;
  const heads = element("svg", { class: "heads", width, height: headHeight, viewBox: `0 0 ${width} ${headHeight}` });
  for (const column of columns) heads.append(head(column, lanes.get(column.id), columnWidth));
  const svg = element("svg", { width, height, viewBox: `0 0 ${width} ${height}` });
  for (const x of lanes.values()) svg.append(lifeline(x, height));
  let top = 8;
  for (const row of rows) {
    const group = row.kind === "note" ? note(row, lanes, top, width) : arrow(row, lanes, top, width);
    group.querySelector(".time").textContent = clock(row.time - rows[0].time);
    if (row.kind === "arrow") makeChoosable(group, row, chosen, onChoose);
    svg.append(group);
    top += heightOf(row);
  }
  place.replaceChildren(heads, svg);
}

const heightOf = (row) => (row.kind === "note" ? noteHeight : rowHeight);

function lifeline(x, height) {
  return element("line", { class: "lifeline", x1: x, x2: x, y1: 0, y2: height });
}

function head({ label, kind }, x, columnWidth) {
  const group = element("g", { class: `column ${kind}` });
  const width = Math.min(columnWidth - 24, 40 + label.length * 7.5);
  group.append(element("rect", { x: x - width / 2, y: 8, width, height: 30, rx: 8 }), text(label, { x, y: 28 }));
  return group;
}

function arrow(row, lanes, top, width) {
  const from = lanes.get(row.from);
  const to = lanes.get(row.to);
  const middle = lanes.get("container");
  const line = top + 28;
  const tip = to > from ? -9 : 9;
  const group = element("g", { class: `row tone-${row.tone}${row.isRepeat ? " repeat" : ""}` });
  group.append(
    element("rect", { class: "hit", x: 4, y: top, width: width - 8, height: rowHeight, rx: 6 }),
    text("", { class: "time", x: 12, y: line + 4 }),
    element("line", { class: "line", x1: from, x2: to + tip / 2, y1: line, y2: line }),
    element("path", { class: "head", d: `M ${to} ${line} l ${tip} -4.5 v 9 z` }),
    element("circle", { class: `leg-${row.leg % 4}`, cx: from, cy: line, r: 4 }),
    text(row.isRepeat ? `${row.label} (again)` : row.label, { class: "label", x: (from + to) / 2, y: line - 8 }),
  );
  if (row.handler !== undefined) group.append(...handlerPill(row, middle, line, Math.min(from, to) < middle));
  return group;
}

/** The handler stands beside the container's line, where this row has no arrow. */
function handlerPill({ handler }, x, y, isRight) {
  const shown = handler.length > 30 ? `${handler.slice(0, 29)}…` : handler;
  const width = shown.length * 7 + 16;
  const left = isRight ? x + 12 : x - 12 - width;
  const pill = element("rect", { class: "pill", x: left, y: y - 11, width, height: 22, rx: 11 });
  return [pill, text(shown, { class: "handler", x: left + 8, y: y + 4 })];
}

function note(row, lanes, top, width) {
  const x = lanes.get("container");
  const shown = row.text.length > 60 ? `${row.text.slice(0, 59)}…` : row.text;
  const size = shown.length * 6.4 + 20;
  const group = element("g", { class: `row note tone-${row.tone}` });
  group.append(
    text("", { class: "time", x: 12, y: top + 18 }),
    element("rect", {
      x: Math.max(gutter, Math.min(x - size / 2, width - size - 8)),
      y: top + 4,
      width: size,
      height: 21,
      rx: 10,
    }),
    text(shown, { x: Math.max(gutter + size / 2, Math.min(x, width - size / 2 - 8)), y: top + 18.5 }),
  );
  return group;
}

function makeChoosable(group, row, chosen, onChoose) {
  set(group, {
    role: "button",
    tabindex: 0,
    "aria-pressed": row.eventId === chosen,
    "aria-description": `from ${row.from} to ${row.to}`,
    "data-event": row.eventId,
  });
  group.addEventListener("click", () => onChoose(row.eventId));
  group.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    onChoose(row.eventId);
  });
}

/** `0.123`, `1:02.345` since the first event. */
function clock(milliseconds) {
  const minutes = Math.floor(milliseconds / 60000);
  const seconds = ((milliseconds - minutes * 60000) / 1000).toFixed(3);
  return minutes === 0 ? `+${seconds}` : `+${minutes}:${seconds.padStart(6, "0")}`;
}

function element(name, attributes) {
  return set(document.createElementNS(space, name), attributes);
}

function text(content, attributes) {
  const node = element("text", attributes);
  node.textContent = content;
  return node;
}

function set(node, attributes) {
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, String(value));
  return node;
}
