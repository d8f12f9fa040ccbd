import assert from "node:assert/strict";
import { connect, jetStream } from "../../../nats/mod.ts";
import { startNatsCluster } from "../../../nats/server/mod.ts";
import { natsTest } from "../../../nats/server/servers_for_tests.ts";
import { bytesOf, textOf, waiter } from "../_contract_world_for_tests.ts";
import { natsBus } from "./bus.ts";

natsTest("on three servers everything has three copies, and each server may go", async () => {
  await using cluster = await startNatsCluster();
  await using stack = new AsyncDisposableStack();
  const urls = [...cluster.urls];
  const open = async () => {
    const bus = await natsBus({ connect: { urls }, patienceMs: 60_000 });
    stack.defer(() => bus.close());
    return bus;
  };
  const [writer, reader] = [await open(), await open()];
  const asker = await connect({ urls });
  stack.defer(() => asker.close());
  const js = jetStream(asker, { timeout: 10_000 });
  for (
    const stream of ["downpour_log", "downpour_jobs", "KV_downpour_keys", "OBJ_downpour_blobs"]
  ) {
    assert.equal((await js.getStreamInfo(stream)).config.num_replicas, 3);
  }
  const leaderOf = async (stream: string): Promise<string> => {
    for (;;) {
      const { cluster: place } = await js.getStreamInfo(stream).catch(() => ({
        cluster: undefined,
      }));
      if (place?.leader) return place.leader;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  };

  const abort = new AbortController();
  const read: number[] = [];
  const records = waiter();
  const reading = reader.log.read("up.r.>", ({ bytes }) => {
    read.push(Number(textOf(bytes)));
    records.wake();
  }, abort.signal);
  reading.catch(() => {}); // A failure before its end says more.
  const watched: string[] = [];
  const changes = waiter();
  await reader.keys.watch("runs", (_, entry) => {
    watched.push(textOf(entry?.value));
    changes.wake();
  }, abort.signal);

  let next = 0;
  const revision = await writer.keys.create("runs.lease", bytesOf("0"));
  const write = async (count: number) => {
    for (let i = 0; i < count; i++, next++) {
      await writer.log.append("up.r.0", `r.0.${next}`, bytesOf(`${next}`));
    }
  };
  await write(20);
  const hash = await writer.blobs.put(new Uint8Array(300_000).fill(7));

  // The leader of the log goes while records are written.
  const leader = cluster.named(await leaderOf("downpour_log"));
  const writing = write(20);
  await leader.kill();
  await writing;
  await writer.keys.update("runs.lease", bytesOf("1"), revision);
  await assert.rejects(writer.keys.update("runs.lease", bytesOf("late"), revision), {
    code: "bus_conflict",
  });
  assert.equal((await reader.blobs.get(hash)).length, 300_000);
  await writer.jobs.offer("jobs.x", "1", bytesOf("job"));
  const job = await reader.jobs.take("jobs.x", abort.signal);
  assert.equal(textOf(job?.bytes), "job");
  await job?.done();
  await leader.start();

  // Without a majority nothing can be written; what was asked meanwhile is done after.
  const [, second, third] = cluster.servers;
  await Promise.all([second!.kill(), third!.kill()]);
  const written = write(5);
  await Promise.all([second!.start(), third!.start()]);
  await written;

  // A new leader, with all servers there.
  const stepDown = () => asker.request("$JS.API.STREAM.LEADER.STEPDOWN.downpour_log", "", 10_000);
  // Servers that have just started may have none to answer yet.
  while (!await stepDown().then(() => true, () => false));
  await write(5);
  await records.until(() => read.length >= next);
  assert.deepEqual(read, Array.from({ length: next }, (_, i) => i));
  await changes.until(() => watched.at(-1) === "1");
  abort.abort();
  await reading;
});

natsTest("on three servers the number of copies is as asked, also of what is there", async () => {
  await using cluster = await startNatsCluster();
  await using stack = new AsyncDisposableStack();
  const urls = [...cluster.urls];
  const open = async (replicas?: number) => {
    const bus = await natsBus({
      connect: { urls },
      ...(replicas === undefined ? {} : { replicas }),
    });
    stack.defer(() => bus.close());
    return bus;
  };
  const asker = await connect({ urls });
  stack.defer(() => asker.close());
  const js = jetStream(asker, { timeout: 10_000 });
  const copies = async () => (await js.getStreamInfo("downpour_log")).config.num_replicas;
  const first = await open(1);
  await first.log.append("up.r.0", "1", bytesOf("one"));
  assert.equal(await copies(), 1);
  const second = await open(3);
  assert.equal(await copies(), 3);
  await open();
  assert.equal(await copies(), 3);
  const abort = new AbortController();
  await second.log.read("up.r.0", ({ bytes }) => {
    assert.equal(textOf(bytes), "one");
    abort.abort();
  }, abort.signal);
});
