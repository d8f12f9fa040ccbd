/** What stands where there is no number. */
const NONE = "–";
const THOUSANDS = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });

/** Three significant digits, never in powers of ten. */
function significant(value: number): string {
  const size = Math.abs(value);
  return value.toFixed(size < 9.995 ? 2 : size < 99.95 ? 1 : 0);
}

/** A count: `39,204`; from a million on `1.25M`. */
export function formatCount(value: number | null): string {
  if (value === null || !Number.isFinite(value)) return NONE;
  if (Math.abs(value) >= 1e9) return `${significant(value / 1e9)}G`;
  if (Math.abs(value) >= 1e6) return `${significant(value / 1e6)}M`;
  return THOUSANDS.format(value);
}

/** A number of no known unit. */
export function formatNumber(value: number | null): string {
  if (value === null || !Number.isFinite(value)) return NONE;
  if (Number.isInteger(value) || Math.abs(value) >= 1000) return formatCount(value);
  if (value !== 0 && Math.abs(value) < 0.01) return value.toPrecision(2);
  return significant(value).replace(/\.?0+$/, "");
}

/** Milliseconds: `850 µs`, `1.84 ms`, `1.20 s`, `2m 05s`. */
export function formatTime(ms: number | null): string {
  if (ms === null || !Number.isFinite(ms)) return NONE;
  const size = Math.abs(ms);
  if (size < 0.0005) return "0 ms";
  if (size < 0.9995) return `${Math.round(ms * 1000)} µs`;
  if (size < 999.5) return `${significant(ms)} ms`;
  return size < 59_950 ? `${significant(ms / 1000)} s` : formatClock(ms);
}

/** A time on an axis, as short as it can be: `10 ms`, `0.5 s`. */
export function formatTick(ms: number): string {
  if (ms === 0) return "0";
  if (ms < 1) return `${trim(ms * 1000)} µs`;
  return ms < 1000 ? `${trim(ms)} ms` : `${trim(ms / 1000)} s`;
}

function trim(value: number): string {
  return String(Number(value.toPrecision(3)));
}

/** A length of time in whole seconds: `8s`, `2m 05s`, `1h 02m`. */
export function formatClock(ms: number): string {
  const seconds = Math.round(ms / 1000);
  const two = (n: number) => String(n).padStart(2, "0");
  if (seconds < 60) return `${seconds}s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m ${two(seconds % 60)}s`;
  return `${Math.floor(seconds / 3600)}h ${two(Math.floor(seconds / 60) % 60)}m`;
}

/** A moment on an axis, as short as it can be: `0`, `30s`, `10m`, `1m 30s`, `2h`. */
export function formatMoment(ms: number): string {
  if (ms === 0) return "0";
  return formatClock(ms).replace(/([mh]) 00[sm]$/, "$1");
}

/** Bytes in powers of 1000: `512 B`, `1.23 MB`. */
export function formatBytes(bytes: number | null): string {
  if (bytes === null || !Number.isFinite(bytes)) return NONE;
  const units = ["B", "kB", "MB", "GB", "TB", "PB"];
  let [value, i] = [bytes, 0];
  while (Math.abs(value) >= 999.5 && i < units.length - 1) [value, i] = [value / 1000, i + 1];
  return `${i === 0 ? Math.round(value) : significant(value)} ${units[i]}`;
}

/** A share of 1 as a percentage; only exactly 0 and 1 show as `0%` and `100%`. */
export function formatShare(share: number | null): string {
  if (share === null || !Number.isFinite(share)) return NONE;
  const percent = share * 100;
  if (percent === 0 || percent === 100) return `${percent}%`;
  if (percent < 0.01) return "<0.01%";
  if (percent > 99.99) return ">99.99%";
  return `${percent < 10 || percent > 99 ? percent.toFixed(2) : percent.toFixed(1)}%`;
}

/** A count per second, without the unit: `3,920`, `0.50`. */
export function formatRate(perSecond: number | null): string {
  if (perSecond === null || !Number.isFinite(perSecond)) return NONE;
  return perSecond >= 100 || perSecond === 0 ? formatCount(perSecond) : significant(perSecond);
}
