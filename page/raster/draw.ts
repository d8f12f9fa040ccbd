import type { DrawnNode } from "../drawing/node.ts";
import { colorOf } from "../drawing/style.ts";
import { Canvas, type Rgb } from "./canvas.ts";
import type { Point } from "./glyphs.ts";
import { pathLines } from "./path.ts";
import { encodePng } from "./png.ts";
import { textLines } from "./text.ts";

/** Pixels of a unit: enough for screens that have two of them. */
const SCALE = 2;
const [FONT, TITLE_FONT] = [12, 14];
/** Widths of pens; a grid's lines are sharp, those of text by their size. */
const [LINE, TITLE_PEN, PEN] = [1.75, 0.12, 0.095];

/** A plot as a PNG file, light, with two pixels for each unit. */
export function plotPng(plot: DrawnNode): Uint8Array<ArrayBuffer> {
  const [width, height] = [numberOf(plot, "width") * SCALE, numberOf(plot, "height") * SCALE];
  const canvas = new Canvas(width, height);
  draw(canvas, plot);
  return encodePng(width, height, canvas.pixels);
}

function draw(canvas: Canvas, drawn: DrawnNode): void {
  switch (drawn.tag) {
    case "rect":
      return drawRect(canvas, drawn);
    case "path":
      return drawPath(canvas, drawn);
    case "text":
      return drawText(canvas, drawn);
    default:
      for (const child of drawn.children) if (typeof child !== "string") draw(canvas, child);
  }
}

function drawRect(canvas: Canvas, rect: DrawnNode): void {
  const [x, y] = [numberOf(rect, "x"), numberOf(rect, "y")];
  const [right, bottom] = [x + numberOf(rect, "width"), y + numberOf(rect, "height")];
  const corners = scaled([[x, y], [right, y], [right, bottom], [x, bottom]]);
  canvas.fill([corners], fillOf(rect) ?? rgb("card"), opacityOf(rect));
}

function drawPath(canvas: Canvas, path: DrawnNode): void {
  const lines = pathLines(String(path.attributes["d"] ?? ""));
  const fill = fillOf(path);
  if (fill !== null) canvas.fill(lines.map(scaled), fill, opacityOf(path));
  const stroke = strokeOf(path);
  if (stroke === null) return;
  for (const line of lines) canvas.stroke(scaled(line), stroke.width * SCALE, stroke.color);
}

function drawText(canvas: Canvas, text: DrawnNode): void {
  const classes = classesOf(text);
  const isTitle = classes.includes("title");
  const size = isTitle ? TITLE_FONT : FONT;
  const anchor = classes.includes("end") ? "end" : classes.includes("middle") ? "middle" : "start";
  const place = { x: numberOf(text, "x"), y: numberOf(text, "y"), size, anchor } as const;
  const color = rgb(isTitle ? "text" : "dim");
  const pen = size * SCALE * (isTitle ? TITLE_PEN : PEN);
  for (const line of textLines(text.children.join(""), place)) {
    canvas.stroke(scaled(line), pen, color);
  }
}

function classesOf({ attributes }: DrawnNode): string[] {
  return String(attributes["class"] ?? "").split(" ");
}

function fillOf(drawn: DrawnNode): Rgb | null {
  const name = classesOf(drawn).find((one) => one.startsWith("f-"))?.slice(2);
  return name === undefined ? null : rgb(name);
}

function strokeOf(drawn: DrawnNode): { readonly color: Rgb; readonly width: number } | null {
  const classes = classesOf(drawn);
  if (classes.includes("grid")) return { color: rgb("line"), width: 1 };
  const name = classes.find((one) => one.startsWith("s-"))?.slice(2);
  return name === undefined ? null : { color: rgb(name), width: LINE };
}

/** As `PLOT_STYLE` has it. */
function opacityOf(drawn: DrawnNode): number {
  if (classesOf(drawn).includes("area")) return 0.14;
  const given = drawn.attributes["opacity"];
  return given === undefined ? 1 : Number(given);
}

function numberOf({ attributes }: DrawnNode, name: string): number {
  return Number(attributes[name] ?? 0);
}

function scaled(points: readonly Point[]): Point[] {
  return points.map(([x, y]): Point => [x * SCALE, y * SCALE]);
}

function rgb(name: string): Rgb {
  const value = parseInt(colorOf(name).slice(1), 16);
  return [value >> 16, value >> 8 & 255, value & 255];
}
