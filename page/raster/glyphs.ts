/**
 * A stroke font: for each character its strokes, parted by commas, as points. A point is x and y in
 * base 36 on a grid with capitals from 0 to c (12), small letters from 4, descenders to g; a stroke
 * behind `~` is a curve.
 */
const GLYPHS: Readonly<Record<string, string>> = {
  " ": "",
  "0": "~20 60 83 89 6c 2c 09 03 20",
  "1": "13 40 4c",
  "2": "~03 11 30 50 71 83 84 76 0c,0c 8c",
  "3": "~02 20 60 82 84 66 36,~36 66 88 8a 6c 2c 0a",
  "4": "6c 60 08 88",
  "5": "70 10 06,~06 25 55 87 8a 6c 2c 0a",
  "6": "~71 50 30 03 09 2c 6c 89 88 66 26 08",
  "7": "00 80 3c",
  "8": "~20 60 82 84 66 26 04 02 20,~26 66 88 8a 6c 2c 0a 08 26",
  "9": "~84 66 26 04 03 20 60 83 89 5c 3c 1b",
  A: "0c 40 8c,18 78",
  B: "0c 00,~00 50 82 84 56 06,~06 56 88 8a 5c 0c",
  C: "~83 60 20 03 09 2c 6c 89",
  D: "0c 00,~00 40 84 88 4c 0c",
  E: "70 00 0c 7c,06 66",
  F: "70 00 0c,06 66",
  G: "~83 60 20 03 09 2c 6c 89 87,87 57",
  H: "00 0c,80 8c,06 86",
  I: "00 0c",
  J: "~60 69 4c 2c 09",
  K: "00 0c,80 07,35 8c",
  L: "00 0c 7c",
  M: "0c 00 57 a0 ac",
  N: "0c 00 8c 80",
  O: "~30 60 93 99 6c 3c 09 03 30",
  P: "0c 00,~00 50 82 85 57 07",
  Q: "~30 60 93 99 6c 3c 09 03 30,69 9d",
  R: "0c 00,~00 50 82 85 57 07,47 8c",
  S: "~82 60 20 02 04 26 66 88 8a 6c 2c 0a",
  T: "00 80,40 4c",
  U: "~00 09 2c 6c 89 80",
  V: "00 4c 80",
  W: "00 3c 62 9c c0",
  X: "00 8c,80 0c",
  Y: "00 46 80,46 4c",
  Z: "00 80 0c 8c",
  a: "~76 54 24 07 09 2c 5c 7a,74 7c",
  b: "00 0c,~06 24 54 77 79 5c 2c 0a",
  c: "~75 54 24 06 0a 2c 5c 7b",
  d: "70 7c,~76 54 24 07 09 2c 5c 7a",
  e: "08 78,~78 76 54 24 07 09 2c 5c 7b",
  f: "~50 30 22 2c,04 44",
  g: "~76 54 24 07 09 2c 5c 7a,~74 7e 5g 2g 0f",
  h: "00 0c,~07 24 54 76 7c",
  i: "04 0c,01 01",
  j: "~24 2e 1g 0g,21 21",
  k: "00 0c,64 09,37 6c",
  l: "00 0c",
  m: "04 0c,~07 14 44 56 5c,~57 64 94 a6 ac",
  n: "04 0c,~07 24 54 76 7c",
  o: "~24 54 77 79 5c 2c 09 07 24",
  p: "04 0g,~06 24 54 77 79 5c 2c 0a",
  q: "74 7g,~76 54 24 07 09 2c 5c 7a",
  r: "04 0c,~07 24 54",
  s: "~65 44 24 06 28 48 6a 4c 2c 0b",
  t: "~20 29 3c 5c,04 54",
  u: "~04 09 2c 5c 79,74 7c",
  v: "04 3c 64",
  w: "04 2c 55 8c a4",
  x: "04 6c,64 0c",
  y: "04 3c,64 1g",
  z: "04 64 0c 6c",
  ".": "0c 0c",
  ",": "1c 0e",
  ":": "05 05,0c 0c",
  ";": "15 15,1c 0e",
  "!": "00 08,0c 0c",
  "?": "~02 20 50 72 74 37 38,3c 3c",
  "-": "07 57",
  "–": "07 87",
  _: "0e 8e",
  "+": "08 68,35 3b",
  "=": "06 66,0a 6a",
  "/": "60 0d",
  "\\": "00 6d",
  "|": "00 0e",
  "(": "~30 04 0a 3e",
  ")": "~00 34 3a 0e",
  "[": "30 00 0e 3e",
  "]": "00 30 3e 0e",
  "{": "~40 22 25 07 29 2c 4e",
  "}": "~00 22 25 47 29 2c 0e",
  "<": "64 08 6c",
  ">": "04 68 0c",
  "*": "31 37,02 66,62 06",
  "#": "30 1c,70 5c,04 84,08 88",
  "%": "~20 42 44 26 04 02 20,~86 a8 aa 8c 6a 68 86,90 1c",
  "&": "~9c 24 21 40 61 64 08 0a 2c 5c 98",
  "@": "~87 65 47 49 6a 88 84 60 30 04 09 3c 7c",
  '"': "00 03,30 33",
  "'": "00 03",
  "`": "00 22",
  "^": "04 30 64",
  "~": "~08 26 59 78",
  $: "~82 60 20 02 04 26 66 88 8a 6c 2c 0a,40 4c",
  "…": "0c 0c,4c 4c,8c 8c",
  "·": "07 07",
  "×": "05 6b,65 0b",
  µ: "04 0g,~0a 2c 5c 79,74 7c",
  "→": "08 98,65 98 6b",
  "›": "04 38 0c",
};
const UNKNOWN = "00 60 6c 0c 00";

/** A point, or a size. */
export type Point = readonly [x: number, y: number];

/** A character's strokes, and how wide it is. */
export interface Glyph {
  readonly width: number;
  readonly strokes: readonly (readonly Point[])[];
}

const made = new Map<string, Glyph>();

/** The glyph of a character; of one that it has none for that without accents, or a box. */
export function glyphOf(char: string): Glyph {
  const known = made.get(char);
  if (known !== undefined) return known;
  const glyph = strokesOf(GLYPHS[char] ?? GLYPHS[char.normalize("NFKD")[0] ?? ""] ?? UNKNOWN);
  if (made.size < 1000) made.set(char, glyph);
  return glyph;
}

function strokesOf(text: string): Glyph {
  if (text === "") return { width: 3, strokes: [] };
  const strokes = text.split(",").map((stroke) => {
    const points = stroke.replace("~", "").split(" ").map((pair): Point => [
      parseInt(pair[0]!, 36),
      parseInt(pair[1]!, 36),
    ]);
    return stroke.startsWith("~") ? smooth(smooth(points)) : points;
  });
  return { width: Math.max(...strokes.flat().map(([x]) => x)), strokes };
}

/** Cuts the corners of a line (Chaikin); its ends stay, unless it is closed. */
function smooth(points: readonly Point[]): Point[] {
  const [first, last] = [points[0]!, points.at(-1)!];
  const closed = first[0] === last[0] && first[1] === last[1];
  const cut: Point[] = [];
  for (let i = 0; i + 1 < points.length; i++) {
    const [[ax, ay], [bx, by]] = [points[i]!, points[i + 1]!];
    cut.push([ax + (bx - ax) / 4, ay + (by - ay) / 4], [bx - (bx - ax) / 4, by - (by - ay) / 4]);
  }
  return closed ? [...cut, cut[0]!] : [first, ...cut, last];
}
