import { stripVTControlCharacters } from "node:util";
import { displayWidth } from "./_text.ts";

/** Lines at the bottom of a terminal that are drawn again in place. */
export interface LiveArea {
  /** Draws them in place of those before. */
  draw(lines: readonly string[]): void;
  /** Writes text above them, whole lines. */
  above(text: string): void;
  /** Takes them away, and leaves `text` in their place. */
  clear(text?: string): void;
}

/**
 * Begins without lines.
 *
 * @param width columns at this moment. In a terminal that became narrower lines are wrapped (those
 * that don't wrap are cut and lose a line above), which counts when they are taken away
 */
export function liveArea(write: (text: string) => void, width: () => number): LiveArea {
  let shown: readonly string[] = [];
  const erased = (): string => {
    if (shown.length === 0) return "";
    const columns = Math.max(1, width());
    let rows = 0;
    for (const line of shown) {
      rows += Math.max(1, Math.ceil(displayWidth(stripVTControlCharacters(line)) / columns));
    }
    // Row by row: where they begin at the top, tmux keeps in its history what is cleared at once.
    return `\r${"\x1b[2K\x1b[1A".repeat(rows - 1)}\x1b[2K`;
  };
  return {
    draw(lines) {
      write(erased() + lines.join("\n"));
      shown = lines;
    },
    above(text) {
      write(erased() + text + shown.join("\n"));
    },
    clear(text = "") {
      if (shown.length === 0 && text === "") return;
      write(erased() + text);
      shown = [];
    },
  };
}
