import assert from "node:assert/strict";
import { hasProgram, programTest } from "../../internal/programs_for_tests.ts";
import { inFolder, namesIn } from "../_folders_for_tests.ts";
import { fakeHost } from "../_fakes_for_tests.ts";
import { parserCommand } from "./mod.ts";
import { probeParser } from "./probe.ts";
import { SOURCES } from "./sources.ts";
import { slowModule } from "../_slow_module_for_tests.ts";

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

Deno.test("fault 69: a parser that takes long to compile is killed while it does", async () => {
  const { guest, faults, stats } = await probeParser({
    ...{ task: "check", packet: null, header: 4, deadlineMs: 3000, module: slowModule() },
  });
  assert.deepEqual(guest.faults, [], "nothing is wrong with it but its code");
  assert.deepEqual(faults, ["it did not come back within 3000 ms at compiling"]);
  assert.equal(stats, null);
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
      assert.match(readme, /^ {4}downpour parser build parser\.[a-z]+$/m);
      assert.match(readme, /^It is built by: `(clang|wat2wasm|asc|rustc) .*parser\.wasm/m);
      await Deno.writeTextFile(`${folder}/README.md`, "mine");
      assert.match((await parser("new", folder, { lang })).stdout, /^kept /);
      assert.equal(await Deno.readTextFile(`${folder}/README.md`), "mine");
    });
  });
}

Deno.test("what new writes in the text format keeps the contract, and stands hostile packets", async () => {
  const module = await wasmOf(SOURCES.wat.text);
  const { guest, faults, stats } = await probeParser({
    ...{ task: "check", packet: null, header: 4, deadlineMs: 60_000, module },
  });
  assert.deepEqual([guest.faults, faults], [[], []]);
  // All but those without a byte.
  assert.ok(stats !== null && stats.empty.none < 20, JSON.stringify(stats));
});

const BUILT: readonly [lang: string, file: string, needs: readonly string[], exports: RegExp][] = [
  ["c", "parser.c", ["clang", "wasm-ld"], /handle_header and handle_body/],
  ["wat", "parser.wat", ["wat2wasm"], /bytes, handle_body/],
  ["assemblyscript", "parser.ts", ["asc"], /bytes, handle_body/],
  ["rust", "parser.rs", ["rustc"], /bytes, handle_body/],
];

for (const [lang, file, needs, exports] of BUILT) {
  await programTest(needs, `what new writes in ${lang} is built and ok`, async () => {
    await inFolder(async (folder) => {
      await parser("new", folder, { lang });
      try {
        const { stdout } = await parser("build", `${folder}/${file}`);
        assert.equal(stdout, `${folder}/parser.wasm\n`);
      } catch (error) {
        // The one compiler that may be there without being able to.
        if (lang !== "rust") throw error;
        assert.match(String(error), /rustc can't build .*: install its target: rustup target add /);
        return;
      }
      const checked = await parser("check", `${folder}/parser.wasm`);
      assert.equal(checked.code, 0, checked.stdout);
      assert.match(checked.stdout, exports);
    });
  });

  const program = needs[0]!;
  if (await hasProgram(program)) continue;
  Deno.test(`without ${program} a source in ${lang} is not built, and what to install is said`, async () => {
    await assert.rejects(parser("build", `x/${file}`), {
      message: new RegExp(`^${program} is missing: install .`),
    });
  });
}

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
  await assert.rejects(
    parser("build", "x.go"),
    /no source that can be built: name one of \.c, \.wat, \.ts, \.rs$/,
  );
  await assert.rejects(parser("check", "no/such.wasm"), /cannot read .*: it does not exist/);
  await assert.rejects(parser("new", "x", { lang: "rusty" }), /did you mean rust\?/);
});
