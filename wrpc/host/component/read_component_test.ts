import assert from "node:assert/strict";
import { BLASTER, componentTest } from "../components_for_tests.ts";
import { HostError } from "../errors.ts";
import { readComponent } from "./read_component.ts";

await componentTest("blaster_small", "a component tells its imports and exports", async (path) => {
  const { imports, exports } = readComponent(await Deno.readFile(path));
  assert.deepEqual(imports, ["wasi:io/poll@0.2.0", "wasi:clocks/monotonic-clock@0.2.0"]);
  assert.deepEqual(exports.map(({ name }) => name), [BLASTER]);
  const blast = exports[0]!.functions.get("blast")!;
  const u64 = { kind: "u64" };
  const fields = [
    { name: "id", type: { kind: "string" } },
    { name: "payload", type: { kind: "list", element: { kind: "u8" } } },
    { name: "mem-burn-mb", type: u64 },
    { name: "cpu-burn-ms", type: u64 },
    { name: "wait-ms", type: u64 },
  ];
  assert.deepEqual(blast, {
    name: "blast",
    params: [{ name: "packet", type: { kind: "record", fields } }],
    result: null,
  });
});

await componentTest("echo", "a component's handler has resources", async (path) => {
  const { exports } = readComponent(await Deno.readFile(path));
  const [handler] = exports;
  assert.equal(handler!.name, "wasi:http/incoming-handler@0.2.0");
  const kinds = handler!.functions.get("handle")!.params.map(({ type }) => type.kind);
  assert.deepEqual(kinds, ["resource", "resource"]);
});

Deno.test("what is no component is refused, with the reason", () => {
  const magic = [0, 0x61, 0x73, 0x6d];
  for (
    const [bytes, reason] of [
      [[], /ends too early/],
      [[...magic, 1, 0, 0], /ends too early/],
      [[...magic, 1, 0, 0, 0], /core module/],
      [[...magic, 12, 0, 1, 0], /version/],
      [[1, 2, 3, 4, 13, 0, 1, 0], /isn't WebAssembly/],
      [[...magic, 13, 0, 1, 0, 7, 200], /ends too early/],
      // A type whose vector announces 2^28 entries.
      [[...magic, 13, 0, 1, 0, 7, 5, 255, 255, 255, 255, 0], /entries/],
      // An alias of what is outside of everything.
      [[...magic, 13, 0, 1, 0, 6, 5, 1, 3, 2, 9, 0], /leaves the component/],
      // A core function that is lowered with an option of WASI 0.3.
      [[...magic, 13, 0, 1, 0, 8, 6, 1, 1, 0, 0, 1, 6], /WASI 0.3/],
    ] as const
  ) {
    assert.throws(() => readComponent(Uint8Array.from(bytes)), reason, String(bytes));
  }
});

Deno.test("a type that stands for an endless tree is refused", () => {
  // tuple<u8, u8>, then each a tuple of two of the one before.
  const types = [[0x6f, 2, 0x7d, 0x7d]];
  for (let n = 0; n < 20; n++) types.push([0x6f, 2, n, n]);
  const section = [types.length, ...types.flat()];
  const bytes = [0, 0x61, 0x73, 0x6d, 13, 0, 1, 0, 7, section.length, ...section];
  assert.throws(() => readComponent(Uint8Array.from(bytes)), { code: "component_unsupported" });
});

await componentTest(
  "blaster_small",
  "broken components are refused, not believed",
  async (path) => {
    const whole = await Deno.readFile(path);
    for (let length = 0; length < whole.length; length++) {
      readOrRefuse(whole.subarray(0, length), `the first ${length} bytes`);
    }
    for (let at = 0; at < whole.length; at++) {
      for (const bits of [1, 0x80, 0xff]) {
        const broken = whole.slice();
        broken[at]! ^= bits;
        readOrRefuse(broken, `byte ${at} ^ ${bits}`);
      }
    }
  },
);

function readOrRefuse(bytes: Uint8Array, what: string): void {
  try {
    readComponent(bytes);
  } catch (error) {
    assert.ok(error instanceof HostError, `${what}: ${error}`);
  }
}
