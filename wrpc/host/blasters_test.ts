import assert from "node:assert/strict";
import { readComponent } from "./component/mod.ts";
import { BLASTER, type ComponentName, componentTest, packet } from "./components_for_tests.ts";
import { transpile } from "./transpile.ts";
import { Lifetime, wasiImports } from "./wasi/mod.ts";
import { suspendingImports } from "./wasi/names.ts";

const MIB = 1024 * 1024;

type Instantiate = (
  core: (name: string) => Promise<WebAssembly.Module>,
  imports: object,
  instantiateCore: typeof WebAssembly.instantiate,
) => Promise<Record<string, { blast(packet: unknown): Promise<void> }>>;

/** Runs a blaster with a clock that tells when it is asked, and how much memory there is then. */
async function record(path: string, changes: Record<string, bigint>): Promise<string[]> {
  const bytes = await Deno.readFile(path);
  const names = {
    imports: suspendingImports(readComponent(bytes).imports),
    exports: [`${BLASTER}#blast`],
  };
  const folder = await transpile(path, bytes, names, ".downpour/components");
  const memories: WebAssembly.Memory[] = [];
  const events: string[] = [];
  let time = 0n;
  let asked = 0;
  class Pollable {
    block() {
      events.push("sleep");
      return Promise.resolve();
    }
  }
  const imports = {
    ...wasiImports(new Lifetime(), () => {}),
    "wasi:io/poll": { Pollable, poll: () => new Uint32Array() },
    "wasi:clocks/monotonic-clock": {
      now: () => {
        // The engine of TypeScript asks for the time of its own, now and then: a burn, again and again.
        if (++asked === 40) events.push("burn");
        return time += 1_000_000n;
      },
      resolution: () => 1n,
      subscribeInstant: () => new Pollable(),
      subscribeDuration: (ns: bigint) => {
        const most = Math.max(...memories.map(({ buffer }) => buffer.byteLength));
        asked = 0;
        events.push(`wait of ${ns / 1_000_000n} ms with ${most > 40 * MIB ? "" : "no "}40 MiB`);
        return new Pollable();
      },
    },
  };
  const { instantiate }: { instantiate: Instantiate } = await import(
    new URL("component.js", folder).href
  );
  const core = async (name: string) =>
    WebAssembly.compile(await Deno.readFile(new URL(name, folder)));
  const instantiateCore = async (module: WebAssembly.Module, imports?: WebAssembly.Imports) => {
    const instance = await WebAssembly.instantiate(module, imports);
    const { memory } = instance.exports;
    if (memory instanceof WebAssembly.Memory) memories.push(memory);
    return instance;
  };
  const instance = await instantiate(
    core,
    imports,
    instantiateCore as typeof WebAssembly.instantiate,
  );
  events.length = asked = 0;
  await instance[BLASTER]!.blast(packet(changes));
  return events;
}

for (const name of ["blaster_small", "blaster"] satisfies ComponentName[]) {
  await componentTest(name, `${name} holds memory, then sleeps, then burns CPU`, async (path) => {
    const all = { memBurnMb: 40n, waitMs: 7n, cpuBurnMs: 50n };
    assert.deepEqual(await record(path, all), ["wait of 7 ms with 40 MiB", "sleep", "burn"]);
  });

  await componentTest(name, `${name} does only what a packet orders`, async (path) => {
    assert.deepEqual(await record(path, {}), []);
    assert.deepEqual(await record(path, { waitMs: 2n }), ["wait of 2 ms with no 40 MiB", "sleep"]);
    assert.deepEqual(await record(path, { cpuBurnMs: 50n }), ["burn"]);
  });
}

await componentTest("blaster_small", "blaster_small is under 100 KB", async (path) => {
  const { size } = await Deno.stat(path);
  assert(size < 100_000, `${size} B`);
});
