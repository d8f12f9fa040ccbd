import { OptionError } from "./errors.ts";

const UNIT_MS: Record<string, number> = {
  ns: 1e-6,
  us: 1e-3,
  "µs": 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};
const PART = /(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h|d)/y;

/**
 * Milliseconds of a duration as scripts write it: a number of milliseconds, or text such as
 * `"10s"`, `"1m30s"`, `"250ms"` (k6's form; a bare number in text is milliseconds).
 *
 * @param option name used in the error message
 * @throws {OptionError} when it is negative, not finite or not a duration
 */
export function parseDurationMs(value: unknown, option: string): number {
  if (typeof value === "number") {
    if (Number.isFinite(value) && value >= 0) return value;
  } else if (typeof value === "string") {
    const text = value.trim();
    if (/^\d+(\.\d+)?$/.test(text)) return Number(text);
    let total = 0;
    PART.lastIndex = 0;
    let end = 0;
    for (let part = PART.exec(text); part !== null; part = PART.exec(text)) {
      total += Number(part[1]) * UNIT_MS[part[2]!]!;
      end = PART.lastIndex;
    }
    if (end > 0 && end === text.length) return total;
  }
  throw new OptionError(
    option,
    `${option} is not a duration: ${JSON.stringify(value) ?? String(value)} ` +
      `(write it like "30s", "1m30s", "250ms", or as milliseconds)`,
  );
}

/** A duration for people: `950ms`, `10s`, `1m30s`, `2h`. */
export function formatDuration(ms: number): string {
  if (!Number.isFinite(ms)) return String(ms);
  if (ms < 1000) return `${Math.round(ms)}ms`;
  const tenths = Math.round(ms / 100) / 10;
  if (tenths < 60) return `${tenths}s`;
  const total = Math.round(ms / 1000);
  const [h, m, s] = [Math.floor(total / 3600), Math.floor(total / 60) % 60, total % 60];
  return `${h ? `${h}h` : ""}${m ? `${m}m` : ""}${s ? `${s}s` : ""}`;
}
