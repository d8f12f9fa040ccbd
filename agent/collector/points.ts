import { escapeTag } from "../../internal/mod.ts";
import type { ResultLine } from "../result.ts";

/** Longest value of a tag, characters: databases refuse 64 KiB, and errors can be pages. */
const MAX_TAG = 1000;
/** Digits of a fraction of a second, and those behind milliseconds and microseconds. */
const [DIGITS, BELOW_MS, BELOW_US] = [9, 6, 3];

/**
 * Results in InfluxDB's line protocol, as go-lo's collector writes them:
 * `request,url=…,method=…,status=…,error=… size=…,duration=… <unix ns>`. Tags that would be empty
 * are left out.
 *
 * Points of one time and the same tags replace each other in the database. So times of clocks that
 * are less fine than nanoseconds get the rest of their digits from `rank`: the same batch gives the
 * same lines, and written twice it is there once.
 *
 * @param rank of the first result among those of the job
 * @param now for results whose time is none, milliseconds
 */
export function pointLines(results: readonly ResultLine[], rank: number, now: number): string {
  const taken = new Map<string, string>();
  let lines = "";
  for (const [i, { url, method, status, error, size, duration, timestamp }] of results.entries()) {
    const head = `request${tag("url", url)}${tag("method", method)},status=${status}` +
      tag("error", errorText(error));
    const time = freeTime(taken, head, nanoseconds(timestamp, rank + i, now));
    lines += `${head} size=${size},duration=${duration} ${time}\n`;
  }
  return lines;
}

/**
 * Takes the first time from `time` on that `head` does not have yet.
 *
 * @param taken for each head with a time, the last of the times behind it that are known to be
 *   taken: what was passed once is passed over
 */
export function freeTime(taken: Map<string, string>, head: string, time: string): string {
  let passed: string[] | null = null;
  let key = `${head} ${time}`;
  for (let last = taken.get(key); last !== undefined; last = taken.get(key)) {
    (passed ??= []).push(key);
    time = String(BigInt(last) + 1n);
    key = `${head} ${time}`;
  }
  taken.set(key, time);
  if (passed !== null) { for (const each of passed) taken.set(each, time); }
  return time;
}

function tag(name: string, value: string): string {
  if (value === "") return "";
  const text = value.length > MAX_TAG ? value.slice(0, MAX_TAG) : value;
  return `,${name}=${escapeTag(text.toWellFormed())}`;
}

function errorText(error: unknown): string {
  if (error === null || error === undefined) return "";
  return typeof error === "string" ? error : JSON.stringify(error);
}

/** A time of RFC 3339 as nanoseconds since 1970, in decimal. */
function nanoseconds(timestamp: string, rank: number, now: number): string {
  const ms = Date.parse(timestamp);
  const known = ms >= 0;
  const seconds = Math.floor((known ? ms : now) / 1000);
  const written = known
    ? /\.(\d{1,9})/.exec(timestamp)?.[1] ?? ""
    : String(now % 1000).padStart(3, "0");
  const free = written.length <= DIGITS - BELOW_MS
    ? BELOW_MS
    : Math.min(DIGITS - written.length, BELOW_US);
  const rest = free === 0 ? "" : String(rank % 10 ** free).padStart(free, "0");
  return `${seconds}${written.padEnd(DIGITS - free, "0")}${rest}`;
}
