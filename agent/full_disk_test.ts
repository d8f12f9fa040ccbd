import assert from "node:assert/strict";
import { until, withFolder } from "./_folders_for_tests.ts";
import { writeScript } from "./_load_server_for_tests.ts";
import { startIn, upload } from "./_running_for_tests.ts";
import { canMount, fill, withSmallDisk } from "./_small_disk_for_tests.ts";
import { startCollector } from "./collector/mod.ts";

async function answer(response: Promise<Response>): Promise<[status: number, text: string]> {
  const answered = await response;
  return [answered.status, await answered.text()];
}

const name =
  "fault 86: an agent whose disk is full answers: uploads get 400, jobs 507, one that waited fails";
Deno.test({
  name: canMount ? name : `${name} (needs mount)`,
  ignore: !canMount,
  fn: () =>
    withFolder((elsewhere) =>
      withSmallDisk(async (folder) => {
        const store = { kind: "files", folder: `${elsewhere}/collected` } as const;
        await using collector = startCollector({ address: { port: 0 }, store });
        const { agent, ask, run } = await startIn(folder, collector);
        await using _agent = agent;
        const binary = await upload(ask, await writeScript(elsewhere, "exec sleep 300"));
        const job = { name: "sleeper", users: 1, duration: 300, binary };
        const runs = await run(job, ({ state }) => state === "starting");
        const queue = () => ask("/queue", { method: "POST", body: JSON.stringify(job) });
        const queued = await queue();
        await queued.body?.cancel();
        assert.equal(queued.status, 201);
        await fill(`${folder}/filler`);

        const body = new FormData();
        body.append("file", new Blob([new Uint8Array(1 << 20)]), "load");
        const [status, text] = await answer(ask("/upload", { method: "POST", body }));
        assert.equal(status, 400);
        assert.match(text, /^write .+: no space left on device\n$/);
        // Some may still fit into the last block of the journal.
        let refused: [number, string] = [201, ""];
        for (let tries = 0; tries < 20 && refused[0] === 201; tries++) {
          refused = await answer(queue());
        }
        assert.equal(refused[0], 507);
        assert.match(refused[1], /^write .+: no space left on device\n$/);
        const [healthy, health] = await answer(fetch(`${agent.url}/healthz`));
        assert.deepEqual([healthy, JSON.parse(health).status], [200, "ok"]);

        // The next one can't be begun, and says why.
        await (await ask(`/jobs/${runs.id}`, { method: "DELETE" })).body?.cancel();
        const next = queued.headers.get("location")!;
        await until(
          async () => (await (await ask(next)).json()).state === "failed",
          "the end of the next job",
        );
        assert.equal((await (await ask(next)).json()).error.code, "disk_full");

        await Deno.remove(`${folder}/filler`);
        assert.equal((await answer(queue()))[0], 201);
      })
    ),
});
