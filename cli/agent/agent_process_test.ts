import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { startTarget } from "../../targets/mod.ts";
import { inFolder } from "../_folders_for_tests.ts";
import { start } from "../_process_for_tests.ts";
import { run, runIn, serve } from "./_servers_for_tests.ts";

const CLI = fileURLToPath(new URL("../../cli.ts", import.meta.url));
const JOB = 'type = "job"\n[schema]\nname = "shop"\nusers = 3\nduration = 1\n';
const SCRIPT = `
import http from "k6/http";
import { env } from "k6";
import { wait } from "./wait.ts";
export default async function () {
  await http.get(env.TARGET + "/get");
  await wait(20);
}`;

Deno.test("agent, collector and submit work together, with go-lo's flags", async () => {
  await using target = startTarget();
  await inFolder(async (folder) => {
    const data = ["--data", `${folder}/data`];
    await using collector = await serve(
      ...["collector", "--data", `${folder}/results`, "--listen", "127.0.0.1:0"],
    );
    await using agent = await serve(
      ...["agent", "-collector", collector.url, "-insecure", `-logs=${folder}/logs`, ...data],
      ...["--listen=127.0.0.1:0", "--cooldown=0s", "--allow-net", `127.0.0.1:${target.port}`],
    );
    assert.match(agent.said(), /the token is in .*\/data\/token\n/);
    if (Deno.build.os !== "windows") {
      assert.equal((await Deno.stat(`${folder}/data/token`)).mode! & 0o777, 0o600);
    }
    await Deno.writeTextFile(`${folder}/job.toml`, JOB);
    await Deno.writeTextFile(`${folder}/load.ts`, SCRIPT);
    const wait = "export const wait = (ms: number) => new Promise((r) => setTimeout(r, ms));";
    await Deno.writeTextFile(`${folder}/wait.ts`, wait);
    const args = [
      ...["submit", "-f", `${folder}/job.toml`, "--script", `${folder}/load.ts`],
      ...["-e", `TARGET=${target.url}`, "--collector", collector.url],
      ...["--token-file", `${folder}/data/token`],
    ];
    // --hosts goes before GOLO_HOSTS, which goes before this machine's.
    const good = await runIn(
      { GOLO_HOSTS: "127.0.0.1:9" },
      ...[...args, "--hosts", agent.url, "--threshold", "http_req_failed=rate<0.01"],
    );
    assert.equal(good.code, 0, good.stderr);
    assert.match(good.stdout, /3 users +done +100% .* results/);
    assert.match(good.stdout, /✓ http_req_failed rate<0\.01: 0/);
    assert.match(good.stderr, /sending/);
    const bad = await runIn(
      { GOLO_HOSTS: agent.url },
      ...[...args, "--json", "--quiet", "--threshold=http_reqs=count<1"],
    );
    assert.equal(bad.code, 99, bad.stderr);
    const { hosts, summary, thresholds } = JSON.parse(bad.stdout);
    assert.deepEqual([hosts.length, hosts[0].host, hosts[0].state], [1, agent.url, "done"]);
    assert.equal(thresholds[0].ok, false);
    assert.equal(summary.count, hosts[0].counts.collected);
    assert.equal(bad.stderr, "");
    // The scripts' own summary is in the logs, and all requests of clients were told.
    assert.match(await Deno.readTextFile(`${folder}/logs/shop/out.log`), /GET \/get/);
    assert.match(agent.said(), /127\.0\.0\.1 POST \/upload 200\n.*POST \/queue 201\n/);
    assert.equal(await agent.end(), 0);
    assert.equal(await collector.end(), 0);
  });
});

