import type uPlot from "uplot";
import { type Heat, heatBounds, heatShade } from "../../drawing/heat.ts";
import { color } from "../dom.ts";

/** Shares of a cell's colour, by steps of its shade. */
const OPACITY = 0.75 * 255;

/**
 * The cells of a heatmap as a picture, a pixel each, the lowest bucket at the top: tens of thousands
 * of them are too many to be drawn one by one. It is all opacity: what draws it gives the colour.
 */
export function heatImage({ columns, low, high, most }: Heat): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  canvas.width = columns.length;
  canvas.height = high - low + 1;
  const context = canvas.getContext("2d")!;
  const picture = context.createImageData(canvas.width, canvas.height);
  for (const [x, pairs] of columns.entries()) {
    for (let at = 0; at < pairs.length; at += 2) {
      const y = pairs[at]! - low;
      if (y < 0 || y >= canvas.height) continue;
      picture.data[(y * canvas.width + x) * 4 + 3] = OPACITY * heatShade(pairs[at + 1]!, most);
    }
  }
  context.putImageData(picture, 0, 0);
  return canvas;
}

/** Draws a heatmap below a chart's lines, each column so many seconds wide. */
export function drawHeat(u: uPlot, heat: Heat, image: HTMLCanvasElement, width: number): void {
  tint(image, color("heat"));
  const { ctx, bbox } = u;
  const left = u.valToPos(0, "x", true);
  const right = u.valToPos(heat.columns.length * width, "x", true);
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  ctx.imageSmoothingEnabled = image.width > right - left;
  for (let row = 0; row < image.height; row++) {
    const [from, to] = heatBounds(heat.low + row);
    const top = Math.round(u.valToPos(to, "y", true));
    const bottom = Math.round(u.valToPos(from, "y", true));
    const height = Math.max(1, bottom - top);
    ctx.drawImage(image, 0, row, image.width, 1, left, top, right - left, height);
  }
  ctx.restore();
}

/** Gives all that is in a picture a colour, and leaves how much it covers. */
function tint(image: HTMLCanvasElement, fill: string): void {
  const context = image.getContext("2d")!;
  context.globalCompositeOperation = "source-in";
  context.fillStyle = fill;
  context.fillRect(0, 0, image.width, image.height);
}
