import assert from "node:assert/strict";
import { natsTest } from "../../nats/server/servers_for_tests.ts";
import { withScript } from "../_process_for_tests.ts";
import { startNetwork } from "./_network_for_tests.ts";
import {
  assertWhole,
  begin,
  downpour,
  scriptOf,
  startAgent,
  startPool,
} from "./_pool_for_tests.ts";

natsTest("an agent that is cut off goes on, and nothing of what it did is missing", async () => {
  await using pool = await startPool("");
  await using network = startNetwork(pool.server.port);
  await using _far = await startAgent(network.url, "far");
  await withScript(scriptOf(14), async (path) => {
    const child = begin("run", path, "--on", pool.server.url);
    await child.stderr.until(/begun/);
    network.cut();
    await child.stderr.until(/agent far says nothing: it is given up after 15s/);
    // Longer than it takes both ends to give the connection up.
    await new Promise((resolve) => setTimeout(resolve, 6000));
    network.heal();
    await child.stderr.until(/agent far is heard of again/);
    const code = await child.ended();
    assert.equal(code, 0, child.stderr.text);
    assertWhole(child.stdout.text, 560);
  });
});

natsTest("a slow way to an agent costs the result nothing", async () => {
  await using pool = await startPool("");
  const slow = { latencyMs: 200, jitterMs: 50, uploadBytesPerSecond: 200_000 };
  await using network = startNetwork(pool.server.port, slow);
  await using _far = await startAgent(network.url, "far");
  await withScript(scriptOf(4), async (path) => {
    const { code, stdout, stderr } = await downpour("run", path, "--on", pool.server.url);
    assert.equal(code, 0, stderr);
    assertWhole(stdout, 160);
    // Half of the way there and back is how far the offset of its clock may be off.
    assert.match(stdout, /far .*±[1-3]\d\dms|far .*±\d\d(\.\d)?ms/);
  });
});
