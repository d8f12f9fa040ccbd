import assert from "node:assert/strict";
import { camelCase } from "./names.ts";
import { findInterface, readWit } from "./read_wit.ts";
import type { WitType } from "./types.ts";
import { target } from "./wit_fuzz_for_tests.ts";

const BLASTER = `
package xk6:wrpc@0.0.1;

/// Takes packets.
interface blaster {
  /* A packet, /* nested */ as a record. */
  record packet { id: string, payload: list<u8>, mem-burn-mb: u64, cpu-burn-ms: u64, wait-ms: u64 }
  blast: func(packet: packet); // Nothing comes back.
}

world server { export blaster; include x:y/z { a as b } }`;

Deno.test("a package with an interface is read", () => {
  const { interfaces } = readWit(BLASTER);
  assert.deepEqual([...interfaces.keys()], ["xk6:wrpc/blaster@0.0.1"]);
  const { functions, types } = interfaces.get("xk6:wrpc/blaster@0.0.1")!;
  const blast = functions.get("blast")!;
  assert.equal(blast.result, null);
  assert.equal(blast.params[0]!.type, types.get("packet"));
  assert.deepEqual(types.get("packet"), {
    kind: "record",
    fields: [
      { name: "id", type: { kind: "string" } },
      { name: "payload", type: { kind: "list", element: { kind: "u8" } } },
      { name: "mem-burn-mb", type: { kind: "u64" } },
      { name: "cpu-burn-ms", type: { kind: "u64" } },
      { name: "wait-ms", type: { kind: "u64" } },
    ],
  });
});

/** The type that `type t = …;` gives. */
function typeOf(text: string): WitType {
  const wit = `package a:b; interface i {
    use other.{id}; resource thing; type t = ${text}; }
    interface other { type id = u32; }`;
  return readWit(wit).interfaces.get("a:b/i")!.types.get("t")!;
}

for (
  const [text, type] of [
    ["bool", { kind: "bool" }],
    ["id", { kind: "u32" }],
    ["list<list<char>>", { kind: "list", element: { kind: "list", element: { kind: "char" } } }],
    ["option<s8>", { kind: "option", some: { kind: "s8" } }],
    ["result", { kind: "result", ok: null, err: null }],
    ["result<f32>", { kind: "result", ok: { kind: "f32" }, err: null }],
    ["result<_, f64>", { kind: "result", ok: null, err: { kind: "f64" } }],
    ["result<u8, string>", { kind: "result", ok: { kind: "u8" }, err: { kind: "string" } }],
    ["tuple<u8, s64,>", { kind: "tuple", members: [{ kind: "u8" }, { kind: "s64" }] }],
    ["future", { kind: "future", value: null }],
    ["future<u16>", { kind: "future", value: { kind: "u16" } }],
    ["stream", { kind: "stream", element: null }],
    ["stream<u8>", { kind: "stream", element: { kind: "u8" } }],
    ["own<thing>", { kind: "resource", name: "thing" }],
    ["borrow<thing>", { kind: "resource", name: "thing" }],
    ["thing", { kind: "resource", name: "thing" }],
  ] as [string, WitType][]
) {
  Deno.test(`type ${text} is read`, () => assert.deepEqual(typeOf(text), type));
}

Deno.test("variants, enums, flags and escaped names are read", () => {
  const { types } = findInterface(
    readWit(`package a:b; interface i {
      variant method { get, other(string) }
      enum scheme { HTTP, HTTPS }
      flags access { read, %list, }
      type %record = u8;
    }`),
    "i",
  );
  assert.deepEqual(types.get("method"), {
    kind: "variant",
    cases: [{ name: "get", type: null }, { name: "other", type: { kind: "string" } }],
  });
  assert.deepEqual(types.get("scheme"), { kind: "enum", cases: ["HTTP", "HTTPS"] });
  assert.deepEqual(types.get("access"), { kind: "flags", names: ["read", "list"] });
  assert.deepEqual(types.get("record"), { kind: "u8" });
});

Deno.test("functions of resources have the names of the wire and their handle first", () => {
  const { functions } = findInterface(
    readWit(`package a:b@1.0.0; interface i {
      resource fields {
        constructor(size: u32);
        @since(version = 1.0.0)
        get: func(name: string) -> list<string>;
        from-list: static func() -> fields;
      }
      @unstable(feature = x)
      later: async func() -> future<u8>;
    }`),
    "i",
  );
  const shapes = [...functions.values()].map(({ name, params, result }) =>
    `${name}(${params.map((param) => `${param.name} ${param.type.kind}`)}) ${result?.kind}`
  );
  assert.deepEqual(shapes, [
    "fields(size u32) resource",
    "fields.get(self resource,name string) list",
    "fields.from-list() resource",
    "later() future",
  ]);
});

