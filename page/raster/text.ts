import { glyphOf, type Point } from "./glyphs.ts";

/** Of the size of a font: a unit of a glyph's grid, and what is between two glyphs. */
const [UNIT_X, UNIT_Y, GAP] = [0.045, 0.06, 0.135];
const BASELINE = 12;
/** Longest text that is drawn. */
const MAX_LENGTH = 200;

/** Where a text stands. */
export interface TextPlace {
  readonly x: number;
  /** Of its baseline. */
  readonly y: number;
  readonly size: number;
  readonly anchor: "start" | "middle" | "end";
}

/** The lines of a text. */
export function textLines(text: string, { x, y, size, anchor }: TextPlace): Point[][] {
  const glyphs = Array.from(text.slice(0, MAX_LENGTH), glyphOf);
  const wide = glyphs.reduce((sum, { width }) => sum + (width * UNIT_X + GAP) * size, 0);
  let at = anchor === "start" ? x : anchor === "end" ? x - wide : x - wide / 2;
  return glyphs.flatMap(({ width, strokes }) => {
    const left = at + GAP / 2 * size;
    at += (width * UNIT_X + GAP) * size;
    return strokes.map((points) =>
      points.map(([px, py]): Point => [
        left + px * UNIT_X * size,
        y + (py - BASELINE) * UNIT_Y * size,
      ])
    );
  });
}
