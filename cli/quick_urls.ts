import { OptionError } from "../internal/mod.ts";
import type { QuickTarget } from "./quick.ts";
import { METHODS } from "./methods.ts";
import { parseTargetUrl, type TargetUrl } from "./target_url.ts";

/** Most URLs of a list. */
const MOST_URLS = 100_000;
/** Up to so many names stand as they are; more of them are put together by patterns. */
const MOST_NAMES = 50;
/** Up to so many values of one path segment stand as they are in a pattern. */
const MOST_VALUES = 10;
/** What URLs beyond all bounds are counted under. */
const OTHER = "(other)";

/** A URL of a list, with its method. */
export interface ListedUrl {
  readonly method: string;
  readonly target: TargetUrl;
}

/**
 * Reads a list of URLs: one a line, `METHOD URL` or `URL`; paths (`/a?b=1`) are of `base`. Empty
 * lines and those that begin with `#` are skipped.
 *
 * @param method of lines without one
 * @throws {OptionError} with the number of the line
 */
export function parseUrls(text: string, base: string | undefined, method: string): ListedUrl[] {
  const listed: ListedUrl[] = [];
  for (const [index, line] of text.split(/\r\n|\r|\n/).entries()) {
    const trimmed = line.trim();
    if (trimmed === "" || trimmed.startsWith("#")) continue;
    if (listed.length === MOST_URLS) {
      throw new OptionError("--urls", `--urls: there are more than ${MOST_URLS} URLs`);
    }
    listed.push(parseLine(trimmed, `--urls line ${index + 1}`, base, method));
  }
  if (listed.length === 0) throw new OptionError("--urls", "--urls: there is no URL in the list");
  return listed;
}

function parseLine(
  line: string,
  where: string,
  base: string | undefined,
  method: string,
): ListedUrl {
  const [, word, url] = /^([A-Za-z]+)[ \t]+(\S.*)$/.exec(line) ?? [null, null, line];
  const own = word?.toUpperCase() ?? method;
  if (!METHODS.includes(own)) {
    throw new OptionError(
      "--urls",
      `${where}: the method is not one of ${METHODS.join(", ")}: "${word}"`,
    );
  }
  try {
    return { method: own, target: parseTargetUrl(absolute(url, base)) };
  } catch (error) {
    if (!(error instanceof OptionError)) throw error;
    throw new OptionError("--urls", `${where}: ${error.message}`, error);
  }
}

function absolute(url: string, base: string | undefined): string {
  if (!url.startsWith("/")) return url;
  if (base === undefined) {
    throw new OptionError(
      "--urls",
      `${JSON.stringify(url)} is a path, and no URL says of what host`,
    );
  }
  return URL.parse(url, base)?.href ?? url;
}

/**
 * What is asked for, with `name` tags that stay few however long the list is: URLs without their
 * query; of more than fifty, path segments with many values become `*`; what is left beyond fifty is
 * `(other)`.
 */
export function namedTargets(listed: readonly ListedUrl[]): QuickTarget[] {
  const plain = listed.map(({ method, target }) => ({ method, url: target.href }));
  const names = plain.map(({ url }) => nameOf(url));
  if (new Set(names).size <= MOST_NAMES) return plain;
  const patterns = patternsOf(names);
  const counts = new Map<string, number>();
  for (const pattern of patterns) counts.set(pattern, (counts.get(pattern) ?? 0) + 1);
  const kept = new Set(
    [...counts].sort((a, b) => b[1] - a[1]).slice(0, MOST_NAMES).map(([pattern]) => pattern),
  );
  return plain.map((target, i) => ({
    ...target,
    name: kept.has(patterns[i]!) ? patterns[i]! : OTHER,
  }));
}

/** A URL as the `name` tag has it: without credentials and query. */
function nameOf(text: string): string {
  const { origin, pathname } = new URL(text);
  return origin + pathname;
}

/** For each URL its pattern: segments that have many values behind the same beginning are `*`. */
function patternsOf(names: readonly string[]): string[] {
  const split = names.map((name) => {
    const { origin, pathname } = new URL(name);
    return [origin, ...pathname.slice(1).split("/")];
  });
  const patterns = split.map(([origin]) => origin!);
  const longest = Math.max(...split.map(({ length }) => length));
  for (let at = 1; at < longest; at++) {
    const values = new Map<string, Set<string>>();
    for (const [i, segments] of split.entries()) {
      const value = segments[at];
      if (value === undefined) continue;
      const before = values.get(patterns[i]!);
      if (before === undefined) values.set(patterns[i]!, new Set([value]));
      else before.add(value);
    }
    for (const [i, segments] of split.entries()) {
      const value = segments[at];
      if (value === undefined) continue;
      patterns[i] += `/${values.get(patterns[i]!)!.size > MOST_VALUES ? "*" : value}`;
    }
  }
  return patterns;
}
