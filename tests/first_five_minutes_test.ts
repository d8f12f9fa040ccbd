import assert from "node:assert/strict";
import { hasProgram } from "../internal/programs_for_tests.ts";
import { serversHere } from "../nats/server/servers_for_tests.ts";
import { startTarget } from "../targets/mod.ts";

// What somebody does who has never seen the tool, from an empty folder, minute by minute. Runs are
// short here; else each command is as it is written down.

const CLI = new URL("../cli.ts", import.meta.url).href;
const COMMAND = [
  ...["run", "--quiet", "--no-prompt", "--allow-net", "--allow-read", "--allow-write"],
  ...["--allow-run=deno,bash", "--allow-env=CI,DOWNPOUR_*,K6_*", CLI],
];

const CART = `
import http from "k6/http";
import { check } from "k6";
export const options = {
  vus: 2, iterations: 60,
  thresholds: { http_req_failed: ["rate<0.9"], http_req_duration: ["p(99)<0.001"] },
};
export default async function () {
  const page = await http.get(__ENV.TARGET + "/get");
  check(page, { "page is there": ({ status }) => status === 200 });
  await http.get(__ENV.TARGET + "/status/503");
}
`;

const har = (target: string) =>
  JSON.stringify({
    log: {
      version: "1.2",
      creator: { name: "a browser", version: "1" },
      entries: [{
        startedDateTime: "2026-01-01T00:00:00.000Z",
        request: { method: "GET", url: `${target}/get?page=1`, headers: [] },
        response: { status: 200, headers: [], content: {} },
      }],
    },
  });

const openApi = (target: string) => `
openapi: 3.1.0
info: { title: Shop, version: "1" }
servers: [{ url: ${target} }]
paths: { /json: { get: { responses: { "200": {} } } } }
`;

/** A folder in which commands are played. */
interface Place {
  readonly folder: string;
  readonly target: string;
}

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Plays a command to its end. */
async function play(
  folder: string,
  args: readonly string[],
  program: "deno" | "bash" = "deno",
): Promise<Ended> {
  const { code, stdout, stderr } = await new Deno.Command(program, {
    args: [...args],
    cwd: folder,
    // Nobody looks on under CI: there is no live view.
    env: { NO_COLOR: "1", CI: "" },
    ...{ stdin: "null", stdout: "piped", stderr: "piped" },
  }).output();
  const decoder = new TextDecoder();
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}

const downpour = ({ folder }: Place, ...args: string[]) => play(folder, [...COMMAND, ...args]);

async function quickRun(place: Place): Promise<void> {
  const { code, stdout, stderr } = await downpour(place, `${place.target}/get`, "-d", "1s");
  assert.equal(code, 0, stderr);
  assert.match(stdout, /^GET http:\/\/127\.0\.0\.1:\d+\/get {2}1(\.\d+)?s, 10 VUs, \d+ shards?\n/);
  assert.match(stdout, /\nsaved {7}\.downpour\/runs\/0001\n/);
  // Nobody answers there: it is for documents.
  const foreign = await downpour(place, "http://192.0.2.1:9/", "-d", "1s", "--timeout", "1ms");
  assert.match(foreign.stderr, /^downpour: 192\.0\.2\.1:9 is not this machine: load only what you/);
}

async function liveView(place: Place): Promise<void> {
  if (!await hasProgram("script")) return;
  const words = [...COMMAND, `${place.target}/get`, "-d", "2s", "--no-save"];
  const shell = `stty cols 100 rows 30; exec deno ${words.map((word) => `'${word}'`).join(" ")}`;
  const line = `exec script -qec "$0" /dev/null`;
  const { code, stdout } = await play(place.folder, ["-c", line, shell], "bash");
  assert.equal(code, 0, stdout);
  assert.match(stdout, /running █.* 10 VUs {2}\[p pause, q stop\]/);
  assert.match(stdout, /rps +[\d,]+ .*p99 .*errors +0%/);
  assert.match(stdout, /≤\d+[µm]s █/);
}

async function summary(place: Place): Promise<void> {
  await Deno.writeTextFile(`${place.folder}/cart.ts`, CART);
  for (const number of ["0002", "0003"]) {
    const args = ["run", "cart.ts", "-e", `TARGET=${place.target}`, "-q"];
    const { code, stdout, stderr } = await downpour(place, ...args);
    assert.equal(code, 99, stderr);
    assert.match(stdout, /✓ http_req_failed +rate<0\.9 +50\.0%/);
    assert.match(stdout, /✗ http_req_duration +p\(99\)<0\.001 .*(worst|GET)/);
    assert.match(stdout, /\n +GET \/get +60 /);
    assert.match(stdout, /\n +GET \/status\/503 +60 .*100%/);
    assert.match(stdout, /\nerrors\n +60× +status 503/);
    assert.match(stdout, /\ngenerator +(kept up|was the limit)/);
    const before = String(Number(number) - 1);
    assert.match(
      stdout,
      new RegExp(`saved +\\.downpour/runs/${number} {2}compare: downpour compare ${before} `),
    );
    assert.ok(stdout.split("\n").length <= 50, "one screen");
  }
}

