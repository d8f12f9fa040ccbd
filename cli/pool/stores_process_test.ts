import assert from "node:assert/strict";
import { connect, jetStream } from "../../nats/mod.ts";
import { natsTest } from "../../nats/server/servers_for_tests.ts";
import { withScript } from "../_process_for_tests.ts";
import { downpour, scriptOf, startPool } from "./_pool_for_tests.ts";

natsTest("a run says how a pool is kept, and hears where that can't be", async () => {
  await using pool = await startPool();
  const { url } = pool.server;
  await withScript(scriptOf(1), async (path) => {
    const many = await downpour("run", path, "--on", url, "--replicas", "3");
    assert.equal(many.code, 1);
    assert.match(many.stderr, /3 replicas need as many servers with JetStream: there are fewer/);

    const memory = await downpour("run", path, "--on", url, "--storage", "memory");
    assert.match(memory.stderr, /there is no agent in the pool/);
    const asker = await connect({ urls: [url] });
    const { config } = await jetStream(asker).getStreamInfo("downpour_log");
    await asker.close();
    assert.equal(config["storage"], "memory");

    const file = await downpour("run", path, "--on", url, "--storage", "file");
    assert.equal(file.code, 1);
    assert.match(file.stderr, /is kept in memory, which can't become file/);
  });
});
