/** Colours of plots, by name, in light and in dark: page and plots use the same. */
const LIGHT = {
  ...{ text: "#101828", dim: "#5d6779", line: "#e4e7ec", card: "#ffffff", heat: "#4338ca" },
  ...{ c1: "#2563eb", c2: "#0d9488", c3: "#b45309", c4: "#be185d", c5: "#7c3aed", c6: "#94a3b8" },
  ...{ page: "#f4f5f8", soft: "#eef0f4", accent: "#4338ca" },
  ...{ good: "#15803d", warn: "#b45309", bad: "#c81e1e" },
  ...{ p50: "#0d9488", p90: "#2563eb", p99: "#c2410c", p999: "#a21caf" },
};
const DARK: typeof LIGHT = {
  ...{ text: "#e6e9ef", dim: "#98a2b3", line: "#263042", card: "#131a27", heat: "#a5b4fc" },
  ...{ c1: "#60a5fa", c2: "#2dd4bf", c3: "#fbbf24", c4: "#f472b6", c5: "#a78bfa", c6: "#64748b" },
  ...{ page: "#0b101a", soft: "#1d2636", accent: "#a5b4fc" },
  ...{ good: "#4ade80", warn: "#fbbf24", bad: "#f87171" },
  ...{ p50: "#2dd4bf", p90: "#60a5fa", p99: "#fb923c", p999: "#e879f9" },
};

/** A colour in light, as `#rrggbb`; that of text for an unknown name. */
export function colorOf(name: string): string {
  return (LIGHT as Readonly<Record<string, string>>)[name] ?? LIGHT.text;
}

/** The names of colours, which are those of CSS variables too. */
export const COLORS = Object.keys(LIGHT) as (keyof typeof LIGHT)[];

/** Declarations of the variables, in braces: `{--text:#101828;…}`. */
export function variables(dark: boolean): string {
  const colors = Object.entries(dark ? DARK : LIGHT).map(([name, value]) => `--${name}:${value}`);
  return `{${colors.join(";")}}`;
}

/** How plots look; needs the variables. */
export const PLOT_STYLE: string = [
  ".plot{font:12px system-ui,sans-serif;font-variant-numeric:tabular-nums}",
  ".plot text{fill:var(--dim)}",
  ".plot .title{fill:var(--text);font-weight:600;font-size:14px}",
  ".plot .grid{stroke:var(--line);fill:none;stroke-width:1;shape-rendering:crispEdges}",
  ".plot .back{fill:var(--card)}",
  ".plot .end{text-anchor:end}.plot .middle{text-anchor:middle}",
  ".plot .stroke{fill:none;stroke-width:1.75;stroke-linejoin:round;stroke-linecap:round}",
  ".plot .area{stroke:none;opacity:.14}",
  ...COLORS.map((name) =>
    `.plot .s-${name}{stroke:var(--${name})}.plot .f-${name}{fill:var(--${name})}`
  ),
].join("");

/** All that a plot in a file of its own needs. */
export const FILE_STYLE: string = `:root${variables(false)}@media(prefers-color-scheme:dark){:root${
  variables(true)
}}${PLOT_STYLE}`;

/** The colours of a page, whose theme can be chosen, and how plots in it look. */
export const PAGE_COLORS: string = [
  `:root${variables(false)}`,
  `@media(prefers-color-scheme:dark){:root${variables(true)}}`,
  `:root[data-theme=light]${variables(false)}:root[data-theme=dark]${variables(true)}`,
  PLOT_STYLE,
  ...COLORS.map((name) => `.b-${name}{background:var(--${name})}`),
].join("");
