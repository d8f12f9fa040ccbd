import type { Point } from "./glyphs.ts";

/** Arguments of each command that plots use. */
const ARGUMENTS: Readonly<Record<string, number>> = { m: 2, l: 2, h: 1, v: 1, z: 0 };

/** The lines of an SVG path made of `M`, `L`, `H`, `V` and `Z`, also in lower case. */
export function pathLines(d: string): Point[][] {
  const lines: Point[][] = [];
  let [x, y] = [0, 0];
  let line: Point[] = [];
  let command = "";
  const tokens = d.match(/[a-z]|-?(?:\d+\.?\d*|\.\d+)/gi) ?? [];
  for (let i = 0; i < tokens.length;) {
    if (/[a-z]/i.test(tokens[i]!)) command = tokens[i++]!;
    const kind = command.toLowerCase();
    const count = ARGUMENTS[kind];
    if (count === undefined) throw new RangeError(`a path has the command "${command}"`);
    const isRelative = command === kind;
    const given = tokens.slice(i, i += count).map(Number);
    if (kind === "z") {
      const first = line[0];
      if (first !== undefined) line.push([x, y] = [...first]);
      command = "";
      continue;
    }
    const [dx, dy] = isRelative ? [x, y] : [0, 0];
    if (kind !== "v") x = dx + given[0]!;
    if (kind !== "h") y = dy + given.at(-1)!;
    if (kind === "m") {
      lines.push(line = []);
      command = isRelative ? "l" : "L";
    }
    line.push([x, y]);
  }
  return lines;
}
