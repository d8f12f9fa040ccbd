import type { RunRecord } from "../results/mod.ts";
import { pageData } from "./data/page_data.ts";
import { ASSETS } from "./document/assets.ts";
import { reportDocument } from "./document/report.ts";
import { markup, node } from "./drawing/node.ts";
import { plotsOf } from "./drawing/plots.ts";
import { FILE_STYLE } from "./drawing/style.ts";
import { plotPng } from "./raster/draw.ts";

/**
 * A finished run as one HTML file that needs nothing from outside: the live page with its data, and
 * tables and plots where scripts are off.
 *
 * ```ts
 * import assert from "node:assert/strict";
 * import { renderReport } from "./mod.ts";
 * import { fakeRecord } from "../results/record_for_tests.ts";
 *
 * const html = await renderReport(fakeRecord({ seconds: 5 }));
 * assert.ok(html.startsWith("<!doctype html>"));
 * ```
 */
export async function renderReport(record: RunRecord): Promise<string> {
  return await reportDocument(pageData(record), ASSETS);
}

/** A plot in a file of its own. */
export interface PlotFile {
  /** What it is called: `latency.svg`. */
  readonly name: string;
  /** SVG, light or dark as whoever shows it asks for. */
  readonly text: string;
}

/** The plots of a finished run as SVG files: counts, latency, heatmap, percentiles, virtual users. */
export function renderPlots(record: RunRecord): PlotFile[] {
  return plotsOf(pageData(record)).map(({ name, node: plot }) => {
    const styled = { ...plot, children: [node("style", {}, FILE_STYLE), ...plot.children] };
    return { name: `${name}.svg`, text: `${markup(styled)}\n` };
  });
}

/** A plot as a picture. */
export interface PlotImage {
  /** What it is called: `latency.png`. */
  readonly name: string;
  /** PNG, 1200 by 520 pixels, light. */
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** The same plots as PNG files, for what shows no SVG: chats, documents, issues. */
export function renderPlotImages(record: RunRecord): PlotImage[] {
  return plotsOf(pageData(record)).map(({ name, node: plot }) => ({
    name: `${name}.png`,
    bytes: plotPng(plot),
  }));
}
