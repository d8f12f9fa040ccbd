import { ipVersionOf, OptionError } from "../../internal/mod.ts";

const PATTERN = /^(?:\*|(?:\*\.)?[\w\u0080-\uffff](?:[\w.\-\u0080-\uffff]*))(?::(\d{1,5}))?$/;

/**
 * Values by the names of hosts: `name`, `*.domain` (any name below it, at any depth), `*`, each
 * also with a `:port`. Upper and lower case are the same.
 */
export class HostMap<V> {
  readonly #values = new Map<string, V>();

  /** @param option the option that the patterns come from, for errors */
  constructor(option: string, entries: Iterable<readonly [pattern: string, value: V]>) {
    for (const [pattern, value] of entries) {
      checkPattern(option, pattern);
      this.#values.set(plain(pattern), value);
    }
  }

  /** The value of the most specific pattern: with a port before without, then the longest. */
  get(host: string, port: number): V | undefined {
    for (const pattern of patternsOf(plain(host), port)) {
      const value = this.#values.get(pattern);
      if (value !== undefined) return value;
    }
    return undefined;
  }
}

/** A name in the form that is compared: in lower case, without the root's dot. */
export function plain(host: string): string {
  return host.toLowerCase().replace(/\.(?=$|:)/, "");
}

function* patternsOf(host: string, port: number): Generator<string> {
  for (const tail of [`:${port}`, ""]) {
    yield host + tail;
    for (let dot = host.indexOf("."); dot >= 0; dot = host.indexOf(".", dot + 1)) {
      yield `*${host.slice(dot)}${tail}`;
    }
    yield `*${tail}`;
  }
}

function checkPattern(option: string, pattern: unknown): void {
  const match = typeof pattern === "string" ? PATTERN.exec(pattern) : null;
  const port = Number(match?.[1] ?? 1);
  if (match !== null && port >= 1 && port <= 65_535) {
    const host = match[0].replace(/:\d+$/, "");
    if (ipVersionOf(host) === 0) return;
    throw new OptionError(option, `${option} has ${host}: IP addresses aren't looked up`);
  }
  const shown = JSON.stringify(pattern) ?? String(pattern);
  throw new OptionError(
    option,
    `${option} has ${shown}: write name, *.domain or *, each with or without :port`,
  );
}
