import { STATIC_FIELDS } from "./_static_table.ts";

/** When a field goes into the dynamic table. */
export type Indexing =
  /** When it is sent for the first time: its value hardly ever changes. */
  | "first"
  /** When it is sent for the second time: many have a value of their own for each request. */
  | "second"
  /** Never, and the next hops are told so (RFC 7541 §7.1.3): a secret. */
  | "never"
  /** A secret while it is short enough to be guessed byte by byte; as `second` beyond. */
  | "never-short"
  /** Never, for other reasons. */
  | "no";

/** Values remembered to see whether they come again; more of them are a stream of new ones. */
const MAX_SEEN = 32;

const MODES: Readonly<Record<string, Indexing>> = {
  ":authority": "first",
  ":method": "first",
  ":scheme": "first",
  "accept": "first",
  "accept-charset": "first",
  "accept-encoding": "first",
  "accept-language": "first",
  "authorization": "never",
  "cache-control": "first",
  "content-encoding": "first",
  "content-type": "first",
  "cookie": "never-short",
  "proxy-authorization": "never",
  "server": "first",
  "set-cookie": "never-short",
  "user-agent": "first",
  "vary": "first",
};

/** What an encoder knows of one field name. */
export class NameState {
  /** Index of the name in the static table; 0 when it isn't there. */
  staticIndex = 0;
  /** When its fields go into the dynamic table. */
  readonly indexing: Indexing;
  /** Where a value stands: `-index` in the static table, or the number of its dynamic entry. */
  readonly values = new Map<string, number>();
  /** Number of the newest entry with this name; 0 before the first. */
  newest = 0;
  #seen: Set<string> | null = null;

  constructor(indexing: Indexing) {
    this.indexing = indexing;
  }

  /** Remembers a value; true when it was known. */
  seenBefore(value: string): boolean {
    const seen = this.#seen ??= new Set();
    if (seen.delete(value)) return true;
    if (seen.size === MAX_SEEN) seen.clear();
    seen.add(value);
    return false;
  }
}

/** The names of the static table, without anything in the dynamic one. */
export function staticNames(): Map<string, NameState> {
  const names = new Map<string, NameState>();
  for (const [i, [name, value]] of STATIC_FIELDS.entries()) {
    let state = names.get(name);
    if (state === undefined) {
      state = new NameState(MODES[name] ?? "second");
      state.staticIndex = i + 1;
      names.set(name, state);
    }
    state.values.set(value, -(i + 1));
  }
  return names;
}
