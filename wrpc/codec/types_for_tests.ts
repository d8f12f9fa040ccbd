/**
 * Types, made by hand or at random, and values of them, for tests.
 *
 * @module
 */
import type { Random } from "../../internal/fuzz_for_tests.ts";
import type { WitPrimitive, WitType } from "../types/mod.ts";
import type { AsyncHost } from "./async_host.ts";

/** A host for values without anything pending. */
export const NO_HOST: AsyncHost = {
  read: (path) => {
    throw new Error(`nothing is pending at [${path}]`);
  },
  track: () => {},
};

/** A type of one word. */
export const of = (kind: WitPrimitive): WitType => ({ kind });
/** `list<element>` */
export const list = (element: WitType): WitType => ({ kind: "list", element });
/** `option<some>` */
export const option = (some: WitType): WitType => ({ kind: "option", some });
/** `tuple<members>` */
export const tuple = (...members: WitType[]): WitType => ({ kind: "tuple", members });
/** `future<value>` */
export const future = (value: WitType | null): WitType => ({ kind: "future", value });
/** `stream<element>` */
export const stream = (element: WitType | null): WitType => ({ kind: "stream", element });
/** `record { a, b, … }` */
export const record = (...types: WitType[]): WitType => ({
  kind: "record",
  fields: types.map((type, i) => ({ name: `field-${String.fromCharCode(97 + i)}`, type })),
});

const PRIMITIVES: readonly WitPrimitive[] = [
  ...["bool", "u8", "u16", "u32", "u64", "s8", "s16", "s32", "s64"] as const,
  ...["f32", "f64", "char", "string"] as const,
];

/** A type at random, without anything pending. */
export function randomType(random: Random, depth: number = 4): WitType {
  if (depth === 0 || random.once(3)) return of(random.pick(PRIMITIVES));
  const inner = () => randomType(random, depth - 1);
  const some = () => Array.from({ length: 1 + random.below(4) }, inner);
  const maybe = () => random.once(3) ? null : inner();
  switch (random.below(9)) {
    case 0:
      return list(inner());
    case 1:
      return option(inner());
    case 2:
      return { kind: "result", ok: maybe(), err: maybe() };
    case 3:
      return tuple(...some());
    case 4:
      return record(...some());
    case 5: {
      const cases = some().map((type, i) => ({
        name: `c${i}`,
        type: random.once(3) ? null : type,
      }));
      return { kind: "variant", cases };
    }
    case 6:
      return {
        kind: "enum",
        cases: Array.from({ length: 1 + random.below(200) }, (_, i) => `e${i}`),
      };
    case 7: {
      const names = Array.from({ length: 1 + random.below(40) }, (_, i) => `f${i}`);
      return { kind: "flags", names };
    }
    default:
      return { kind: "resource", name: "thing" };
  }
}

const CHARS = ["a", "Z", "0", "\0", "é", "€", "𐍈", "\ufeff"];

/**
 * A value of a type at random, as the decoder gives it; of a future, what it becomes; of a stream, all
 * its elements.
 */
export function randomValue(random: Random, type: WitType): unknown {
  switch (type.kind) {
    case "bool":
      return random.once(2);
    case "u8":
      return random.below(256);
    case "s8":
      return random.below(256) - 128;
    case "u16":
      return random.pick([0, 127, 128, 16383, 16384, 65535, random.below(65536)]);
    case "s16":
      return random.pick([0, -1, 63, 64, -64, -65, 32767, -32768]);
    case "u32":
      return random.pick([0, 127, 128, 2 ** 31, 2 ** 32 - 1, random.below(2 ** 32)]);
    case "s32":
      return random.pick([0, -1, 63, 64, -64, -65, 2 ** 31 - 1, -(2 ** 31)]);
    case "u64":
      return random.pick([0n, 127n, 2n ** 28n, 2n ** 53n, 2n ** 63n, 2n ** 64n - 1n]) ^
        BigInt(random.below(2 ** 30));
    case "s64":
      return BigInt.asIntN(64, random.pick([0n, 2n ** 31n, 2n ** 62n, 2n ** 63n - 1n])) *
        random.pick([1n, -1n]);
    case "f32":
      return Math.fround(random.pick([0, 1.5, -2e10, Infinity, Number.NaN, -0]));
    case "f64":
      return random.pick([0, 1.1, -2e300, -Infinity, Number.NaN, -0]);
    case "char":
      return random.pick(CHARS);
    case "string":
      return random.text(random.pick([4, 60, 200]), CHARS);
    case "list":
      return randomList(random, type.element);
    case "option": {
      const tagged = type.some.kind === "option";
      if (random.once(2)) return tagged ? { tag: "none" } : undefined;
      const val = randomValue(random, type.some);
      return tagged ? { tag: "some", val } : val;
    }
    case "result":
      return randomCase(random, [{ name: "ok", type: type.ok }, { name: "err", type: type.err }]);
    case "variant":
      return randomCase(random, type.cases);
    case "tuple":
      return type.members.map((member) => randomValue(random, member));
    case "record":
      return Object.fromEntries(
        type.fields.map(({ name, type }) => [
          name.replace(/-(.)/, (_, letter) => letter.toUpperCase()),
          randomValue(random, type),
        ]),
      );
    case "enum":
      return random.pick(type.cases);
    case "flags":
      return Object.fromEntries(type.names.map((name) => [name, random.once(2)]));
    case "resource":
      return random.bytes(random.below(40));
    case "future":
      return type.value === null ? undefined : randomValue(random, type.value);
    case "stream": {
      const { element } = type;
      if (element?.kind === "u8") return random.bytes(random.below(300));
      return random.list(4, () => element === null ? undefined : randomValue(random, element));
    }
  }
}

function randomCase(
  random: Random,
  cases: readonly { readonly name: string; readonly type: WitType | null }[],
): unknown {
  const { name, type } = random.pick(cases);
  return type === null ? { tag: name } : { tag: name, val: randomValue(random, type) };
}

const ARRAYS: Readonly<Record<string, (items: never[]) => unknown>> = {
  u8: (items) => Uint8Array.from(items),
  s8: (items) => Int8Array.from(items),
  u16: (items) => Uint16Array.from(items),
  s16: (items) => Int16Array.from(items),
  u32: (items) => Uint32Array.from(items),
  s32: (items) => Int32Array.from(items),
  u64: (items) => BigUint64Array.from(items),
  s64: (items) => BigInt64Array.from(items),
  f32: (items) => Float32Array.from(items),
  f64: (items) => Float64Array.from(items),
};

function randomList(random: Random, element: WitType): unknown {
  // Lists of lists of lists would be millions.
  const most = PRIMITIVES.some((kind) => kind === element.kind) ? random.pick([2, 5, 150]) : 4;
  const items = random.list(most, () => randomValue(random, element));
  return ARRAYS[element.kind]?.(items as never[]) ?? items;
}