Deno.test("texts of several packages know each other, with versions", () => {
  const { interfaces } = readWit([
    {
      name: "http.wit",
      text: `package wrpc:http@0.1.0;
        use wasi:http/types@0.2.0 as wasi;
        interface types { use wasi.{method as verb}; type fields = list<tuple<string, verb>>; }`,
    },
    { name: "same.wit", text: "interface more { use types.{fields}; get: func() -> fields; }" },
    {
      name: "wasi.wit",
      text: "package wasi:http@0.2.0 { interface types { variant method { get, put } } }",
    },
  ]);
  const get = interfaces.get("wrpc:http/more@0.1.0")!.functions.get("get")!;
  assert.equal(get.result!.kind, "list");
  assert.equal(findInterface({ interfaces }, "wasi:http/types").name, "wasi:http/types@0.2.0");
  assert.throws(() => findInterface({ interfaces }, "types"), /more than one interface types/);
  assert.throws(() => findInterface({ interfaces }, "x"), /no interface x, the WIT has wrpc:http/);
});

for (
  const [text, message] of [
    ["interface i {}", "wit:1:1: no text names its package: package name:space@0.1.0;"],
    ["package a:b@1;", "wit:1:13: expected a version as in 0.2.0: 1"],
    ["package a:b; interface i { x: u8; }", "wit:1:31: expected func: u8"],
    ["package a:b;\n interface i {\n\ttype t = u7;\n}", "wit:3:11: interface i has no type u7"],
    ["package a:b; interface i { type t = list<u8; }", "wit:1:44: expected > before ;"],
    ["package a:b; interface i { type t = t; }", "wit:1:37: t contains itself"],
    ["package a:b; interface i { record r { r: option<r> } }", "wit:1:49: r contains itself"],
    ["package a:b; interface i { record r {} }", "wit:1:35: r is empty"],
    ["package a:b; interface i { enum e { a, a } }", "wit:1:33: e has a twice"],
    ["package a:b; interface i { type t = u8; t: func(); }", "wit:1:41: t is defined twice"],
    ["package a:b; interface i { type own = u8; }", "own is a keyword: write %own"],
    ["package a:b; interface i { use c:d/e.{f}; }", "c:d/e isn't in the texts, which have a:b/i"],
    ["package a:b; interface i { type t = own<u>; type u = u8; }", "u is no resource"],
    ["package a:b; interface i { f: func() -> (a: u8); }", "named results are no longer"],
    ["package a:b; interface i { type t = list<u8, 4>; }", "fixed size"],
    ["package a:b; interface aB {}", "aB isn't kebab case"],
    ["package a:b; /* never closed", "wit:1:14: a comment that isn't closed"],
    ["package a:b; interface i { \u00e4 }", 'wit:1:28: unexpected character "ä"'],
    ["package a:b; interface i {", "wit:1:27: expected a type, a function or }: the end"],
    ["package a:b; world w {", "world w isn't closed"],
    [`package a:b; interface i { type t = ${"list<".repeat(70)}`, "more than 64 inside each other"],
    ["package a:b; interface i {} interface i {}", "a:b/i is defined twice"],
  ] as const
) {
  Deno.test(`reading says: ${message}`, () => {
    assert.throws(() => readWit(text), (error: Error & { code?: string }) => {
      assert.ok(error.message.includes(message), error.message);
      return error.code === "wit_invalid";
    });
  });
}

Deno.test("types that grow with each other are refused by their depth", () => {
  const types = Array.from({ length: 80 }, (_, i) => `type t${i} = option<t${i + 1}>;`);
  const text = `package a:b; interface i { ${types.join("\n")} type t80 = u8; }`;
  assert.throws(() => readWit(text), /more than 64 inside each other/);
});

Deno.test("names are as jco makes them", () => {
  const names = ["mem-burn-mb", "HTTP-status", "a", "fields.from-list", "x-1"].map(camelCase);
  assert.deepEqual(names, ["memBurnMb", "httpStatus", "a", "fields.fromList", "x1"]);
});

Deno.test("any text is read or refused with its place", async () => {
  const seed = crypto.getRandomValues(new Uint32Array(1))[0]!;
  for (let number = 0; number < 2000; number++) {
    try {
      await target.runCase(seed, number);
    } catch (error) {
      throw new Error(`seed ${seed}, case ${number}`, { cause: error });
    }
  }
});
