import assert from "node:assert/strict";
import { natsTest } from "../../nats/server/servers_for_tests.ts";
import { withScript } from "../_process_for_tests.ts";
import { downpour, downpourKeeping, startPool } from "./_pool_for_tests.ts";
import { asking, startRecording } from "./_target_for_tests.ts";

natsTest("a threshold that aborts ends all agents, which are free again", async () => {
  await using pool = await startPool("", "");
  await using target = startRecording();
  const { url } = pool.server;
  const rule = `thresholds: { http_reqs: [{ threshold: "count<60", abortOnFail: true }] },`;
  await withScript(asking(60, 40, rule), async (path) => {
    const { code, stdout, stderr } = await downpour(
      ...["run", path, "--on", url, "-e", `TO=${target.url}`],
    );
    assert.equal(code, 99, stderr);
    assert.match(stdout, /✗ http_reqs {2}count<60/);
    assert.match(`${stdout}${stderr}`, /Threshold http_reqs count<60 ended the run/);
    // Both had seen to it that the limit was reached, and neither went on.
    assert.equal(new Set(target.asked.map((query) => query.get("me"))).size, 2);
    assert(target.asked.length >= 60 && target.asked.length < 1200, `${target.asked.length}`);
    const before = target.asked.length;
    const cards = JSON.parse((await downpour("agents", "--nats", url, "--json")).stdout);
    assert.deepEqual(cards.map(({ running }: { running: string[] }) => running), [[], []]);
    assert.equal(target.asked.length, before);
  });
});

natsTest("outputs have every sample, records are compared, reports name the agents", async () => {
  await using pool = await startPool("zone=eu", "zone=us");
  await using target = startRecording();
  await withScript(asking(3, 40), async (path) => {
    const runs = `${path}.runs`;
    const [points, report] = [`${path}.points.json`, `${path}.report.html`];
    const env = ["-e", `TO=${target.url}`];
    const local = await downpourKeeping(runs, "run", path, ...env, "--shards", "1");
    assert.equal(local.code, 0, local.stderr);
    const before = target.asked.length;

    const far = await downpourKeeping(
      runs,
      ...["run", path, "--on", pool.server.url, ...env],
      ...["--out", `json=${points}`, "--report", report],
    );
    assert.equal(far.code, 0, far.stderr);
    const asked = target.asked.length - before;
    const lines = (await Deno.readTextFile(points)).trim().split("\n")
      .map((line) => JSON.parse(line));
    const pointsOf = (metric: string) =>
      lines.filter((line) => line.type === "Point" && line.metric === metric);
    assert.equal(pointsOf("http_req_duration").length, asked);
    assert.equal(pointsOf("iterations").length, asked);
    assert.equal(pointsOf("http_reqs").reduce((sum, { data }) => sum + data.value, 0), asked);

    const page = await Deno.readTextFile(report);
    const fallback = page.slice(page.indexOf("<noscript>"), page.indexOf("</noscript>"));
    for (const text of ["Agent", "agent-1", "agent-2"]) assert(fallback.includes(text), text);

    const record = JSON.parse(await Deno.readTextFile(`${runs}/0002/record.json`));
    assert.deepEqual(
      record.summary.run.shards.map(({ link }: { link: { agent: string } }) => link.agent)
        .toSorted(),
      ["agent-1", "agent-2"],
    );
    const compared = await downpourKeeping(runs, "compare", "1", "2");
    assert.equal(compared.code, 0, compared.stderr);
    assert.match(compared.stdout, /verdicts /);
    const json = await downpourKeeping(runs, "compare", "1", "2", "--json");
    assert.equal(typeof JSON.parse(json.stdout), "object");
  });
});
