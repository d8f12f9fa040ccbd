import type uPlot from "uplot";
import { type Heat, heatBounds, heatShade } from "../../drawing/heat.ts";
import { color } from "../dom.ts";

/** Draws the cells of a heatmap below a chart's lines, each column so many seconds wide. */
export function drawHeat(u: uPlot, heat: Heat, width: number): void {
  const { ctx, bbox } = u;
  const y = new Map<number, readonly [top: number, bottom: number]>();
  for (let bucket = heat.low; bucket <= heat.high; bucket++) {
    const [from, to] = heatBounds(bucket);
    y.set(bucket, [
      Math.round(u.valToPos(to, "y", true)),
      Math.round(u.valToPos(from, "y", true)),
    ]);
  }
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  ctx.fillStyle = color("heat");
  for (const [i, pairs] of heat.columns.entries()) {
    const left = Math.round(u.valToPos(i * width, "x", true));
    const right = Math.round(u.valToPos((i + 1) * width, "x", true));
    if (right < bbox.left || left > bbox.left + bbox.width) continue;
    for (let at = 0; at < pairs.length; at += 2) {
      const place = y.get(pairs[at]!);
      if (place === undefined) continue;
      ctx.globalAlpha = 0.75 * heatShade(pairs[at + 1]!, heat.most);
      ctx.fillRect(left, place[0], Math.max(1, right - left), Math.max(1, place[1] - place[0]));
    }
  }
  ctx.restore();
}
