import assert from "node:assert/strict";
import { programTest } from "../../internal/programs_for_tests.ts";
import { inFolder, namesIn } from "../_folders_for_tests.ts";
import { fakeHost } from "../_fakes_for_tests.ts";
import { parserCommand } from "./mod.ts";
import { probeParser } from "./probe.ts";

/** Runs the command; its code and what it printed. */
async function parser(...words: [action: string, path: string, flags?: Record<string, string>]) {
  const host = fakeHost();
  const code = await parserCommand(words[0], words[1], words[2] ?? {}, host);
  return { code, stdout: host.stdout };
}

async function wasmOf(text: string): Promise<Uint8Array> {
  const { default: load } = await import("wabt");
  const module = (await load()).parseWat("guest.wat", text);
  try {
    return new Uint8Array(module.toBinary({}).buffer);
  } finally {
    module.destroy();
  }
}

/** A parser whose functions are as given, or kind. */
function guest(parts: { alloc?: string; dealloc?: string; body?: string } = {}): string {
  return `(module (memory (export "memory") 2 2)
    (global $calls (mut i32) (i32.const 0))
    (func (export "alloc") (param $size i32) (result i32) ${parts.alloc ?? "(i32.const 8)"})
    (func (export "dealloc") (param $at i32) (param $size i32) ${parts.dealloc ?? ""})
    (func (export "handle_body") (param $at i32) (param $size i32) (result i64)
      ${parts.body ?? "(i64.const 0)"}))`;
}

const FAULTS: readonly [name: string, wat: string, fault: RegExp][] = [
  ["traps", guest({ body: "unreachable" }), /^handle body traps at .*: unreachable/],
  ["has no memory to give", guest({ alloc: "(i32.const 0)" }), /^alloc failed at /],
  ["gives memory out of bounds", guest({ alloc: "(i32.const -4)" }), /^alloc out of bounds at /],
  [
    "answers with what is not its memory",
    guest({ body: "(i64.const 0x7fffffff00000008)" }),
    /^response out of bounds at /,
  ],
  [
    "remembers packets",
    guest({
      body: `(global.set $calls (i32.add (global.get $calls) (i32.const 1)))
        (i32.store8 (i32.const 8) (global.get $calls))
        (i64.const 0x0000000100000008)`,
    }),
    /^the second response is another at /,
  ],
  ["traps when memory is freed", guest({ dealloc: "unreachable" }), /^dealloc traps at /],
];

for (const [name, wat, fault] of FAULTS) {
  Deno.test(`check finds a parser that ${name}`, async () => {
    const { faults } = await probeParser({
      ...{ task: "check", packet: null, header: 4, deadlineMs: 60_000, seed: 1 },
      module: await wasmOf(wat),
    });
    assert.ok(faults.some((text) => fault.test(text)), faults.join("\n"));
  });
}

Deno.test("a parser that never comes back is killed, and the packet is named", async () => {
  const { faults, stats } = await probeParser({
    ...{ task: "check", packet: null, header: 4, deadlineMs: 2000 },
    module: await wasmOf(
      guest({
        body: "(if (i32.eq (local.get $size) (i32.const 6)) (then (loop (br 0)))) (i64.const 0)",
      }),
    ),
  });
  assert.equal(stats, null);
  assert.match(faults[0]!, /did not come back within 2000 ms at a framed body of 2 zeros$/);
});

Deno.test("check says all that is wrong with a module without running it", async () => {
  await inFolder(async (folder) => {
    const path = `${folder}/bad.wasm`;
    await Deno.writeFile(path, await wasmOf(`(module (func (export "alloc")))`));
    const { code, stdout } = await parser("check", path);
    assert.equal(code, 1);
    assert.match(stdout, /not ok: \d+ faults\n/);
    assert.match(stdout, /alloc/);
    assert.match(stdout, /memory/);
  });
});

Deno.test("a kind parser is ok, and is timed with packets of 64 and 1024 bytes", async () => {
  await inFolder(async (folder) => {
    const path = `${folder}/good.wasm`;
    await Deno.writeFile(path, await wasmOf(guest()));
    const checked = await parser("check", path);
    assert.match(checked.stdout, /^module {3}\d+ bytes, handle_body, 2 pages of memory\npackets /);
    assert.match(checked.stdout, /\n\nok\n$/);
    assert.equal(checked.code, 0);
    const timed = await parser("bench", path);
    assert.match(timed.stdout, /\n64 B +[\d,]+ packets\/s, .*\n1024 B +[\d,]+ packets\/s, .*\n$/);
  });
});

for (const lang of ["c", "wat", "assemblyscript", "rust"]) {
  Deno.test(`new writes a parser in ${lang} and how it is built, and overwrites nothing`, async () => {
    await inFolder(async (folder) => {
      const { stdout } = await parser("new", folder, { lang });
      const names = await namesIn(folder);
      assert.equal(names.length, 2);
      for (const name of names) assert.ok(stdout.includes(`wrote ${folder}/${name}\n`), stdout);
      const readme = await Deno.readTextFile(`${folder}/README.md`);
      assert.match(readme, /^ {4}(downpour parser build|asc|rustc) /m);
      await Deno.writeTextFile(`${folder}/README.md`, "mine");
      assert.match((await parser("new", folder, { lang })).stdout, /^kept /);
      assert.equal(await Deno.readTextFile(`${folder}/README.md`), "mine");
    });
  });
}

await programTest(["clang", "wasm-ld"], "what new writes in C is built and ok", async () => {
  await inFolder(async (folder) => {
    await parser("new", folder);
    const { stdout } = await parser("build", `${folder}/parser.c`);
    assert.equal(stdout, `${folder}/parser.wasm\n`);
    const checked = await parser("check", `${folder}/parser.wasm`);
    assert.equal(checked.code, 0, checked.stdout);
    assert.match(checked.stdout, /handle_header and handle_body/);
  });
});

await programTest(
  ["clang", "wasm-ld"],
  "a source that is wrong is an error with the compiler's words",
  async () => {
    await inFolder(async (folder) => {
      await Deno.writeTextFile(`${folder}/a.c`, "int x = ;");
      await assert.rejects(parser("build", `${folder}/a.c`), /clang can't build .*a\.c:\n.*error/);
    });
  },
);

Deno.test("what can't be done is named, with the nearest that can", async () => {
  await assert.rejects(parser("chek", "x"), /no action 'chek' \(did you mean check\?\)/);
  await assert.rejects(parser("build", "x.rs"), /build x\.rs by: rustc /);
  await assert.rejects(parser("build", "x.go"), /no source that can be built: name a \.c or \.wat/);
  await assert.rejects(parser("check", "no/such.wasm"), /cannot read .*: it does not exist/);
  await assert.rejects(parser("new", "x", { lang: "rusty" }), /did you mean rust\?/);
});
