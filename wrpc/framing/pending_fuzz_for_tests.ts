import assert from "node:assert/strict";
import { type FuzzTarget, fuzzTarget, type Random } from "../../internal/fuzz_for_tests.ts";
import {
  future,
  list,
  option,
  randomType,
  randomValue,
  record,
  stream,
  tuple,
} from "../codec/types_for_tests.ts";
import { compileValues, type IndexPath, readLimits, sendAll } from "../codec/mod.ts";
import { isAsync } from "../codec/paths.ts";
import { WrpcError } from "../errors.ts";
import type { WitType } from "../types/mod.ts";
import { Incoming } from "./incoming.ts";

const MAX_ELEMENTS = 10_000;
const LIMITS = readLimits({ maxElements: MAX_ELEMENTS });

/**
 * Futures and streams anywhere in a type arrive as they were sent, wherever their bytes are cut and
 * whether their channels are ended or not. Bytes that were changed give values, or a `WrpcError`.
 */
export const target: FuzzTarget = fuzzTarget({
  name: "pending",
  async run(random) {
    const types = [pendingType(random, 4), pendingType(random, 2)];
    const contents = types.map((type) => randomValue(random, type));
    assert.deepEqual(await transferred(random, types, contents, (bytes) => bytes), contents);
    try {
      await transferred(random, types, contents, (bytes) => {
        return random.once(4) ? random.mutate(bytes) : bytes;
      });
    } catch (error) {
      if (!(error instanceof WrpcError)) throw error;
    }
  },
});

/** Sends values and reads them to their end. @param change of what each write sends */
async function transferred(
  random: Random,
  types: readonly WitType[],
  contents: readonly unknown[],
  change: (bytes: Uint8Array) => Uint8Array,
): Promise<unknown[]> {
  const codec = compileValues(types);
  const incoming = new Incoming(codec.paths, () => {});
  const ends = random.once(2);
  const arrive = (path: IndexPath, bytes: Uint8Array) => {
    for (const piece of random.pieces(change(bytes))) incoming.receive(path, piece);
  };
  const { bytes, deferred } = codec.encode(
    types.map((type, i) => sentAs(random, type, contents[i])),
  );
  const sent = sendAll(deferred, (path) => ({
    write: async (bytes) => arrive(path, await bytes),
    close: async () => {
      if (ends) await incoming.endOf(path);
    },
  }));
  sent.then(() => incoming.end(), (error) => incoming.fail(error));
  const tracked: Promise<void>[] = [];
  const host = {
    read: (path: IndexPath) => incoming.read(path),
    track: (done: Promise<void>) => {
      done.catch(() => {});
      tracked.push(done);
    },
  };
  const decoder = codec.decoder(LIMITS, host);
  let values: unknown[] | null = null;
  for (const piece of random.pieces(change(bytes))) values = decoder.push(piece);
  values ??= decoder.end();
  const received: unknown[] = [];
  for (const [i, type] of types.entries()) received.push(await contentsOf(type, values[i]));
  await Promise.all([sent, ...tracked]);
  return received;
}

/** A type at random that has something pending, most of the time. */
function pendingType(random: Random, depth: number): WitType {
  if (depth === 0) return randomType(random, 1);
  const inner = () => pendingType(random, depth - 1);
  const maybe = () => random.once(4) ? null : inner();
  switch (random.below(9)) {
    case 0:
      return list(inner());
    case 1:
      return option(inner());
    case 2:
      return { kind: "result", ok: maybe(), err: maybe() };
    case 3:
      return tuple(randomType(random, 1), inner());
    case 4:
      return record(inner(), inner());
    case 5: {
      const cases = [maybe(), maybe()].map((type, i) => ({ name: `c${i}`, type }));
      return { kind: "variant", cases };
    }
    case 6:
    case 7:
      return stream(random.once(4) ? { kind: "u8" } : maybe());
    default:
      return future(maybe());
  }
}

/** A value to send: promises and iterables for what is pending, some of it there at once. */
function sentAs(random: Random, type: WitType, value: unknown): unknown {
  if (!isAsync(type)) return value;
  if (type.kind === "future") {
    const sent = type.value === null ? value : sentAs(random, type.value, value);
    return random.once(3) ? sent : later(sent);
  }
  if (type.kind !== "stream") return mapParts(type, value, (of, part) => sentAs(random, of, part));
  const { element } = type;
  if (element?.kind === "u8") return random.once(2) ? value : random.pieces(value as Uint8Array);
  const elements = element === null
    ? value as unknown[]
    : (value as unknown[]).map((one) => sentAs(random, element, one));
  return random.once(2) ? elements : (async function* () {
    for (const one of elements) yield await later([one]).then(([one]) => one);
  })();
}

/** What a value that came holds, read to its end. */
async function contentsOf(type: WitType, value: unknown): Promise<unknown> {
  if (!isAsync(type)) return value;
  if (type.kind === "future") {
    const held = await value;
    return type.value === null ? held : await contentsOf(type.value, held);
  }
  if (type.kind === "stream") {
    const elements: unknown[] = [];
    for await (const one of value as AsyncIterable<unknown>) {
      if (elements.push(one) > MAX_ELEMENTS) break; // Changed bytes may promise billions of nothing.
    }
    const { element } = type;
    if (element?.kind === "u8") {
      return Uint8Array.from(elements.flatMap((one) => [...one as Uint8Array]));
    }
    const contents: unknown[] = [];
    for (const one of elements) {
      contents.push(element === null ? one : await contentsOf(element, one));
    }
    return contents;
  }
  const parts: [WitType, unknown][] = [];
  mapParts(type, value, (of, part) => parts.push([of, part]));
  const contents: unknown[] = [];
  for (const [of, part] of parts) contents.push(await contentsOf(of, part));
  return mapParts(type, value, () => contents.shift());
}

/** A value with other parts. */
function mapParts(
  type: WitType,
  value: unknown,
  part: (type: WitType, value: unknown) => unknown,
): unknown {
  switch (type.kind) {
    case "list":
      return (value as unknown[]).map((one) => part(type.element, one));
    case "tuple":
      return type.members.map((member, i) => part(member, (value as unknown[])[i]));
    case "record":
      return Object.fromEntries(
        Object.entries(value as object).map(([name, one], i) => [
          ...[name, part(type.fields[i]!.type, one)],
        ]),
      );
    case "option": {
      if (value === undefined) return undefined;
      if (type.some.kind !== "option") return part(type.some, value);
      const { tag, val } = value as { tag: string; val: unknown };
      return tag === "none" ? value : { tag, val: part(type.some, val) };
    }
    case "result":
    case "variant": {
      const { tag, val } = value as { tag: string; val: unknown };
      const of = type.kind === "result"
        ? type[tag as "ok" | "err"]
        : type.cases.find(({ name }) => name === tag)!.type;
      return of === null ? value : { tag, val: part(of, val) };
    }
    default:
      throw new TypeError(`${type.kind} has no parts`);
  }
}

/** A promise that takes some turns. */
async function later<T>(value: T): Promise<T> {
  for (let turns = 0; turns < 3; turns++) await null;
  return value;
}
