import { blasterInterface } from "./blaster/blaster.ts";
import { BLASTER, packet } from "./host/components_for_tests.ts";
import type { WitInput } from "./read_interface.ts";

/** One call whose bytes were recorded. */
export interface GoldenCall {
  readonly wit: WitInput;
  readonly instance: string;
  readonly args: readonly unknown[];
  readonly result: unknown;
  /** Answers as the component does. */
  readonly implementation: Readonly<Record<string, (...args: never[]) => unknown>>;
}

/**
 * `wrpc-wasmtime` has neither futures nor streams ("async not supported"), and refuses every frame
 * that isn't the root's, so there are none. Its reader refuses the least s16, s32 and s64 (-2^15,
 * -2^31, -2^63), so they aren't among the values.
 */
const WIT = `
package test:golden@0.1.0;
interface calls {
  type wide = tuple<bool, u8, s8, u16, s16, u32, s32, u64, s64, f32, f64, char, string, list<u8>,
    list<string>, option<u64>, option<option<u8>>, result<u16, string>, result, tuple<u8, string>,
    list<tuple<u32, bool>>>;
  record point { x: s32, y: s32 }
  variant shape { none, circle(f32), label(string), corners(list<point>) }
  enum colour { red, green, blue }
  flags rights { read, write, run, scan, link, watch, lock, move, hold, drop }
  record named {
    first: shape, second: shape, colour: colour, rights: rights,
    here: option<point>, gone: option<string>, good: result<point, string>, bad: result<point, string>,
  }
  echo: func(v: wide) -> wide;
  name: func(v: named) -> named;
  add: func(a: u32, b: u32) -> u32;
  nothing: func();
}`;
export const INSTANCE = "test:golden/calls@0.1.0";

const WIDE = [
  ...[true, 255, -128, 65535, -300, 4294967295, -70000, 2n ** 64n - 1n, -(2n ** 62n)],
  ...[1.5, -2.25, "€", "hé", Uint8Array.of(1, 2, 3), ["a", ""], 300n],
  ...[{ tag: "some", val: undefined }, { tag: "err", val: "no" }, { tag: "ok" }, [7, "x"]],
  [[128, true], [0, false]],
];

const RIGHTS = ["read", "write", "run", "scan", "link", "watch", "lock", "move", "hold", "drop"];
const NAMED = {
  first: { tag: "corners", val: [{ x: -1, y: 300 }, { x: 0, y: -70000 }] },
  second: { tag: "none" },
  colour: "blue",
  rights: Object.fromEntries(RIGHTS.map((name) => [name, ["write", "hold"].includes(name)])),
  here: { x: 64, y: -65 },
  gone: undefined,
  good: { tag: "ok", val: { x: 1, y: 2 } },
  bad: { tag: "err", val: "né" },
};

const same = (value: unknown) => value;
const calls = {
  wit: WIT,
  instance: INSTANCE,
  implementation: {
    echo: same,
    name: same,
    add: (a: number, b: number) => a + b,
    nothing: () => {},
  },
};

/** By the name of their function. */
export const GOLDEN_CALLS: Readonly<Record<string, GoldenCall>> = {
  add: { ...calls, args: [2, 3], result: 5 },
  nothing: { ...calls, args: [], result: undefined },
  echo: { ...calls, args: [WIDE], result: WIDE },
  name: { ...calls, args: [NAMED], result: NAMED },
  blast: {
    wit: blasterInterface(),
    instance: BLASTER,
    args: [packet({ memBurnMb: 2n, cpuBurnMs: 1n, waitMs: 300n })],
    result: undefined,
    implementation: { blast: () => {} },
  },
};
