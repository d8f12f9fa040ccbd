import assert from "node:assert/strict";
import wabt from "wabt";
import { Random } from "../internal/fuzz_for_tests.ts";
import { denoCommand } from "../internal/mod.ts";
import { PATH, programTest } from "../internal/programs_for_tests.ts";
import { checkGuest, compileGuest, createGuest } from "../wasm/guest/mod.ts";
import { fromHex, PARSER_CASES } from "./_parser_cases_for_tests.ts";
import { hostParser } from "./_parser_host_for_tests.ts";

// The parsers of the SDK as they are in the repository, built or not.

const folder = new URL("../components/parsers/", import.meta.url);
const names = Object.keys(PARSER_CASES);

/** Bytes that a response may be longer than its packet: an address that DNS adds. */
const MOST_ADDED = 16;
const MAX_FILE = 4096;
const PAGE = 65_536;

function committed(name: string): Promise<Uint8Array<ArrayBuffer>> {
  return Deno.readFile(new URL(`${name}.wasm`, folder));
}

Deno.test("every parser has a case, and is small", async () => {
  const files: string[] = [];
  for await (const { name } of Deno.readDir(folder)) {
    if (name.endsWith(".wasm")) files.push(name.slice(0, -".wasm".length));
  }
  assert.deepEqual(files.toSorted(), names.toSorted());
  for (const name of names) assert((await committed(name)).length <= MAX_FILE, name);
});

for (const [name, { packets, headers }] of Object.entries(PARSER_CASES)) {
  Deno.test(`${name}.wasm fulfils the contract`, async () => {
    const bytes = await committed(name);
    const { ok, faults, hasHeader, size } = checkGuest(bytes);
    assert.deepEqual(faults, []);
    assert.deepEqual([ok, hasHeader, size], [true, headers.length > 0, bytes.length]);
  });

  Deno.test(`${name}.wasm answers each packet of its table`, async () => {
    const host = hostParser(await committed(name));
    for (const [what, packet, response] of packets) {
      assert.deepEqual(host.respond(fromHex(packet)), fromHex(response), what);
    }
    assert.equal(host.hasHeader, headers.length > 0);
    for (const [what, header, size] of headers) {
      assert.equal(host.bodySize(fromHex(header)), size, `the header of ${what}`);
    }
  });

  Deno.test(`${name}.wasm stands hostile packets, and both hosts agree on it`, async () => {
    const seed = Math.floor(Math.random() * 2 ** 31);
    const random = new Random(seed);
    const bytes = await committed(name);
    const host = hostParser(bytes);
    const guest = createGuest(compileGuest(bytes));
    const samples = packets.map(([, packet]) => fromHex(packet)).filter(({ length }) =>
      length < 1000
    );
    for (let round = 0; round < 3000; round++) {
      const packet = hostile(random, samples);
      const at = `seed ${seed} round ${round}: ${packet.subarray(0, 64).toHex()}`;
      const response = assertDoes(() => host.respond(packet), at);
      assert(response.length <= packet.length + MOST_ADDED, at);
      const answered = guest.respond(packet);
      assert.deepEqual(guest.buffer.subarray(0, answered), response, at);
      if (!host.hasHeader) continue;
      const header = packet.subarray(0, random.below(8));
      const size = assertDoes(() => host.bodySize(header), at);
      if (size >= 0) assert.equal(guest.bodySize(header), size, at);
      else assert.throws(() => guest.bodySize(header), { code: "header_invalid" }, at);
    }
    assert.deepEqual(guest.stats.traps, { alloc: 0, dealloc: 0, handle_body: 0, handle_header: 0 });
    const { none, ...unusable } = guest.stats.empty;
    assert.equal(Object.values(unusable).reduce((sum, count) => sum + count), 0, `seed ${seed}`);
    assert(none < guest.stats.packets, `seed ${seed}: it answered nothing`);
    assert(host.memorySize() <= 4 * PAGE, `seed ${seed}: ${host.memorySize()} bytes of memory`);
  });
}

function assertDoes<T>(fn: () => T, at: string): T {
  try {
    return fn();
  } catch (error) {
    throw new Error(at, { cause: error });
  }
}

