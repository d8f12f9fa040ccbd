import assert from "node:assert/strict";

const CLI = new URL("../cli.ts", import.meta.url).href;
const FLAGS = ["--no-prompt", "--allow-net", "--allow-read", "--allow-write", "--allow-run=deno"];

/** The command as a process of its own, with the permissions that it is meant to have. */
function spawn(args: string[], cwd?: string): Deno.ChildProcess {
  return new Deno.Command("deno", {
    args: ["run", "--quiet", ...FLAGS, CLI, ...args],
    ...(cwd === undefined ? {} : { cwd }),
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

async function finish(child: Deno.ChildProcess) {
  const { code, stdout, stderr } = await child.output();
  const decoder = new TextDecoder();
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}

async function inFolder(test: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("a script that can't run is one message, its exit code, and nothing on stdout", async () => {
  const cases: [text: string | null, code: number, message: RegExp][] = [
    [null, 107, /not found: x\.ts/],
    ["export default function () { let x = ; }", 107, /x\.ts:1:38/],
    ["export const a = 1;", 107, /default export/],
    [
      "throw new Error('at the top'); export default () => {};",
      107,
      /at the top\n {4}at .*x\.ts:1:7/,
    ],
    [
      "export const setup = () => { throw new Error('in setup'); }; export default () => {};",
      107,
      /in setup/,
    ],
    [
      "export const options = { duration: '10x' }; export default () => {};",
      104,
      /duration.*"10x"/,
    ],
    ["export const options = { vsu: 1 }; export default () => {};", 104, /did you mean vus/],
    [
      "export const options = { thresholds: { nope: ['count>1'] } }; export default () => {};",
      104,
      /nope/,
    ],
  ];
  await inFolder(async (folder) => {
    for (const [text, code, message] of cases) {
      if (text !== null) await Deno.writeTextFile(`${folder}/x.ts`, text);
      const ended = await finish(spawn(["run", "x.ts"], folder));
      assert.equal(ended.code, code, `${text}: ${ended.stderr}`);
      assert.match(ended.stderr, /^downpour: /);
      assert.match(ended.stderr, message);
      assert.doesNotMatch(ended.stderr, /\/(runner|cli|report)\/\w+\.ts/, "no frames of ours");
      assert.equal(ended.stdout, "");
    }
  });
});

Deno.test("a target that is not there is told before any load", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  listener.close();
  const url = `http://127.0.0.1:${port}/`;
  const { code, stdout, stderr } = await finish(spawn([url]));
  assert.equal(stderr, `downpour: cannot reach ${url}: connection refused (connection_refused)\n`);
  assert.deepEqual([code, stdout], [1, ""]);
});

Deno.test("a target that answers garbage fails the run and says so", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  const serving = (async () => {
    for await (const conn of listener) {
      await conn.write(new TextEncoder().encode("BLAH\r\n\r\n")).catch(() => {});
      conn.close();
    }
  })();
  const { code, stdout, stderr } = await finish(spawn([`http://127.0.0.1:${port}/`, "-i", "5"]));
  listener.close();
  await serving;
  assert.equal(code, 1, stderr);
  assert.match(stderr, /^downpour: not one response from http:\S+: \d+× \w+ \(\d+\)$/m);
  assert.match(stdout, /^errors$/m);
});

Deno.test("a quick run prints its summary to stdout and writes the same as JSON", async () => {
  await using server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    () => new Response("ok"),
  );
  const url = `http://127.0.0.1:${server.addr.port}/`;
  await inFolder(async (folder) => {
    const child = spawn(["-i", "40", "--", url, "--summary-json", `${folder}/s.json`, "-q"]);
    const { code, stdout, stderr } = await finish(child);
    assert.deepEqual([code, stderr], [0, ""]);
    assert.ok(stdout.startsWith(`GET ${url}  `), stdout);
    assert.match(stdout, /^iterations {2}40 planned, 40 started, 40 completed$/m);
    const data = JSON.parse(await Deno.readTextFile(`${folder}/s.json`));
    assert.equal(data.metrics.http_reqs.values.count, 40);
    assert.equal(data.run.iterations.planned, 40);
  });
});

Deno.test({
  name: "Ctrl-C ends a run early with its summary and exit code 105",
  ignore: Deno.build.os === "windows",
  fn: async () => {
    const arrived = Promise.withResolvers<void>();
    await using server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, () => {
      arrived.resolve();
      return new Response("ok");
    });
    const child = spawn([`http://127.0.0.1:${server.addr.port}/`, "-d", "60s", "-u", "1"]);
    const ended = child.status.then(({ code }) =>
      arrived.reject(new Error(`it exited with ${code}`))
    );
    await arrived.promise;
    child.kill("SIGINT");
    child.kill("SIGINT"); // Its echo, as `deno task` makes it.
    const { code, stdout, stderr } = await finish(child);
    await ended;
    assert.equal(code, 105, stderr);
    assert.match(stdout, /^endpoints /m);
    assert.match(stderr, /a second Ctrl-C ends the run at once/);
  },
});

Deno.test("a reader that goes away does not break the run, and is not a success", async () => {
  await using server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    () => new Response("ok"),
  );
  const child = spawn([`http://127.0.0.1:${server.addr.port}/`, "-i", "20"]);
  await child.stdout.cancel();
  const [status, stderr] = await Promise.all([child.status, new Response(child.stderr).text()]);
  assert.equal(status.code, 1);
  assert.equal(stderr, "downpour: cannot print the summary: standard output is closed\n");
});
