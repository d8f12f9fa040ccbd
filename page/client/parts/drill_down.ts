import type { PageData, PageRow, Shape } from "../../data/types.ts";
import { familyOf } from "../../data/families.ts";
import {
  columnOf,
  endSeconds,
  type Line,
  perSecond,
  seriesOf,
  stepSeconds,
} from "../../data/views.ts";
import {
  formatCount,
  formatNumber,
  formatRate,
  formatShare,
  formatTick,
  formatTime,
} from "../../drawing/format.ts";
import { hdrPlot, histogramPlot } from "../../drawing/shape_plots.ts";
import { TimeChart } from "../charts/time_chart.ts";
import { h, svg } from "../dom.ts";

/** Where histograms of rows come from. */
export type ShapeSource = (data: PageData, key: string) => Promise<Shape | null>;

/** One row looked at closer: its course, its histogram and its percentiles. */
export class DrillDown {
  readonly element: HTMLDialogElement;
  readonly #title = h("h2", { id: "drill-title" });
  readonly #facts = h("dl", { class: "facts" });
  readonly #charts = h("div", { class: "pair" });
  readonly #shapes = h("div", { class: "pair shapes" });
  readonly #rate = new TimeChart({
    ...{ title: "Per second", format: formatRate, formatTick: formatNumber, area: true },
  });
  readonly #latency = new TimeChart({
    title: "Latency",
    format: formatTime,
    formatTick,
    log: true,
  });
  readonly #source: ShapeSource;
  #key: string | null = null;
  #asking = false;

  constructor(source: ShapeSource) {
    this.#source = source;
    this.#charts.append(this.#rate.element, this.#latency.element);
    this.element = h(
      "dialog",
      {
        ...{ class: "drill", "aria-labelledby": "drill-title" },
        onclose: () => void (this.#key = null),
        onclick: (event) => {
          // The dialog itself is hit where its backdrop is.
          if (event.target === this.element) this.element.close();
        },
      },
      h(
        "div",
        { class: "inner" },
        h(
          "header",
          {},
          this.#title,
          h("button", {
            type: "button",
            "aria-label": "Close",
            onclick: () => this.element.close(),
          }, "✕"),
        ),
        this.#facts,
        this.#charts,
        this.#shapes,
      ),
    );
  }

  /** Shows a row. */
  open(key: string, data: PageData): void {
    this.#key = key;
    this.#shapes.replaceChildren();
    this.element.showModal();
    this.update(data);
  }

  /** Shows what is new of the row that is open. */
  update(data: PageData): void {
    const row = data.now.rows.find(({ key }) => key === this.#key);
    if (row === undefined) return;
    this.#title.textContent = row.name;
    this.#facts.replaceChildren(
      ...factsOf(row).map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value))),
    );
    this.#drawCourse(row, data);
    this.#drawShapes(row, data);
  }

  /** Draws in the colours of now. */
  redraw(): void {
    if (this.#key === null) return;
    this.#rate.redraw();
    this.#latency.redraw();
  }

  #drawCourse(row: PageRow, data: PageData): void {
    const { timeline, now } = data;
    const family = familyOf(row.family);
    const tags = row.tags;
    const counts = tags === null ? undefined : seriesOf(timeline, family.count, tags);
    const timed = tags === null
      ? undefined
      : family.times.find((name) => seriesOf(timeline, name, tags) !== undefined);
    this.#rate.element.hidden = counts === undefined;
    this.#latency.element.hidden = timed === undefined;
    if (tags === null) return;
    const seconds = stepSeconds(timeline);
    const end = endSeconds(data);
    if (counts !== undefined) {
      const values = perSecond(timeline, counts.columns["sum"] ?? [], now.state.elapsedMs);
      const lines: Line[] = [{ label: family.unit, color: "c1", values }];
      this.#rate.update({ seconds, lines, endSeconds: end });
    }
    if (timed === undefined) return;
    const lines = ["p50", "p99"].map((column): Line => ({
      ...{ label: column, color: column, values: columnOf(timeline, timed, column, tags) },
    }));
    this.#latency.update({ seconds, lines, endSeconds: end });
  }

  async #drawShapes(row: PageRow, data: PageData): Promise<void> {
    if (row.times === null || this.#asking) return;
    this.#asking = true;
    const shape = await this.#source(data, row.key);
    this.#asking = false;
    if (shape === null || this.#key !== row.key) return;
    this.#shapes.replaceChildren(
      h("div", { class: "card" }, svg(histogramPlot("How long they took", shape))),
      h("div", { class: "card" }, svg(hdrPlot("Latency by percentile", shape))),
    );
  }
}

function factsOf({ count, rate, failed, times }: PageRow): (readonly [string, string])[] {
  const share = formatShare(count > 0 ? Math.min(1, failed / count) : 0);
  return [
    ["count", formatCount(count)],
    ["per second", formatRate(rate)],
    ["failed", `${formatCount(failed)} (${share})`],
    ...Object.entries(times ?? {}).map(([name, ms]) => [name, formatTime(ms)] as const),
  ];
}
