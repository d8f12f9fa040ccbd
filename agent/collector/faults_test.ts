import assert from "node:assert/strict";
import { assertEach, keptResults, results } from "../_results_for_tests.ts";
import { fileURLToPath } from "node:url";
import { freePort } from "../../internal/programs_for_tests.ts";
import { createPusher } from "./mod.ts";
import { withFolder } from "./_push_for_tests.ts";
import { collecting } from "./_served_for_tests.ts";

const pathOf = (name: string) => fileURLToPath(new URL(`testdata/${name}`, import.meta.url));
/** Limits on the size of files are as good as a full disk, and every user may set them. */
const limited = Deno.build.os === "linux" ? Deno.test : Deno.test.ignore;

/** A collector in a process of its own, to be killed; `limit` is of the size of its files, KiB. */
async function startProcess(folder: string, port: number, limit = "unlimited") {
  const script = `trap "" XFSZ; ulimit -f ${limit}; exec deno run --no-prompt --quiet \
    --allow-read --allow-write=/tmp --allow-net=127.0.0.1 "$0" "$@"`;
  const child = new Deno.Command("bash", {
    args: ["-c", script, pathOf("serve.ts"), folder, String(port)],
    stdin: "null",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const reader = child.stdout.getReader();
  await reader.read();
  return {
    async kill() {
      child.kill("SIGKILL");
      await child.status;
      await reader.cancel();
    },
  };
}

const pause = (ms: number) => new Promise((done) => setTimeout(done, ms));

Deno.test("fault 87: a collector that is killed again and again has every result once", () =>
  withFolder(async (folder) => {
    const port = freePort();
    const kept = `${folder}/kept`;
    const url = `http://127.0.0.1:${port}`;
    const pusher = createPusher({ url, job: "job", spoolFolder: `${folder}/spool` });
    const total = 60_000;
    let pushed = 0;
    for (let life = 0; life < 3; life++) {
      const collector = await startProcess(kept, port);
      const until = pushed + total / 3;
      while (pushed < until) {
        await pusher.push(results(1000, pushed));
        pushed += 1000;
        // In the middle of its work.
        if (pushed === until - 10_000) {
          while (pusher.counts().collected === 0) await pause(1);
          await collector.kill();
        }
      }
    }
    const collector = await startProcess(kept, port);
    const counts = await pusher.finish(60_000);
    await collector.kill();
    assert.deepEqual([counts.pushed, counts.collected, counts.dropped], [total, total, 0]);
    // Those whose answer went down with it came twice, and are known by their keys.
    assert.ok(counts.duplicates <= counts.resent);
    const { results: all, journaled } = await wholeResults(kept);
    assert.equal(journaled, all.length);
    assertEach(all, total);
  }));

/** Results up to the end of the last whole batch. */
async function wholeResults(folder: string) {
  const all = await keptResults(folder, "job");
  const journal = (await Deno.readTextFile(`${folder}/job/batches.log`)).trimEnd().split("\n");
  const end = Number(journal.at(-1)!.split(" ")[0]);
  const { size } = await Deno.stat(`${folder}/job/results.ndjson`);
  assert.equal(size, end);
  return { results: all, journaled: all.length };
}

Deno.test("fault 87: a collector that answers 500, or nothing for long, gets every result in the end", () =>
  withFolder(async (folder) => {
    let requests = 0;
    const slow: (() => void)[] = [];
    await collecting(async ({ url }, kept) => {
      const proxy = Deno.serve(
        { port: 0, hostname: "127.0.0.1", onListen: () => {} },
        async (request) => {
          const body = await request.arrayBuffer();
          const number = requests++;
          const pass = () =>
            fetch(url + new URL(request.url).pathname, {
              method: "POST",
              headers: request.headers,
              body,
            });
          if (number % 4 === 0) return new Response("no", { status: 500 });
          if (number % 4 === 1) {
            // Taken, but the answer says otherwise.
            await (await pass()).text();
            return new Response("late", { status: 502 });
          }
          if (number === 2) await new Promise<void>((done) => slow.push(done));
          return await pass();
        },
      );
      const pusher = createPusher({
        url: `http://127.0.0.1:${proxy.addr.port}`,
        job: "job",
        spoolFolder: `${folder}/spool`,
        requestMs: 500,
      });
      await pusher.push(results(5000));
      const counts = await pusher.finish(60_000);
      for (const done of slow) done();
      await proxy.shutdown();
      assert.deepEqual([counts.collected, counts.dropped], [5000, 0]);
      assert.ok(
        counts.duplicates > 0 && counts.duplicates <= counts.resent,
        JSON.stringify(counts),
      );
      assertEach(await keptResults(kept, "job"), 5000);
    });
  }));

limited(
  "fault 86: on a full disk the spool takes what fits, and what does not is dropped and counted",
  () =>
    withFolder(async (folder) => {
      const command = `trap "" XFSZ; ulimit -f 16; exec deno run --no-prompt --quiet \
      --allow-read --allow-write=/tmp --allow-net=127.0.0.1 "$0" "$1"`;
      const { stdout, stderr } = await new Deno.Command("bash", {
        args: ["-c", command, pathOf("spool_on_full_disk.ts"), `${folder}/spool`],
        stdin: "null",
      }).output();
      const text = new TextDecoder().decode(stdout);
      assert.ok(text !== "", new TextDecoder().decode(stderr));
      const { counts, drops, files } = JSON.parse(text);
      assert.deepEqual([counts.pushed, counts.collected, counts.dropped], [50_000, 0, 50_000]);
      assert.match(drops[0].why, /can't write the spool .*: .*(large|space)/i);
      assert.deepEqual(files, []);
    }),
);

limited(
  "fault 86: a collector whose disk is full says so, keeps whole batches, and goes on when there is room",
  () =>
    withFolder(async (folder) => {
      const port = freePort();
      const kept = `${folder}/kept`;
      const url = `http://127.0.0.1:${port}`;
      const full = await startProcess(kept, port, "200");
      const pusher = createPusher({ url, job: "job", spoolFolder: `${folder}/spool` });
      await pusher.push(results(3000));
      while (pusher.trouble === null) await pause(1);
      assert.match(pusher.trouble, /answers 507: the results can't be kept: .*(large|space)/i);
      const { collected } = pusher.counts();
      assert.ok(collected > 0 && collected < 3000, `${collected}`);
      await full.kill();
      const roomy = await startProcess(kept, port);
      const counts = await pusher.finish(60_000);
      await roomy.kill();
      assert.deepEqual([counts.collected, counts.dropped], [3000, 0]);
      assertEach(await keptResults(kept, "job"), 3000);
    }),
);
