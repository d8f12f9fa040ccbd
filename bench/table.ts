import type { Spread } from "./stats.ts";

/**
 * Rows under their headings in aligned columns: text to the left, and to the right every column
 * whose cells below the heading begin with a digit, a sign or a dash.
 */
export function formatTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => (row[column] ?? "").length))
  );
  const right = head.map((_, column) =>
    rows.every((row) => /^[-+–~\d]|^$/.test(row[column] ?? ""))
  );
  const line = (cells: readonly string[]): string =>
    widths.map((width, column) => {
      const cell = cells[column] ?? "";
      return right[column] ? cell.padStart(width) : cell.padEnd(width);
    }).join("  ").trimEnd();
  return [line(head), widths.map((width) => "-".repeat(width)).join("  "), ...rows.map(line)].join(
    "\n",
  );
}

/** A number with about three significant digits, thousands grouped; a dash for what was not measured. */
export function formatNumber(value: number | null | undefined): string {
  if (value == null || !Number.isFinite(value)) return "–";
  const size = Math.abs(value);
  const digits = size >= 100 ? 0 : size >= 10 ? 1 : 2;
  return value.toLocaleString("en-US", {
    minimumFractionDigits: digits,
    maximumFractionDigits: size > 0 && size < 0.1 ? 3 : digits,
  });
}

/** `median (min–max)`, or the median alone when there was one measurement. */
export function formatSpread(value: Spread | null): string {
  if (value === null) return "–";
  if (value.count === 1) return formatNumber(value.median);
  return `${formatNumber(value.median)} (${formatNumber(value.min)}–${formatNumber(value.max)})`;
}
