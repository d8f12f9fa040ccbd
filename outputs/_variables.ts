import { OptionError, parseDurationMs } from "../internal/mod.ts";
import { decoded } from "./_endpoint.ts";
import type { OutputEnv } from "./_env.ts";

/** Whether a setting is on: `true` and `1`, `false` and `0`; unset or empty is off. */
export function readFlag(value: string | undefined, name: string): boolean {
  if (value === undefined || value === "") return false;
  if (value === "true" || value === "1") return true;
  if (value === "false" || value === "0") return false;
  throw new OptionError(name, `${name} is neither true nor false: "${value}"`);
}

/** Milliseconds between two payloads, at least 100; `fallbackMs` where the variable is not set. */
export function readInterval(env: OutputEnv, name: string, fallbackMs: number): number {
  const value = env(name);
  if (value === undefined || value === "") return fallbackMs;
  const ms = parseDurationMs(value, name);
  if (ms >= 100) return ms;
  throw new OptionError(name, `${name} is below 100ms: "${value}"`);
}

/**
 * Names and values of a list such as `a=1,b=2`, percent-encoding decoded.
 *
 * @param between what stands between a name and its value
 * @throws {OptionError} when there is an entry without name or value
 */
export function readPairs(
  value: string | undefined,
  name: string,
  between: "=" | ":",
): [name: string, value: string][] {
  return readList(value).map((entry) => {
    const cut = entry.indexOf(between);
    const key = entry.slice(0, cut).trim();
    if (cut > 0 && key !== "") return [key, decoded(entry.slice(cut + 1).trim())];
    throw new OptionError(
      name,
      `${name} has an entry that is not NAME${between}VALUE, number ` +
        `${readList(value).indexOf(entry) + 1}`,
    );
  });
}

/** The parts of a list between commas. */
export function readList(value: string | undefined): string[] {
  return (value ?? "").split(",").map((part) => part.trim()).filter((part) => part !== "");
}

/**
 * Request headers from pairs.
 *
 * @throws {OptionError} for what can't stand in a header; its value is not shown
 */
export function readHeaders(
  value: string | undefined,
  name: string,
  between: "=" | ":",
): Record<string, string> {
  const headers = new Headers();
  for (const [header, text] of readPairs(value, name, between)) {
    try {
      headers.append(header, text);
    } catch {
      throw new OptionError(name, `${name} has a header that can't be sent: "${header}"`);
    }
  }
  return Object.fromEntries(headers);
}

/** Refuses variables of k6 that ask for what is not there: passing them over could do harm. */
export function refuseVariables(env: OutputEnv, names: readonly string[], instead: string): void {
  for (const name of names) {
    const value = env(name);
    if (value === undefined || value === "" || value === "false" || value === "0") continue;
    throw new OptionError(name, `${name} is not supported (${instead})`);
  }
}

/** What to do about certificates: the same for every output that speaks HTTPS. */
export const TRUST_HINT =
  "name the authority's certificate in DENO_CERT; nothing is sent unverified";
