import uPlot from "uplot";
import type { Line } from "../../data/views.ts";
import { formatMoment } from "../../drawing/format.ts";
import { linearScale, logScale, timeScale } from "../../drawing/scale.ts";
import { color, h, setText } from "../dom.ts";

/** What a chart shows, and how. */
export interface ChartOptions {
  readonly title: string;
  /** Says more than the title; under it. */
  readonly hint?: string;
  /** Writes a value, at the axis and in the legend. */
  readonly format: (value: number) => string;
  readonly formatTick?: (value: number) => string;
  /** Whether the axis is logarithmic. */
  readonly log?: boolean;
  readonly area?: boolean;
  readonly height?: number;
}

/** What is to be drawn now. */
export interface ChartData {
  readonly seconds: readonly number[];
  readonly lines: readonly Line[];
  /** Where the axis of time ends. */
  readonly endSeconds: number;
  /** Lowest and highest value of the axis; default: those of the lines. */
  readonly range?: readonly [low: number, high: number];
  /** Draws below the lines. */
  readonly behind?: (u: uPlot) => void;
}

/** A chart over time whose crosshair goes along with those of the others; dragging zooms. */
export class TimeChart {
  readonly element: HTMLElement;
  readonly #options: ChartOptions;
  readonly #place = h("div", { class: "chart-place", role: "img", tabindex: 0 });
  readonly #legend = h("ul", { class: "legend" });
  #plot: uPlot | null = null;
  #data: ChartData | null = null;
  #shape = "";
  #zoomed = false;

  constructor(options: ChartOptions) {
    this.#options = options;
    this.#place.setAttribute("aria-label", options.title);
    this.element = h(
      "section",
      { class: "card chart", "aria-label": options.title },
      h(
        "header",
        {},
        h("h2", {}, options.title),
        options.hint === undefined ? null : h("p", { class: "hint" }, options.hint),
      ),
      this.#legend,
      this.#place,
    );
    new ResizeObserver(() => this.#resize()).observe(this.#place);
  }

  /** Draws what there is now. */
  update(data: ChartData): void {
    this.#data = data;
    const shape = data.lines.map(({ label, color }) => `${label} ${color}`).join("\n");
    if (this.#plot === null || shape !== this.#shape) this.#make(shape);
    this.#plot?.setData(this.#columns(), false);
    if (!this.#zoomed) this.#setTime();
    else this.#plot?.redraw();
    this.#tell(null);
  }

  /** Draws it anew, as in other colours. */
  redraw(): void {
    if (this.#data === null) return;
    this.#shape = "";
    this.update(this.#data);
  }

  #columns(): uPlot.AlignedData {
    const { seconds, lines } = this.#data!;
    const log = this.#options.log ?? false;
    // A logarithm has no place for 0.
    const values = lines.map((line) =>
      log ? line.values.map((v) => v !== null && v > 0 ? v : null) : line.values
    );
    return [seconds, ...values] as unknown as uPlot.AlignedData;
  }

  #setTime(): void {
    this.#plot?.setScale("x", { min: 0, max: this.#data!.endSeconds });
  }

  #make(shape: string): void {
    this.#plot?.destroy();
    this.#shape = shape;
    this.#zoomed = false;
    this.#legend.replaceChildren(...this.#data!.lines.map(({ label, color }) =>
      h(
        "li",
        {},
        h("i", { class: `key b-${color}` }),
        h("span", { class: "name", title: label }, label),
        h("b", {}),
      )
    ));
    if (this.#place.clientWidth === 0) return void (this.#plot = null);
    this.#plot = new uPlot(this.#plotOptions(), this.#columns(), this.#place);
    this.#plot.over.addEventListener("dblclick", () => {
      this.#zoomed = false;
      this.#setTime();
    });
  }

  #plotOptions(): uPlot.Options {
    const { format, formatTick = format, log = false, area = false, height = 220 } = this.#options;
    const axis: uPlot.Axis = {
      stroke: () => color("dim"),
      grid: { stroke: () => color("line"), width: 1 },
      ticks: { show: false },
      font: "12px system-ui, sans-serif",
    };
    return {
      width: this.#place.clientWidth,
      height,
      padding: [10, 22, 0, 0],
      legend: { show: false },
      cursor: { sync: { key: "page" }, points: { size: 7 }, y: false },
      scales: {
        x: { time: false },
        y: {
          ...(log ? { distr: 3 as const } : {}),
          range: () => [...this.#range()],
        },
      },
      axes: [
        {
          ...axis,
          size: 28,
          grid: { show: false },
          splits: (u) => {
            const { min = 0, max = 1 } = u.scales["x"]!;
            const ticks = timeScale((max - min) * 1000, 0, 1, Math.max(2, u.width / 110)).ticks;
            const first = ticks.length < 2 ? 1 : ticks[1]! / 1000;
            return ticks.map((tick) => Math.ceil(min / first) * first + tick / 1000);
          },
          values: (_, splits) => splits.map((second) => formatMoment(second * 1000)),
        },
        {
          ...axis,
          size: 68,
          splits: () => {
            const [low, high] = this.#range();
            return [...(log ? logScale(low, high, 0, 1) : linearScale(high, 0, 1)).ticks];
          },
          values: (_, splits) => splits.map((value) => formatTick(value)),
        },
      ],
      series: [
        {},
        ...this.#data!.lines.map((line): uPlot.Series => ({
          stroke: () => color(line.color),
          ...(area ? { fill: () => `${color(line.color)}26` } : {}),
          width: line.thin ? 1 : 1.75,
          points: { show: (u) => u.data[0].length < 3, size: 5 },
        })),
      ],
      hooks: {
        drawAxes: [(u) => this.#data?.behind?.(u)],
        setCursor: [(u) => this.#tell(u.cursor.idx ?? null)],
        setSelect: [(u) => void (this.#zoomed ||= u.select.width > 0)],
      },
    };
  }

  #range(): readonly [number, number] {
    const { lines, range } = this.#data!;
    if (range !== undefined) return range;
    const values = lines.flatMap(({ values }) => values.filter((v) => v !== null)) as number[];
    const most = values.reduce((a, b) => Math.max(a, b), 0);
    if (!this.#options.log) return [0, linearScale(most, 0, 1).ticks.at(-1)!];
    const positive = values.filter((value) => value > 0);
    const least = positive.reduce((a, b) => Math.min(a, b), most || 1);
    return [least * 0.8, Math.max(most * 1.25, least * 2)];
  }

  /** Writes the values at a step into the legend; those of the last step for null. */
  #tell(step: number | null): void {
    const { lines } = this.#data!;
    for (const [i, line] of lines.entries()) {
      const value = step === null ? line.values.findLast((one) => one !== null) : line.values[step];
      const item = this.#legend.children[i]?.lastElementChild;
      const text = value === null || value === undefined ? "–" : this.#options.format(value);
      if (item) setText(item, text);
    }
    const said = lines.map(({ label }, i) =>
      `${label} ${this.#legend.children[i]?.lastElementChild?.textContent ?? ""}`
    );
    if (step === null) {
      this.#place.setAttribute("aria-label", `${this.#options.title}, latest: ${said.join(", ")}`);
    }
  }

  #resize(): void {
    if (this.#data === null || this.#place.clientWidth === 0) return;
    if (this.#plot === null) return this.update(this.#data);
    const { height = 220 } = this.#options;
    if (this.#plot.width !== this.#place.clientWidth) {
      this.#plot.setSize({ width: this.#place.clientWidth, height });
    }
  }
}
