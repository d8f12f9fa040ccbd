import assert from "node:assert/strict";
import { OptionError } from "../internal/mod.ts";
import { until, withFolder } from "./_folders_for_tests.ts";
import { TOKEN, withAgent } from "./_running_for_tests.ts";
import { startAgent } from "./agent.ts";
import { openQueue } from "./queue.ts";
import { openStore } from "./store/mod.ts";

/** Tries to start an agent that has a job in its queue; gives the job's state after it. */
async function startInVain(folder: string, options: object, expected: object): Promise<string[]> {
  const data = `${folder}/data`;
  {
    await using store = await openStore({ folder: data });
    await openQueue(store.jobs).add({
      ...{ name: "waits", users: 1, duration: 1, rpcAddress: "127.0.0.1:9999" },
      load: { kind: "binary", binary: crypto.randomUUID() },
    });
  }
  const good = { folder: data, address: { port: 0 }, security: { token: TOKEN } };
  await assert.rejects(startAgent({ ...good, ...options }), expected);
  await using store = await openStore({ folder: data });
  return [...store.jobs.all()].map(({ job }) => job.state);
}

Deno.test("a job that waits is still queued after a start in vain: its port is taken", () =>
  withFolder(async (folder) => {
    using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const address = { port: listener.addr.port };
    const states = await startInVain(folder, { address }, { code: "address_in_use" });
    assert.deepEqual(states, ["queued"]);
  }));

Deno.test("a job that waits is still queued after a start in vain: there is no token", () =>
  withFolder(async (folder) => {
    const states = await startInVain(folder, { security: { token: null } }, OptionError);
    assert.deepEqual(states, ["queued"]);
  }));

Deno.test("a duration that no timer can wait for is refused as the longest of a job", () =>
  withFolder(async (folder) => {
    const limits = { maxDuration: 720 * 3600 };
    const message = /^maxDuration is 2592000: give seconds up to 2000000$/;
    await startInVain(
      folder,
      { limits },
      (error: unknown) => error instanceof OptionError && message.test(error.message),
    );
  }));

Deno.test("a module that came with its job is gone after it", () =>
  withAgent(async ({ run, ask }) => {
    const source = "export const options = { iterations: 1 }; export default () => {};";
    assert.equal((await run({ name: "once", script: { source } })).state, "done");
    await until(async () => {
      const { binaries } = await (await ask("/binaries")).json();
      return binaries.length === 0;
    }, "the end of the module");
  }));
