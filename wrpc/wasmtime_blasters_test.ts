import assert from "node:assert/strict";
import { blaster } from "./blaster/blaster.ts";
import { BLASTER, component, type ComponentName } from "./host/components_for_tests.ts";
import { serveNats, serveTcp, type WasmtimeServer, wasmtimeTest } from "./_wasmtime_for_tests.ts";

/**
 * Our blasters in `wrpc-wasmtime` 0.16.0. Our HTTP echo has no place there: that program serves a
 * component's own `wasi:http/incoming-handler`, whose requests are handles of its own that can't be
 * sent, where `downpour serve` and wRPC's HTTP server answer `wrpc:http/incoming-handler`.
 */
const PACKETS = 3;
const SERVED = "successfully served instance function invocation";

async function workload(name: ComponentName) {
  return { component: { path: (await component(name))! }, instance: BLASTER, functions: 1 };
}

async function missing(name: ComponentName): Promise<string[]> {
  return await component(name) === null ? [`jco, to build ${name}`] : [];
}

/** Over TCP an answer without a result is no more than the end: so what the program says counts. */
async function blasts({ where, output }: WasmtimeServer): Promise<void> {
  await using packets = blaster({ ...where, timeout: "30s" });
  for (let i = 0; i < PACKETS; i++) {
    await packets.blast({ memory_burn_mb: 2, wait_ms: 1, cpu_burn_ms: 1, payload: "hello" });
  }
  const served = async () => (await output()).split(SERVED).length - 1;
  // It says so after it has answered.
  for (let waited = 0; await served() < PACKETS && waited < 1000; waited++) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  assert.equal(await served(), PACKETS, await output());
}

for (const name of ["blaster_small", "blaster"] satisfies ComponentName[]) {
  wasmtimeTest(`${name} in wrpc-wasmtime takes packets over TCP`, async (program) => {
    await using server = await serveTcp(program, await workload(name));
    await blasts(server);
  }, { missing: await missing(name) });
}

wasmtimeTest("blaster_small in wrpc-wasmtime takes packets over NATS", async (program) => {
  await using server = await serveNats(program, await workload("blaster_small"));
  await blasts(server);
}, { nats: true, missing: await missing("blaster_small") });
