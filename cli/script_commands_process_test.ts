import assert from "node:assert/strict";
import { inFolder, namesIn } from "./_folders_for_tests.ts";
import { downpour, writeFiles } from "./_commands_for_tests.ts";
import { COMMAND, TextReader } from "./_process_for_tests.ts";

const GOOD = `
import { check, env, group } from "@downpour/downpour";
import { Client } from "@downpour/downpour/http";

const client = new Client({ baseUrl: env["TARGET"]! });
export const options = {
  thresholds: { checks: ["rate>2"] },
  scenarios: {
    reads: { executor: "constant-vus", vus: 50, duration: "1h", exec: "reads" },
    posts: { executor: "constant-arrival-rate", rate: 9, duration: "1h", preAllocatedVUs: 5, exec: "posts" },
  },
};
export function setup(): { text: string } {
  console.log("set up");
  return { text: "made in setup" };
}
export async function reads(): Promise<void> {
  const response = await client.get("/headers");
  await group("reading", () => check(response, { "is read": ({ status }) => status === 200 }));
}
export async function posts(data: { text: string }): Promise<void> {
  const response = await client.post("/post", { body: data.text });
  check(response, { "is posted": ({ status }) => status === 200 });
}
export function teardown(): void {
  console.log("torn down");
}
`;

Deno.test("check runs each scenario once and shows all that is sent and received", async () => {
  await inFolder(async (folder) => {
    await writeFiles(folder, { "x.ts": GOOD });
    const { code, stdout, stderr } = await downpour(folder, ["check", "x.ts", "--with-target"]);
    assert.deepEqual([code, stderr], [0, ""], stdout);
    assert.match(stdout, /^types: ok\n\nsetup\ninfo {3}set up\n\niteration\n/);
    for (const start of ["> GET /headers HTTP/1.1", "> POST /post HTTP/1.1"]) {
      assert.equal(stdout.split(start).length, 2, `${start} once: ${stdout}`);
    }
    assert.match(stdout, /> made in setup\n/);
    assert.equal(stdout.match(/< HTTP\/1\.1 200 OK\n/g)?.length, 2);
    assert.equal(
      stdout.match(/\* new connection to 127\.0\.0\.1:\d+ from .*HTTP\/1\.1\n/g)?.length,
      2,
    );
    assert.match(stdout, /\* ms: blocked [\d.]+, .*waiting [\d.]+/);
    assert.match(stdout, /\nteardown\ninfo {3}torn down\n/);
    assert.match(stdout, /\nchecks\n(?: {2}✓ (?:is posted|reading › is read)\n){2}\nok\n$/);
  });
});

Deno.test("check's exit code says what went wrong", async () => {
  const script = (text: string) =>
    `import { check } from "k6"; import { Client } from "k6/x/net/http"; ${text}`;
  const cases: [text: string, code: number, stdout: RegExp, stderr: RegExp][] = [
    [
      "check(1, {}); const c: Client = 5; export default () => {};",
      107,
      /^$/,
      /Type errors in x\.ts\n[^]*x\.ts:1:/,
    ],
    [
      "export default () => { check(1, { no: () => false, yes: () => true }); };",
      1,
      / {2}✗ no\n {2}✓ yes\n\nnot ok: 1 check failed\n$/,
      /^$/,
    ],
    [
      "check; Client; export default () => {\n  throw new Error('thrown'); };",
      107,
      /error {2}Error: thrown\n +at default \(.*x\.ts:2:9\)\n\nnot ok: 1 iteration threw\n$/,
      /^$/,
    ],
    [
      "check; export default async () => { await new Client().get('http://127.0.0.1:1/'); };",
      1,
      /! connection_refused: .*\n[^]*not ok: 1 request got no answer\n$/,
      /^$/,
    ],
    [
      "check; Client; export const setup = () => { throw new Error('early'); }; export default () => {};",
      107,
      /^types: ok\n\nnot ok: .*early\n/,
      /^$/,
    ],
  ];
  await inFolder(async (folder) => {
    for (const [text, code, stdout, stderr] of cases) {
      await writeFiles(folder, { "x.ts": script(text) });
      const done = await downpour(folder, ["check", "x.ts"]);
      assert.equal(done.code, code, `${text}\n${done.stdout}${done.stderr}`);
      assert.match(done.stdout, stdout);
      assert.match(done.stderr, stderr);
    }
  });
});

