import { MetricError } from "./errors.ts";
import type { RegistryWarning } from "./warnings.ts";
import type { Tags } from "./tags.ts";

/** Stands for every value of a tag that came after its limit was reached. */
export const OTHER = "(other)";

const MAX_NAME_LENGTH = 128;
/** In UTF-16 units; a longer value is cut, so that a delta's strings have a bound. */
const MAX_VALUE_LENGTH = 1024;
const MAX_NAMES = 256;
const MAX_SETS = 50_000;
const MAX_REMEMBERED = 250_000;

/** Bounds of an interner. */
export interface InternerLimits {
  /** Distinct values of one tag name; further ones become `(other)`. */
  maxTagValues: number;
  /** What is recorded of a value. */
  redact(value: string): string;
  /** Called the first time that a tag name's values, the names, or the sets reach their limit. */
  warn(warning: RegistryWarning): void;
}

/** Makes every tag set of a registry, each one once. */
export class Interner {
  readonly root: Tags;
  readonly #limits: InternerLimits;
  readonly #sets = new Map<string, TagSet>();
  readonly #values = new Map<string, Set<string>>();
  #remembered = 0;

  constructor(limits: InternerLimits) {
    this.#limits = limits;
    const root = new TagSet(this, []);
    this.#sets.set("[]", root);
    this.root = root;
  }

  /** These tags as a set of this interner: the same object when it made them. */
  adopt(tags: Tags): Tags {
    if (tags instanceof TagSet && tags.owner === this) return tags;
    let set = this.root;
    for (const [name, value] of tags.entries) set = set.with(name, value);
    return set;
  }

  /** A value as it is recorded: well-formed, cut to its bound, `(other)` beyond the limit. */
  admit(name: string, value: string): string | undefined {
    let values = this.#values.get(name);
    if (values === undefined) {
      if (typeof name !== "string" || name === "" || name.length > MAX_NAME_LENGTH) {
        throw new MetricError(
          "name_invalid",
          `Can't use a tag's name: ${JSON.stringify(name) ?? String(name)} ` +
            `(1 to ${MAX_NAME_LENGTH} characters)`,
        );
      }
      if (this.#values.size >= MAX_NAMES) {
        this.#limits.warn({
          code: "tag_names",
          name: "",
          message: `more than ${MAX_NAMES} tag names: further ones, as ${name}, are left out`,
        });
        return undefined;
      }
      this.#values.set(name, values = new Set());
    }
    const text = clean(this.#limits.redact(String(value)));
    if (text === OTHER || values.has(text)) return text;
    if (values.size >= this.#limits.maxTagValues) {
      this.#limits.warn({
        code: "tag_values",
        name,
        message: `tag ${name} has more than ${this.#limits.maxTagValues} values: further ones ` +
          `are recorded as ${OTHER}`,
      });
      return OTHER;
    }
    values.add(text);
    return text;
  }

  /** The set of these sorted entries; undefined when there are too many sets for a new one. */
  find(entries: (readonly [string, string])[]): TagSet | undefined {
    const key = JSON.stringify(entries);
    const known = this.#sets.get(key);
    if (known !== undefined) return known;
    if (this.#sets.size >= MAX_SETS) {
      this.#limits.warn({
        code: "tag_sets",
        name: "",
        message: `more than ${MAX_SETS} tag sets: further ones are recorded with fewer tags`,
      });
      return undefined;
    }
    const made = new TagSet(this, entries);
    this.#sets.set(key, made);
    return made;
  }

  /** Whether a set may remember one more of its neighbours. */
  mayRemember(): boolean {
    return this.#remembered < MAX_REMEMBERED && ++this.#remembered > 0;
  }
}

/** One tag set; remembers the sets next to it, so asking again is a look-up of the value. */
class TagSet implements Tags {
  readonly entries: readonly (readonly [name: string, value: string])[];
  readonly owner: Interner;
  // Protocol code asks a set for the same name again and again: the last one needs no look-up.
  #lastName: string | undefined;
  #lastNext: Map<string, Tags> | undefined;
  #next: Map<string, Map<string, Tags>> | undefined;

  constructor(owner: Interner, entries: readonly (readonly [string, string])[]) {
    this.owner = owner;
    this.entries = entries;
  }

  get(name: string): string | undefined {
    for (const entry of this.entries) if (entry[0] === name) return entry[1];
    return undefined;
  }

  with(name: string, value: string): Tags {
    if (name === this.#lastName) {
      const known = this.#lastNext!.get(value);
      if (known !== undefined) return known;
    }
    return this.#nextNamed(name, value);
  }

  withAll(tags: Readonly<Record<string, string>>): Tags {
    return Object.keys(tags).reduce<Tags>((set, name) => set.with(name, tags[name]!), this);
  }

  #nextNamed(name: string, value: string): Tags {
    let next = this.#next?.get(name);
    let known = next?.get(value);
    if (known === undefined) {
      const admitted = this.owner.admit(name, value);
      if (admitted === undefined) return this;
      known = next?.get(admitted) ?? this.#make(name, admitted);
      // Beyond the cap only admitted values are kept, which are few.
      if (next?.has(admitted) !== true && this.owner.mayRemember()) {
        if (next === undefined) (this.#next ??= new Map()).set(name, next = new Map());
        next.set(admitted, known);
      }
    }
    if (next !== undefined) [this.#lastName, this.#lastNext] = [name, next];
    return known;
  }

  #make(name: string, value: string): Tags {
    const had = this.get(name);
    if (had === value) return this;
    const entries = this.entries.filter((entry) => entry[0] !== name);
    const at = entries.findIndex((entry) => entry[0] > name);
    entries.splice(at < 0 ? entries.length : at, 0, [name, value]);
    // Without room for the true set, one that says less is right, one with the old value is not.
    return this.owner.find(entries) ?? (had === undefined ? this : this.owner.root);
  }
}

function clean(value: string): string {
  const text = value.toWellFormed();
  if (text.length <= MAX_VALUE_LENGTH) return text;
  return text.slice(0, MAX_VALUE_LENGTH - 1).toWellFormed() + "…";
}
