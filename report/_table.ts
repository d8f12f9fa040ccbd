import { displayWidth, fit, pad } from "./_text.ts";
import type { Paint } from "./_style.ts";

/** One cell: bare text, or text with a look. */
export type Cell = string | { readonly text: string; readonly paint: Paint };

/** How a table is laid out. */
export interface TableOptions {
  /** One letter a column: `l` aligns left, `r` right. */
  readonly align: string;
  /** Widest line wanted; the first column gives way. */
  readonly width: number;
  /** Columns that the first column keeps, even where the line gets too wide. */
  readonly least?: number;
  /** Spaces before each line. */
  readonly indent?: number;
  /** Spaces between columns. */
  readonly gap?: number;
}

const textOf = (cell: Cell | undefined): string =>
  cell === undefined ? "" : typeof cell === "string" ? cell : cell.text;

/** Lines of `rows` with every column aligned by what a terminal shows. */
export function table(rows: readonly (readonly Cell[])[], options: TableOptions): string[] {
  const { align, width, least = 12, indent = 2, gap = 2 } = options;
  const widths = Array.from(
    align,
    (_, column) => Math.max(0, ...rows.map((row) => displayWidth(textOf(row[column])))),
  );
  const rest = widths.slice(1).reduce((sum, w) => sum + w + gap, indent);
  widths[0] = Math.min(widths[0] ?? 0, Math.max(least, width - rest));
  return rows.map((row) => {
    const cells = widths.map((columnWidth, column) => {
      const cell = row[column];
      const text = column === 0 ? fit(textOf(cell), columnWidth) : textOf(cell);
      const padded = pad(text, columnWidth, align[column] === "r" ? "right" : "left");
      return cell === undefined || typeof cell === "string" ? padded : cell.paint(padded);
    });
    return (" ".repeat(indent) + cells.join(" ".repeat(gap))).trimEnd();
  });
}
