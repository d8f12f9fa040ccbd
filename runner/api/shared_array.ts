import { OptionError } from "../../internal/mod.ts";
import { openImage, type Records, writeRecords } from "./shared_records.ts";
import { initScope, type ScriptScope } from "./script_scope.ts";

/** Makes arrays that all virtual users share: see `SharedArray`. */
export interface SharedArrayConstructor {
  /** The array of this name; `load` is called for the first virtual user that asks. */
  new <T>(name: string, load: () => readonly T[]): SharedArray<T>;
}

/** A read-only array whose elements are made when they are read: deeply frozen, of equal value each time. */
export type SharedArray<T> = readonly T[];

/**
 * An array that is loaded once and shared by all virtual users (k6's `SharedArray`), for data that
 * is too large to have a copy in each. It is kept as JSON in one block of memory; reading an
 * element parses it, so what JSON can't hold (dates, maps, `undefined`) does not survive. It is an array
 * in every way but one: writing to it or its elements throws a `TypeError`.
 *
 * Of a run in several processes the first loads it and the others get what it loaded: above 8 MiB as a
 * temporary file that all read from the system's page cache.
 *
 * ```ts
 * import assert from "node:assert/strict";
 * import { SharedArray } from "@downpour/downpour/data";
 *
 * const users = new SharedArray("users", () => [{ name: "ada" }, { name: "alan" }]);
 * assert.equal(users.length, 2);
 * assert.deepEqual(users.map((user) => user.name), ["ada", "alan"]);
 * assert.throws(() => Object.assign(users[0]!, { name: "eve" }), TypeError);
 * ```
 *
 * `new SharedArray(name, load)`: arrays of one name are the same, `load` must return an array and
 * not a promise. Only at a script's top level.
 *
 * @throws {OptionError} for another name or loader, and for elements that JSON can't hold
 * @throws {DownpourError} `not_in_init` once the script has loaded
 */
export const SharedArray: SharedArrayConstructor = class {
  constructor(name: string, load: () => readonly unknown[]) {
    if (typeof name !== "string" || name === "") {
      throw new OptionError("SharedArray", `SharedArray needs a name: ${JSON.stringify(name)}`);
    }
    if (typeof load !== "function") {
      throw new OptionError(
        "SharedArray",
        `SharedArray ${JSON.stringify(name)} needs a function that returns its elements`,
      );
    }
    const scope = initScope("new SharedArray");
    const known = scope.arrays.get(name);
    if (known !== undefined) return known;
    const array = arrayOf(recordsOf(scope, name, load));
    scope.arrays.set(name, array);
    return array;
  }
} as unknown as SharedArrayConstructor;

/** Another process' where there is one, else our own, for others to have. */
function recordsOf(
  scope: ScriptScope,
  name: string,
  load: () => readonly unknown[],
): Records {
  const image = scope.images.get(name);
  if (image !== undefined) return openImage(image);
  const records = writeRecords(name, loaded(name, load));
  scope.records.set(name, records);
  return records;
}

function loaded(name: string, load: () => readonly unknown[]): readonly unknown[] {
  const elements: unknown = load();
  if (Array.isArray(elements)) return elements;
  const got = elements instanceof Promise
    ? "a promise: await what it needs at the script's top level before"
    : elements === null
    ? "null"
    : typeof elements;
  throw new OptionError(
    "SharedArray",
    `The function of SharedArray ${JSON.stringify(name)} must return an array, it returned ${got}`,
  );
}

/** Records as an array. `Array.isArray` and all methods take a proxy for what it stands for. */
function arrayOf(records: Records): readonly unknown[] {
  return new Proxy<unknown[]>([], new RecordsHandler(records));
}

class RecordsHandler implements ProxyHandler<unknown[]> {
  readonly #records: Records;
  readonly #decoder = new TextDecoder();
  /** Frozen, so whoever reads it next may have the same: `users[i].name` and then `users[i].id`. */
  #last: { readonly index: number; readonly element: unknown } = { index: -1, element: undefined };

  constructor(records: Records) {
    this.#records = records;
  }

  get(target: unknown[], key: string | symbol): unknown {
    if (typeof key === "symbol") return Reflect.get(target, key);
    if (key === "length") return this.#records.ends.length;
    const index = indexOf(key);
    return index === -1 ? Reflect.get(target, key) : this.#element(index);
  }

  has(target: unknown[], key: string | symbol): boolean {
    return this.#holds(key) || Reflect.has(target, key);
  }

  ownKeys(): string[] {
    return [...Array.from(this.#records.ends, (_, index) => String(index)), "length"];
  }

  getOwnPropertyDescriptor(
    _: unknown[],
    key: string | symbol,
  ): PropertyDescriptor | undefined {
    // Whatever the target does not have must be told as configurable, and its length as writable.
    if (key === "length") {
      const value = this.#records.ends.length;
      return { value, writable: true, enumerable: false, configurable: false };
    }
    if (!this.#holds(key)) return undefined;
    const value = this.#element(Number(key));
    return { value, writable: false, enumerable: true, configurable: true };
  }

  set(): never {
    return immutable();
  }

  defineProperty(): never {
    return immutable();
  }

  deleteProperty(): never {
    return immutable();
  }

  setPrototypeOf(): never {
    return immutable();
  }

  preventExtensions(): never {
    return immutable();
  }

  #holds(key: string | symbol): boolean {
    if (typeof key === "symbol") return false;
    const index = indexOf(key);
    return index !== -1 && index < this.#records.ends.length;
  }

  #element(index: number): unknown {
    const { ends } = this.#records;
    if (index >= ends.length) return undefined;
    if (index === this.#last.index) return this.#last.element;
    const json = this.#records.read(index === 0 ? 0 : ends[index - 1]!, ends[index]!);
    const element = freeze(JSON.parse(this.#decoder.decode(json)));
    this.#last = { index, element };
    return element;
  }
}

/** The array index that a property's name is, or -1. */
function indexOf(key: string): number {
  const first = key.charCodeAt(0);
  if (!(first >= 48 && first <= 57)) return -1;
  const index = Number(key);
  return Number.isInteger(index) && String(index) === key ? index : -1;
}

function freeze<T>(value: T): T {
  if (typeof value !== "object" || value === null) return value;
  for (const inner of Object.values(value)) freeze(inner);
  return Object.freeze(value);
}

function immutable(): never {
  throw new TypeError("SharedArray is immutable: change a copy of its elements");
}
