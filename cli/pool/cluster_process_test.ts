import assert from "node:assert/strict";
import { connect, jetStream } from "../../nats/mod.ts";
import { type NatsCluster, type NatsServer, startNatsCluster } from "../../nats/server/mod.ts";
import { natsTest } from "../../nats/server/servers_for_tests.ts";
import { withScript } from "../_process_for_tests.ts";
import { assertWhole, begin, scriptOf, startAgents } from "./_pool_for_tests.ts";

/** The server that leads the stream which runs are logged to; waits until another one does. */
async function leaderOf({ urls, named }: NatsCluster, before?: string): Promise<NatsServer> {
  const asker = await connect({ urls: [...urls] });
  try {
    const js = jetStream(asker, { timeout: 1000 });
    for (;;) {
      const info = await js.getStreamInfo("downpour_log").catch(() => null);
      const leader = info?.cluster?.leader;
      if (leader === undefined || leader === "" || leader === before) continue;
      assert.equal(info?.config["num_replicas"], 3);
      return named(leader);
    }
  } finally {
    await asker.close();
  }
}

natsTest("a run outlives the server that leads its log, and nothing is missing", async () => {
  await using cluster = await startNatsCluster();
  const url = cluster.urls.join(",");
  await using stack = new AsyncDisposableStack();
  for (const agent of await startAgents(url, "", "")) stack.use(agent);
  await withScript(scriptOf(12), async (path) => {
    const child = begin("run", path, "--on", url);
    await child.stderr.until(/begun/);
    const leader = await leaderOf(cluster);
    await leader.kill();
    await leaderOf(cluster, leader.name);
    await leader.start();
    const code = await child.ended();
    assert.equal(code, 0, child.stderr.text);
    assertWhole(child.stdout.text, 480);
  });
});
