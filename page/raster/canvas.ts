import type { Point } from "./glyphs.ts";

/** Red, green, blue, 0 to 255. */
export type Rgb = readonly [red: number, green: number, blue: number];

/** Corners of a polygon that stands for a circle: round enough for a pen of a few pixels. */
const CORNERS = 12;

/** Steps from nothing to all of a pixel: more make files larger, and nobody sees them. */
const SHADES = 16;

/** Pixels that polygons are painted on, with smooth edges. */
export class Canvas {
  readonly width: number;
  readonly height: number;
  /** Red, green and blue of each pixel, row by row. */
  readonly pixels: Uint8Array;
  /** What the edges of the polygons add to how much of each pixel they cover, from left to right. */
  readonly #cover: Float64Array;

  /** A white one. */
  constructor(width: number, height: number) {
    this.width = width;
    this.height = height;
    this.pixels = new Uint8Array(3 * width * height).fill(255);
    this.#cover = new Float64Array((width + 2) * height);
  }

  /** Paints polygons that turn the same way as one: where they overlap nothing is painted twice. */
  fill(polygons: Iterable<readonly Point[]>, color: Rgb, opacity = 1): void {
    let [top, bottom] = [this.height, 0];
    for (const points of polygons) {
      for (const [i, a] of points.entries()) {
        const b = points[(i + 1) % points.length]!;
        top = Math.min(top, Math.max(0, Math.floor(a[1])));
        bottom = Math.max(bottom, Math.min(this.height, Math.ceil(a[1])));
        this.#edge(a, b);
      }
    }
    for (let y = top; y < bottom; y++) this.#paintRow(y, color, opacity);
  }

  /** Paints a line with a round pen. */
  stroke(points: readonly Point[], width: number, color: Rgb, opacity = 1): void {
    this.fill(penMarks(points, width / 2), color, opacity);
  }

  #paintRow(y: number, [red, green, blue]: Rgb, opacity: number): void {
    const { pixels, width } = this;
    const row = y * (width + 2);
    let sum = 0;
    for (let x = 0; x < width; x++) {
      sum += this.#cover[row + x]!;
      const covered = Math.round(Math.min(1, Math.abs(sum)) * SHADES) / SHADES;
      if (covered === 0) continue;
      const alpha = covered * opacity;
      const at = 3 * (y * width + x);
      pixels[at] = mixed(pixels[at]!, red, alpha);
      pixels[at + 1] = mixed(pixels[at + 1]!, green, alpha);
      pixels[at + 2] = mixed(pixels[at + 2]!, blue, alpha);
    }
    this.#cover.fill(0, row, row + width + 2);
  }

  /** Adds an edge row by row: the area that it leaves to its right, signed by its direction. */
  #edge([ax, ay]: Point, [bx, by]: Point): void {
    if (ay === by) return;
    const sign = ay < by ? 1 : -1;
    const [x0, y0, x1, y1] = ay < by ? [ax, ay, bx, by] : [bx, by, ax, ay];
    const slope = (x1 - x0) / (y1 - y0);
    const last = Math.min(this.height, Math.ceil(y1));
    for (let y = Math.max(0, Math.floor(y0)); y < last; y++) {
      const [from, to] = [Math.max(y, y0), Math.min(y + 1, y1)];
      if (to <= from) continue;
      const [left, right] = [x0 + (from - y0) * slope, x0 + (to - y0) * slope];
      this.#span(y, Math.min(left, right), Math.max(left, right), sign * (to - from));
    }
  }

  /** Spreads an edge's height in one row over the pixels that it crosses. */
  #span(y: number, left: number, right: number, height: number): void {
    const row = y * (this.width + 2);
    const [from, to] = [clamp(left, this.width), clamp(right, this.width)];
    const [first, last] = [Math.floor(from), Math.floor(to)];
    if (first === last) {
      const share = 1 - ((from + to) / 2 - first);
      this.#cover[row + first]! += height * share;
      this.#cover[row + first + 1]! += height * (1 - share);
      return;
    }
    let before = 0;
    for (let x = first; x <= last; x++) {
      // How much of pixel x is right of the edge, on the average of the row.
      const end = Math.min(x + 1, to);
      const begin = Math.max(x, from);
      const here = (x + 1 - (begin + end) / 2) * (end - begin) + Math.max(0, begin - from);
      const covered = height * Math.min(1, here / (to - from));
      this.#cover[row + x]! += covered - before;
      before = covered;
    }
    this.#cover[row + last + 1]! += height - before;
  }
}

function clamp(x: number, width: number): number {
  return Math.min(width, Math.max(0, x));
}

function mixed(below: number, above: number, alpha: number): number {
  return Math.round(below + (above - below) * alpha);
}

/** A box for each piece of a line and a circle for each of its points, all turning the same way. */
function* penMarks(points: readonly Point[], radius: number): Generator<Point[]> {
  for (const [i, [ax, ay]] of points.entries()) {
    yield Array.from({ length: CORNERS }, (_, n): Point => {
      const angle = 2 * Math.PI * n / CORNERS;
      return [ax + radius * Math.cos(angle), ay + radius * Math.sin(angle)];
    });
    const next = points[i + 1];
    if (next === undefined) return;
    const [bx, by] = next;
    const length = Math.hypot(bx - ax, by - ay);
    if (length === 0) continue;
    const [dx, dy] = [radius * (bx - ax) / length, radius * (by - ay) / length];
    yield [[ax + dy, ay - dx], [bx + dy, by - dx], [bx - dy, by + dx], [ax - dy, ay + dx]];
  }
}