Deno.test({
  name: "an agent that is killed leaves no process of its script, and the next one says so",
  ignore: Deno.build.os !== "linux",
  fn: () =>
    inFolder(async (folder) => {
      const args = ["agent", "--data", `${folder}/data`, "-logs", `${folder}/logs`];
      const more = ["--golo-compat", "--listen", "127.0.0.1:0", "--flush", "1s"];
      const first = await serve(...args, ...more);
      const source = `import { sleep } from "k6";
        export const options = { vus: 2, duration: "10m" };
        export default async () => { console.log("one more"); await sleep(0.1); };`;
      const body = JSON.stringify({ name: "endless", script: { source } });
      const queued = await fetch(`${first.url}/queue`, { method: "POST", body });
      await queued.body?.cancel();
      const job = queued.headers.get("location")!;
      const log = `${folder}/logs/endless/err.log`;
      while (!(await Deno.readTextFile(log).catch(() => "")).includes("one more")) {
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      await first.kill();
      await using second = await serve(...args, ...more);
      const { state, error } = await (await fetch(second.url + job)).json();
      assert.deepEqual([state, error.code], ["interrupted", "agent_ended"]);
      assert.match(second.said(), /is interrupted: the agent ended while the job was running/);
      const find = 'for file in /proc/[0-9]*/environ; do { grep -qz "DOWNPOUR_JOB=$0" "$file" && ' +
        'echo "$file"; } 2>/dev/null; done; true';
      const id = job.split("/").at(-1)!;
      const { stdout } = await new Deno.Command("bash", { args: ["-c", find, id] }).output();
      assert.equal(new TextDecoder().decode(stdout), "");
    }),
});

Deno.test("what a request's path holds does not reach the terminal", async () => {
  await inFolder(async (folder) => {
    const args = ["--data", `${folder}/data`, "--logs", `${folder}/logs`];
    await using agent = await serve("agent", ...args, "--golo-compat", "--listen", "127.0.0.1:0");
    const evil = "/%1b%5b2Jx%0d%0a2026 127.0.0.1 POST /upload 200";
    await (await fetch(agent.url + evil)).body?.cancel();
    await agent.end();
    const [line] = agent.said().split("\n").filter((line) => line.includes("2Jx"));
    // deno-lint-ignore no-control-regex -- of a terminal
    assert.doesNotMatch(line!, /[\x00-\x1f]/);
    assert.match(line!, / GET .* 404$/);
  });
});

Deno.test("what can't be served is refused with the reason, and exit code 104", async () => {
  await inFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/cert.pem`, "no certificate");
    const files = ["--data", `${folder}/data`, "--logs", `${folder}/logs`];
    const anywhere = ["--listen", "0.0.0.0:0"];
    const table: [args: string[], reason: RegExp][] = [
      [["agent", ...files, ...anywhere], /the token would go over the network in plain text/],
      [["agent", ...files, ...anywhere, "--golo-compat"], /serves without a token.*127\.0\.0\.1/],
      [["agent", ...files, "--listen", "here"], /--listen is no HOST:PORT/],
      [["agent", ...files, "--tls-cert", "x"], /--tls-cert and --tls-key go together/],
      [
        ["agent", ...files, "--tls-cert", `${folder}/cert.pem`, "--tls-key", `${folder}/cert.pem`],
        /--tls-cert .*cert\.pem is no PEM file/,
      ],
      [["agent", ...files, "--uid", "root"], /--uid is not a whole number/],
      [["agent", ...files, "-collector", "nowhere"], /collector is "nowhere": it takes a URL/],
      [["agent", ...files, "--allow-net", "a,,b"], /--allow-net is not a list/],
      [["agent", ...files, "--cooldown", "soon"], /--cooldown/],
      [["collector", "--data", folder, ...anywhere], /a collector at 0\.0\.0\.0 needs a token/],
      [["collector", "--data", folder, "--influxdb", "x"], /--data and --influxdb exclude/],
      [["submit"], /--file is missing/],
      [["submit", "-f", "job.toml"], /give --schedule, a binary, or --script/],
      [
        ["submit", "-f", "a", "--schedule", "b", "--script", "c"],
        /--schedule and --script exclude each other/,
      ],
      [["submit", "-f", "a", "--schedule", "b", "--hosts", ","], /--hosts names no host/],
      [["submit", "-f", "a", "--schedule", "b", "--provider", "env"], /needs GOLO_HOSTS/],
      [
        ["submit", "-f", "a", "--schedule", "b", "--provider", "digitalocean"],
        /makes no machines here/,
      ],
      [["submit", "-f", "a", "--schedule", "b", "--threshold", "x"], /is not METRIC=RULE/],
      [["submit", "-f", "a", "--script", "b.tar", "-e", "A=1"], /an archive has its own/],
    ];
    for (const [args, reason] of table) {
      const { code, stdout, stderr } = await run(...args);
      assert.match(stderr, reason);
      assert.deepEqual([code, stdout], [104, ""], args.join(" "));
    }
  });
});

Deno.test("a process that may not run jobs says what it lacks, all at once", async () => {
  await inFolder(async (folder) => {
    const args = ["agent", "--data", `${folder}/data`, "--logs", `${folder}/logs`];
    const child = start("deno", ["run", "--quiet", "--no-prompt", "--allow-net", CLI, ...args]);
    assert.equal(await child.ended(), 2);
    const flags = [...child.stderr.text.matchAll(/^ {2}(--\S+)/gm)].map(([, flag]) => flag);
    assert.match(
      child.stderr.text,
      /^downpour: agent may not .* deno task agent, or give deno run/,
    );
    assert.deepEqual(flags, [
      ...["--allow-run=bash", "--allow-run=deno", "--allow-read"],
      ...[`--allow-write=${folder}/data`, `--allow-write=${folder}/logs`],
    ]);
  });
});