/** Bytes at random, a packet of the table with something wrong, or one whose length lies. */
function hostile(random: Random, samples: readonly Uint8Array[]): Uint8Array {
  switch (random.below(5)) {
    case 0:
      return random.bytes(random.below(random.once(50) ? 20_000 : 40));
    case 1:
      return random.pick(samples).subarray(0, random.below(40));
    case 2: {
      const packet = random.pick(samples).slice();
      const lie = random.pick([0, 1, packet.length, 0x7fffffff, 0x80000000, 0xffffffff]);
      if (packet.length >= 4) new DataView(packet.buffer).setUint32(0, lie);
      return packet;
    }
    default:
      return random.mutate(random.pick(samples));
  }
}

/** Whose parsers are in the repository: `built.json`. */
type Built = Record<string, { by: string; sources: string }>;

const C_PARSERS = ["dns", "echo", "heartbeat", "sequence"];
const SOURCES: Record<string, readonly string[]> = {
  ...Object.fromEntries(C_PARSERS.map((name) => [name, [`${name}.c`, "contract.h"]])),
  ...{ echo_as: ["echo.as.ts"], echo_rs: ["echo.rs"], echo_wat: ["echo.wat"] },
};

async function readBuilt(from: URL): Promise<Built> {
  return JSON.parse(await Deno.readTextFile(new URL("built.json", from)));
}

Deno.test("every parser was built of the sources that are there", async () => {
  const built = await readBuilt(folder);
  assert.deepEqual(Object.keys(built), names.map((name) => `${name}.wasm`).toSorted());
  for (const [name, files] of Object.entries(SOURCES)) {
    const parts = await Promise.all(files.map((file) => Deno.readFile(new URL(file, folder))));
    const hash = await crypto.subtle.digest("SHA-256", await new Blob(parts).arrayBuffer());
    assert.equal(
      new Uint8Array(hash).toHex(),
      built[`${name}.wasm`]?.sources,
      `${name}.wasm is of other sources: deno task parsers ${name}`,
    );
  }
});

Deno.test("echo_wat.wasm is what echo.wat says", async () => {
  const module = (await wabt()).parseWat(
    "echo.wat",
    await Deno.readTextFile(new URL("echo.wat", folder)),
  );
  const { buffer } = module.toBinary({});
  module.destroy();
  assert.deepEqual(await committed("echo_wat"), new Uint8Array(buffer));
});

await programTest(["clang", "wasm-ld"], "the parsers in C can be built again", async () => {
  await buildsAgain(C_PARSERS);
});

await programTest(["rustc"], "the parser in Rust can be built again, or says why not", async () => {
  await buildsAgain(["echo_rs"]);
});

/** What a fresh build does is what the committed one does; by the same compiler, it is the same. */
async function buildsAgain(parsers: readonly string[]): Promise<void> {
  const output = await Deno.makeTempDir();
  try {
    const said = await build(output, parsers);
    const there = new URL(`file://${output}/`);
    const [before, now] = [await readBuilt(folder), await readBuilt(there)];
    for (const name of parsers) {
      const file = `${name}.wasm`;
      if (now[file] === undefined) {
        assert.match(said, new RegExp(`^skipped ${file}: rustc has no target`, "m"));
        continue;
      }
      const fresh = await Deno.readFile(new URL(file, there));
      const host = hostParser(fresh);
      for (const [what, packet, response] of PARSER_CASES[name]!.packets) {
        assert.deepEqual(host.respond(fromHex(packet)), fromHex(response), `${name}: ${what}`);
      }
      if (now[file].by === before[file]?.by) assert.deepEqual(fresh, await committed(name), name);
    }
  } finally {
    await Deno.remove(output, { recursive: true });
  }
}

/** Runs `build.ts` without the packages that C and Rust don't need; gives what it said. */
async function build(output: string, parsers: readonly string[]): Promise<string> {
  const compilers = "clang,wasm-ld,rustc";
  const command = `${PATH}; export PATH; exec "$0" run --quiet --no-prompt --no-config ` +
    `--allow-read --allow-write=/tmp --allow-env=TMPDIR --allow-run=${compilers} "$@"`;
  const { success, stdout, stderr } = await new Deno.Command("bash", {
    args: [
      "-c",
      command,
      denoCommand(),
      new URL("build.ts", folder).pathname,
      "--output",
      output,
      ...parsers,
    ],
  }).output();
  const decoder = new TextDecoder();
  assert(success, decoder.decode(stderr));
  return decoder.decode(stdout);
}