const NEEDY = `
import { open } from "k6/data";
import { TCP } from "k6/x/net";
import { env } from "k6";
open("a.txt");
const one = open("b.txt");
export async function setup() { return Deno.env.get("NEEDED"); }
export default async function () {
  const socket = await TCP.open(env["TARGET"]!.slice(7));
  socket.close();
  Deno.hostname();
  if (one !== "b") throw new Error("not read");
  Deno.writeTextFileSync("made.txt", "");
}
`;

Deno.test("perms finds what a script needs, step by step, and a run with just that goes well", async () => {
  await inFolder(async (folder) => {
    await writeFiles(folder, { "x.ts": NEEDY, "a.txt": "a", "b.txt": "b", "c.txt": "c" });
    const env = { NEEDED: "1" };
    const first = await downpour(folder, ["perms", "x.ts", "--with-target"], { env });
    assert.match(first.stderr, /it asks for --allow-write=.*made\.txt, which was not given/);
    assert.match(first.stderr, /did not end well/);
    assert.equal(first.code, 1);
    const pattern =
      /^--allow-net=127\.0\.0\.1:\d+ --allow-read=a\.txt,b\.txt --allow-write=made\.txt --allow-env=NEEDED --allow-sys=hostname\n$/;
    assert.match(first.stdout, pattern);
    await assert.rejects(Deno.stat(`${folder}/made.txt`), Deno.errors.NotFound);

    const given = ["--with-target", "--allow-write=made.txt"];
    const second = await downpour(folder, ["perms", "x.ts", ...given], { env });
    assert.deepEqual([second.code, second.stderr], [0, ""]);
    assert.match(second.stdout, pattern);

    const flags = second.stdout.trim().split(" ").slice(1);
    const { code, stderr } = await downpour(
      folder,
      ["run", "x.ts", "-q", "--no-summary", "--with-target", "--allow-net=127.0.0.1", ...flags],
      { env },
    );
    assert.deepEqual([code, stderr], [0, ""]);
  });
});

Deno.test("a script that needs nothing is told so", async () => {
  await inFolder(async (folder) => {
    await writeFiles(folder, { "x.ts": "export default () => {};" });
    const { code, stdout, stderr } = await downpour(folder, ["perms", "x.ts"]);
    assert.deepEqual([code, stdout, stderr], [0, "--allow-net=none --allow-read=none\n", ""]);
  });
});

Deno.test("a script from standard input finds its modules and data from the current folder", async () => {
  await inFolder(async (folder) => {
    await writeFiles(folder, { "lib.ts": "export const two: number = 2;", "d.txt": "data" });
    const stdin = `import { two } from "./lib.ts"; import { open } from "k6/data";
      console.log(two, open("d.txt")); export default () => {};`;
    const run = await downpour(folder, ["run", "-", "-q", "-i", "1", "--no-save"], { stdin });
    assert.equal(run.code, 0, run.stderr);
    assert.match(run.stderr, /2 data/);
    assert.match(run.stdout, /^standard input /);
    const bad = await downpour(folder, ["run", "-"], { stdin: "export default" });
    assert.equal(bad.code, 107);
    assert.deepEqual(await namesIn(folder), ["d.txt", "lib.ts"]);
  });
});

Deno.test("a signal leaves nothing behind of a script that a command had put somewhere", async () => {
  const text = `export default () => { console.log("it hangs"); return new Promise(() => {}); };`;
  for (const operand of ["-", "x.tar"]) {
    await inFolder(async (folder) => {
      await writeFiles(folder, { "x.ts": text, "tmp/kept": "" });
      const env = { TMPDIR: `${folder}/tmp` };
      const packed = await downpour(folder, ["archive", "x.ts", "-O", "x.tar"], { env });
      assert.equal(packed.code, 0, packed.stderr);
      const child = new Deno.Command("deno", {
        args: [...COMMAND, "check", operand],
        ...{ cwd: folder, env, stdin: "piped", stdout: "piped", stderr: "piped" },
      }).spawn();
      await new Blob([text]).stream().pipeTo(child.stdin);
      const [stdout, stderr] = [new TextReader(child.stdout), new TextReader(child.stderr)];
      await stdout.until(/it hangs/);
      child.kill("SIGINT");
      const [{ code }] = await Promise.all([child.status, stdout.all, stderr.all]);
      assert.equal(code, 105, stderr.text);
      assert.deepEqual(await namesIn(folder), ["tmp", "x.tar", "x.ts"]);
      assert.deepEqual(await namesIn(`${folder}/tmp`), ["kept"]);
    });
  }
});
