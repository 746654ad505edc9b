/** One bar. */
export interface Bar {
  readonly label: string;
  readonly value: number;
  /** Ours stands out. */
  readonly isOurs: boolean;
}

/** One line through its points. */
export interface Line {
  readonly label: string;
  readonly points: readonly { readonly x: number; readonly y: number }[];
}

const width = 720;
const left = 190;
const right = 90;
const rowHeight = 28;
const colors = ["#2563eb", "#b45309", "#15803d", "#9333ea", "#be123c"];
const style =
  "<style>text{font:13px system-ui,sans-serif;fill:#64748b}.title{font-weight:600}.ours{fill:#2563eb}.peer{fill:#94a3b8}</style>";

/** Horizontal bars, the longest as long as there is room. */
export function barChart(title: string, unit: string, bars: readonly Bar[]): string {
  const most = Math.max(...bars.map((bar) => bar.value), Number.MIN_VALUE);
  const rows = bars.map((bar, index) => {
    const y = 40 + index * rowHeight;
    const length = ((width - left - right) * bar.value) / most;
    return [
      `<text x="${left - 8}" y="${y + 14}" text-anchor="end">${escape(bar.label)}</text>`,
      `<rect class="${bar.isOurs ? "ours" : "peer"}" x="${left}" y="${y}" width="${length.toFixed(1)}" height="18" rx="2"/>`,
      `<text x="${(left + length + 6).toFixed(1)}" y="${y + 14}">${format(bar.value)} ${escape(unit)}</text>`,
    ].join("");
  });
  return svg(40 + bars.length * rowHeight + 10, title, rows);
}

/** Lines over a logarithmic x axis; y begins at 0. */
export function lineChart(title: string, unit: string, lines: readonly Line[]): string {
  const height = 300;
  const points = lines.flatMap((line) => line.points);
  const mostY = Math.max(...points.map((point) => point.y), Number.MIN_VALUE);
  const mostX = Math.log10(Math.max(...points.map((point) => point.x), 10));
  const x = (value: number): number => 60 + ((width - 220) * Math.log10(Math.max(1, value))) / mostX;
  const y = (value: number): number => height - 40 - ((height - 90) * value) / mostY;
  const ticks = Array.from({ length: Math.floor(mostX) + 1 }, (_, power) => 10 ** power);
  const axis = [
    `<path d="M60 50V${height - 40}H${width - 150}" stroke="#94a3b8" fill="none"/>`,
    ...ticks.map(
      (tick) => `<text x="${x(tick).toFixed(1)}" y="${height - 22}" text-anchor="middle">${format(tick)}</text>`,
    ),
    `<text x="52" y="${y(mostY) + 4}" text-anchor="end">${format(mostY)}</text>`,
    `<text x="60" y="42">${escape(unit)}</text>`,
  ];
  const drawn = lines.map((line, index) => drawLine(line, index, x, y));
  return svg(height, title, [...axis, ...drawn]);
}

function drawLine(line: Line, index: number, x: (value: number) => number, y: (value: number) => number): string {
  const color = colors[index % colors.length] ?? "#2563eb";
  const path = line.points.map((point) => `${x(point.x).toFixed(1)},${y(point.y).toFixed(1)}`).join(" ");
  const place = 60 + index * 20;
  return [
    `<polyline points="${path}" stroke="${color}" stroke-width="2" fill="none"/>`,
    ...line.points.map(
      (point) => `<circle cx="${x(point.x).toFixed(1)}" cy="${y(point.y).toFixed(1)}" r="3" fill="${color}"/>`,
    ),
    `<rect x="${width - 140}" y="${place - 9}" width="10" height="10" fill="${color}"/>`,
    `<text x="${width - 124}" y="${place}">${escape(line.label)}</text>`,
  ].join("");
}

function svg(height: number, title: string, parts: readonly string[]): string {
  const open = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escape(title)}">`;
  return `${open}${style}<text class="title" x="12" y="22">${escape(title)}</text>\n${parts.join("\n")}\n</svg>\n`;
}

function format(value: number): string {
  if (value >= 1000) return Math.round(value).toLocaleString("en");
  return value >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(3)));
}

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}
