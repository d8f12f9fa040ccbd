/** Unit for times, as `summaryTimeUnit` names it; null picks the one that fits each value. */
export type TimeUnit = "s" | "ms" | "us" | null;

const THOUSANDS = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });

/** A count with thousands separators: `39,204`. */
export function formatCount(value: number): string {
  return Number.isFinite(value) ? THOUSANDS.format(value) : "-";
}

/** Three significant digits, never in powers of ten: `1.23`, `12.3`, `123`. */
function significant(value: number): string {
  const size = Math.abs(value);
  return value.toFixed(size < 9.995 ? 2 : size < 99.95 ? 1 : 0);
}

/** A number of no known unit: whole numbers whole, others with three digits. */
export function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return "-";
  if (Number.isInteger(value) || Math.abs(value) >= 1000) return formatCount(value);
  if (value !== 0 && Math.abs(value) < 0.01) return value.toPrecision(2);
  return significant(value).replace(/\.?0+$/, "");
}

/** Milliseconds for people: `850µs`, `1.84ms`, `19.8ms`, `1.20s`, `2m05s`. */
export function formatTime(ms: number, unit: TimeUnit = null): string {
  if (!Number.isFinite(ms)) return "-";
  if (unit === "us") return `${formatCount(ms * 1000)}µs`;
  if (unit === "ms") return `${ms.toFixed(2)}ms`;
  if (unit === "s") return `${(ms / 1000).toFixed(3)}s`;
  const size = Math.abs(ms);
  if (size < 0.0005) return "0";
  if (size < 0.9995) return `${Math.round(ms * 1000)}µs`;
  if (size < 999.5) return `${significant(ms)}ms`;
  if (size < 59_950) return `${significant(ms / 1000)}s`;
  const seconds = Math.round(ms / 1000);
  const two = (n: number) => String(n).padStart(2, "0");
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m${two(seconds % 60)}s`;
  return `${Math.floor(seconds / 3600)}h${two(Math.floor(seconds / 60) % 60)}m`;
}

/** Bytes for people, in powers of 1000: `512 B`, `1.23 MB`. */
export function formatBytes(bytes: number): string {
  if (!Number.isFinite(bytes)) return "-";
  const units = ["B", "kB", "MB", "GB", "TB", "PB"];
  let value = bytes;
  let i = 0;
  while (Math.abs(value) >= 999.5 && i < units.length - 1) [value, i] = [value / 1000, i + 1];
  return `${i === 0 ? Math.round(value) : significant(value)} ${units[i]}`;
}

/** A share of 1 as a percentage; only exactly 0 and 1 show as `0%` and `100%`. */
export function formatShare(share: number): string {
  if (!Number.isFinite(share)) return "-";
  const percent = share * 100;
  if (percent === 0 || percent === 100) return `${percent}%`;
  if (percent < 0.01) return "<0.01%";
  if (percent > 99.99 && percent < 100) return ">99.99%";
  return `${percent < 10 || percent > 99 ? percent.toFixed(2) : percent.toFixed(1)}%`;
}

/** A count per second: `3,920/s`, `0.50/s`. */
export function formatRate(perSecond: number): string {
  if (!Number.isFinite(perSecond)) return "-";
  return `${
    perSecond >= 100 || perSecond === 0 ? formatCount(perSecond) : significant(perSecond)
  }/s`;
}
