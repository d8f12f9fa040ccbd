import assert from "node:assert/strict";
import { getSummary, post, result, results } from "../_results_for_tests.ts";
import {
  accepting,
  freePort,
  type Program,
  programTest,
  startProgram,
} from "../../internal/programs_for_tests.ts";
import { createPusher, startCollector } from "./mod.ts";
import { withFolder } from "./_push_for_tests.ts";

/** Starts InfluxDB 1.x; with a folder of its own, one that keeps what it has. */
async function startInflux(port: number, folder = "$FOLDER"): Promise<Program> {
  const config = `
reporting-disabled = true
bind-address = "127.0.0.1:${freePort()}"
[meta]
dir = "${folder}/meta"
[data]
dir = "${folder}/data"
wal-dir = "${folder}/wal"
[http]
bind-address = "127.0.0.1:${port}"
[monitor]
store-enabled = false
`;
  return await startProgram(
    'exec influxd -config "$0/influxdb.conf"',
    { "influxdb.conf": config },
    () => accepting(port),
  );
}

async function rows(port: number, db: string, q: string): Promise<unknown[][]> {
  const query = new URLSearchParams({ db, q });
  const { results } = await (await fetch(`http://127.0.0.1:${port}/query?${query}`)).json();
  return results[0].series?.[0]?.values ?? [];
}

await programTest(
  ["influxd"],
  "InfluxDB has every result that was pushed, in a database of the job's name",
  () =>
    withFolder(async (spoolFolder) => {
      const port = freePort();
      await using _influx = await startInflux(port);
      const store = { kind: "influxdb", url: `http://127.0.0.1:${port}` } as const;
      await using server = startCollector({ address: { port: 0 }, store });
      const job = "my job (1)";
      const pusher = createPusher({ url: server.url, job, spoolFolder });
      // All in one millisecond: without digits of their own they would replace each other.
      const timestamp = "2026-01-01T00:00:00.5Z";
      await pusher.push(results(5000).map((one) => ({ ...one, timestamp })));
      await pusher.push([
        result(0, { url: 'http://h/"\\,= ü', error: "no \\", status: 0, timestamp }),
      ]);
      const { collected, dropped } = await pusher.finish(20_000);
      assert.deepEqual([collected, dropped], [5001, 0]);
      assert.equal((await rows(port, job, "SELECT count(size) FROM request"))[0]![1], 5001);
      const [[, url, error, method, status, size, duration]] = await rows(
        port,
        job,
        `SELECT "url", "error", "method", "status", "size", "duration" FROM request WHERE "status" = '0'`,
      ) as [unknown[]];
      assert.deepEqual(
        [url, error, method, status, size, duration],
        ['http://h/"\\,= ü', "no /", "GET", "0", 512, 2_000_000],
      );
      const summary = await getSummary(server.url, job);
      assert.deepEqual([summary.count, summary.errors], [5001, 1]);
    }),
);

await programTest(
  ["influxd"],
  "fault 87: while InfluxDB is down batches wait, and none is there twice or missing",
  () =>
    withFolder(async (folder) => {
      const port = freePort();
      const store = { kind: "influxdb", url: `http://127.0.0.1:${port}` } as const;
      await using server = startCollector({ address: { port: 0 }, store });
      const pusher = createPusher({ url: server.url, job: "job", spoolFolder: `${folder}/spool` });
      await pusher.push(results(1000));
      const [status, text] = await post(`${server.url}/push/job`, results(1));
      assert.equal(status, 503);
      assert.match(text, /InfluxDB at http:\/\/127\.0\.0\.1:\d+ can't be reached/);
      {
        await using _influx = await startInflux(port, `${folder}/influx`);
        await pusher.push(results(1000, 1000));
        while (pusher.counts().collected < 1500) await new Promise((done) => setTimeout(done, 10));
      }
      await pusher.push(results(1000, 2000));
      await using _again = await startInflux(port, `${folder}/influx`);
      const { collected, dropped } = await pusher.finish(30_000);
      assert.deepEqual([collected, dropped], [3000, 0]);
      assert.equal((await rows(port, "job", "SELECT count(size) FROM request"))[0]![1], 3000);
    }),
);

await programTest(
  ["influxd"],
  "a database that is gone is made again, and what it refuses for good is dropped",
  () =>
    withFolder(async (spoolFolder) => {
      const port = freePort();
      await using _influx = await startInflux(port);
      const origin = `http://127.0.0.1:${port}`;
      await using server = startCollector({
        address: { port: 0 },
        store: { kind: "influxdb", url: origin },
      });
      const push = `${server.url}/push/job`;
      assert.equal((await post(push, results(1)))[0], 200);
      await post(`${origin}/query?q=${encodeURIComponent('DROP DATABASE "job"')}`, "");
      assert.equal((await post(push, results(1)))[0], 200);
      assert.equal((await rows(port, "job", "SELECT count(size) FROM request"))[0]![1], 1);
      // Someone else's points have other types.
      await post(`${origin}/query?q=${encodeURIComponent('CREATE DATABASE "other"')}`, "");
      await post(`${origin}/write?db=other`, 'request,a=b size="text" 1700000000000000000');
      const pusher = createPusher({ url: server.url, job: "other", spoolFolder });
      await pusher.push(results(10));
      const { collected, dropped } = await pusher.finish(10_000);
      assert.deepEqual([collected, dropped], [0, 10]);
      assert.match(
        pusher.drops()[0]!.why,
        /answers 422: InfluxDB .* answers 400: .*field type conflict/,
      );
    }),
);