async function project(place: Place): Promise<void> {
  const { code, stdout, stderr } = await downpour(place, "init", "shop");
  assert.equal(code, 0, stderr);
  assert.match(stdout, /wrote shop\/deno\.json\nwrote shop\/load\.ts\n/);
  assert.match(stdout, /wrote shop\/\.github\/workflows\/load\.yml\n/);
  const inside = `${place.folder}/shop`;
  const { tasks } = JSON.parse(await Deno.readTextFile(`${inside}/deno.json`));
  assert.deepEqual(Object.keys(tasks), ["load", "check", "dash", "downpour"]);

  const load = await play(inside, ["task", "load", "-d", "1s"]);
  assert.equal(load.code, 0, load.stderr);
  assert.match(load.stdout, /✓ http_req_duration/);
  const check = await play(inside, ["task", "check"]);
  assert.equal(check.code, 0, check.stderr);
  assert.match(check.stdout, /> GET \/json HTTP\/1\.1\n/);
  await shown(inside, ["task", "dash", "--dash-address", "127.0.0.1:0"]);
}

/** Looks at a page that is served until Ctrl-C. */
async function shown(folder: string, args: readonly string[]): Promise<void> {
  const child = new Deno.Command("deno", {
    args: [...args],
    cwd: folder,
    // Nobody looks on under CI: there is no live view.
    env: { NO_COLOR: "1", CI: "" },
    ...{ stdin: "null", stdout: "piped", stderr: "piped" },
  }).spawn();
  const out = new Response(child.stdout).text();
  const reader = child.stderr.getReader();
  const decoder = new TextDecoder();
  let said = "";
  for (let read = await reader.read(); !read.done; read = await reader.read()) {
    said += decoder.decode(read.value, { stream: true });
    if (said.includes("until Ctrl-C")) break;
  }
  const [, url] = /shown at (\S+) until Ctrl-C/.exec(said) ?? assert.fail(said);
  assert.match(await (await fetch(url!)).text(), /^<!doctype html>[\s\S]*Downpour/);
  child.kill("SIGINT");
  await Promise.all([reader.cancel(), out, child.status]);
}

async function imported(place: Place): Promise<void> {
  await Deno.writeTextFile(`${place.folder}/site.har`, har(place.target));
  await Deno.writeTextFile(`${place.folder}/openapi.yaml`, openApi(place.target));
  await Deno.writeTextFile(`${place.folder}/curls.txt`, `curl ${place.target}/json`);
  for (const source of ["site.har", "openapi.yaml", "curls.txt"]) {
    const script = `${source.replace(/\..*/, "")}.ts`;
    const made = await downpour(place, "import", source, "-o", script);
    assert.equal(made.code, 0, made.stderr);
    // Types take their time: one of them shows that it works, `import_process_test.ts` all.
    if (source !== "site.har") continue;
    const args = ["check", script, "-e", `TARGET=${place.target}`];
    const checked = await downpour(place, ...args);
    assert.equal(checked.code, 0, `${source}: ${checked.stdout}${checked.stderr}`);
  }
}

async function compared(place: Place): Promise<void> {
  const same = await downpour(place, "compare", "2", "3", "--fail-on", "p99>+100000%");
  assert.equal(same.code, 0, same.stderr);
  assert.match(same.stdout, /http_req_duration p99 .*(noise|better|worse)/);
  const worse = await downpour(place, "compare", "2", "3", "--fail-on", "p99>-100%");
  assert.ok(worse.code === 99 || worse.code === 0, worse.stderr);
  const markdown = await downpour(place, "compare", "2", "3", "--markdown");
  assert.match(markdown.stdout, /^### .*\n[\s\S]*\|/);
  const report = await downpour(place, "report", "3", "-o", "three.html");
  assert.equal(report.code, 0, report.stderr);
  assert.match(await Deno.readTextFile(`${place.folder}/three.html`), /^<!doctype html>/);
}

async function shared(place: Place): Promise<void> {
  const script = CART.replace('["p(99)<0.001"]', '["p(99)<60000"]');
  await Deno.writeTextFile(`${place.folder}/shared.ts`, script);
  const args = ["run", "shared.ts", "-e", `TARGET=${place.target}`, "--report", "shared.html"];
  const { code, stdout, stderr } = await downpour(place, ...args, "--on", "local", "--agents", "2");
  assert.equal(code, 0, stderr);
  assert.match(stdout, /✓ http_req_failed +rate<0\.9 +50\.0%/);
  assert.match(stdout, /local-1 .* 30 .*\n +local-2 .* 30 /);
  assert.match(await Deno.readTextFile(`${place.folder}/shared.html`), /local-2/);
}

Deno.test("the first five minutes go as they are told", async (test) => {
  const folder = await Deno.realPath(await Deno.makeTempDir());
  await using target = startTarget();
  const place = { folder, target: target.url };
  const minutes: readonly (readonly [name: string, walk: (place: Place) => Promise<void>])[] = [
    ["0:00 a URL is loaded, and other machines' owners are thought of", quickRun],
    ["0:20 a terminal shows how it goes", liveView],
    ["0:30 the summary is one screen, and says what failed", summary],
    ["1:00 a project is made, played, checked and looked at", project],
    ["3:30 scripts are made of HAR, OpenAPI and curl", imported],
    ["4:00 two runs are compared, and reported", compared],
  ];
  try {
    for (const [name, walk] of minutes) await test.step(name, () => walk(place));
    await test.step({
      name: "4:30 two agents share a script: same thresholds, same report (needs nats-server)",
      ignore: !serversHere,
      fn: () => shared(place),
    });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
