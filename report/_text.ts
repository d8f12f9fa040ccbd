/** Anything invisible or that steers a terminal: names and error texts come from scripts and servers. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;
const ZERO_WIDTH = /^[\p{Mn}\p{Me}]$/u;
const EMOJI = /^\p{Emoji_Presentation}$/u;

/** `text` on one line and without control characters, so that it can't break the layout. */
export function plain(text: string): string {
  return text.replace(UNPRINTABLE, (c) => (c === "\n" || c === "\t" || c === "\r" ? " " : ""));
}

/** Columns that one character takes in a terminal. */
function charWidth(char: string): number {
  const code = char.codePointAt(0)!;
  if (code < 0x300) return 1;
  if (ZERO_WIDTH.test(char)) return 0;
  const wide = (code >= 0x1100 && code <= 0x115f) || (code >= 0x2e80 && code <= 0xa4cf) ||
    (code >= 0xac00 && code <= 0xd7a3) || (code >= 0xf900 && code <= 0xfaff) ||
    (code >= 0xfe30 && code <= 0xfe6f) || (code >= 0xff00 && code <= 0xff60) ||
    (code >= 0xffe0 && code <= 0xffe6) || (code >= 0x20000 && code <= 0x3fffd);
  return wide || EMOJI.test(char) ? 2 : 1;
}

/** Columns that `text` takes in a terminal: wide characters count two, combining marks none. */
export function displayWidth(text: string): number {
  let width = 0;
  for (const char of text) width += charWidth(char);
  return width;
}

/** `text` cut to `width` columns, with `…` in place of what was cut from its middle. */
export function fit(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  if (width <= 1) return width === 1 ? "…" : "";
  const chars = [...text];
  const tailWidth = Math.floor((width - 1) / 2);
  let tail = "";
  let used = 0;
  for (let i = chars.length - 1; i >= 0; i--) {
    used += charWidth(chars[i]!);
    if (used > tailWidth) break;
    tail = chars[i]! + tail;
  }
  let head = "";
  let left = width - 1 - displayWidth(tail);
  for (const char of chars) {
    left -= charWidth(char);
    if (left < 0) break;
    head += char;
  }
  return `${head}…${tail}`;
}

/** `text` filled with spaces to `width` columns. */
export function pad(text: string, width: number, align: "left" | "right" = "left"): string {
  const space = " ".repeat(Math.max(0, width - displayWidth(text)));
  return align === "left" ? text + space : space + text;
}
