import assert from "node:assert/strict";
import { COMMAND, downpour, start, withScript } from "./_process_for_tests.ts";

const SHORT = `
import { sleep } from "k6";
export const options = { vus: 2, iterations: 400 };
export default async function () { await sleep(0.005); }
`;

Deno.test({
  name: "fault 96: a full disk costs an output its samples, is told, and is not a success",
  ignore: Deno.build.os !== "linux",
  fn: () =>
    withScript(SHORT, async (script) => {
      const out = `${script}.json`;
      // Limits on the size of files are as good as a full disk, and every user may set them.
      const limited = `trap "" XFSZ; ulimit -f 16; exec deno "$@"`;
      const args = ["run", script, "--shards", "1", "-o", `json=${out}`];
      const child = start("bash", ["-c", limited, "deno", ...COMMAND, ...args]);
      assert.equal(await child.ended(), 1, child.stderr.text);
      assert.match(child.stderr.text, /warn .*output json .*can't write .*: File too large/);
      assert.match(child.stdout.text, /^iterations {2}400 planned, 400 started, 400 completed$/m);
      assert.match(child.stdout.text, /^output .* not written, \d errors?.*: can't write/m);
      // What had room is whole lines.
      const text = await Deno.readTextFile(out);
      assert.ok(text.length <= 16 * 1024 && (text === "" || text.endsWith("\n")));
      for (const line of text.split("\n").slice(0, -1)) JSON.parse(line);
    }),
});

Deno.test("fault 96: a standard output that nobody reads is told, and is not a success", () =>
  withScript(SHORT, async (script) => {
    const child = new Deno.Command("deno", {
      args: [...COMMAND, "run", script, "--shards", "1"],
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    await child.stdout.cancel();
    const [{ code }, stderr] = await Promise.all([child.status, new Response(child.stderr).text()]);
    assert.equal(code, 1);
    assert.equal(stderr, "downpour: cannot print the summary: standard output is closed\n");
  }));

for (
  const [what, body, exitCode, message] of [
    ["throws", 'throw new Error("no luck")', 107, /handleSummary failed: Error: no luck/],
    ["hangs", "await new Promise(() => {})", 102, /handleSummary in shard .* longer than 300ms/],
    ["spins", "for (;;);", 102, /handleSummary in shard .* longer than 300ms/],
  ] as const
) {
  Deno.test(`a handleSummary that ${what} gives way to the summary of every run, and fails it`, async () => {
    const script = `
      export const options = { vus: 2, iterations: 4, handleSummaryTimeout: "300ms" };
      export default function () {}
      export async function handleSummary() { ${body}; }
    `;
    await withScript(script, async (path) => {
      const { code, stdout, stderr } = await downpour("run", path, "--shards", "1");
      assert.equal(code, exitCode, stderr);
      assert.match(stdout, /^iterations {2}4 planned, 4 started, 4 completed$/m);
      assert.match(stdout, /^failed .*handleSummary/m);
      assert.match(stderr, message);
    });
  });
}

Deno.test("fault 97: a script that logs 100 MB is cut, told of, and goes on", async () => {
  const script = `
    const line = "x".repeat(10_000);
    export const options = { vus: 2, iterations: 100 };
    export default function () {
      for (let i = 0; i < 50; i++) console.log(line);
      for (let i = 0; i < 50; i++) Deno.stdout.writeSync(new TextEncoder().encode(line));
    }
  `;
  await withScript(script, async (path) => {
    const { code, stdout, stderr } = await downpour("run", path, "--shards", "1");
    assert.equal(code, 0, stderr.slice(-500));
    assert.match(stdout, /^iterations {2}100 planned, 100 started, 100 completed$/m);
    assert.match(stderr, /^warn {3}\d+ more log lines left out \(above 200 a second\)$/m);
    // 200 lines a second of 10,000 characters, not the 10,000 lines that were logged.
    const lines = stderr.split("\n").filter((one) => one.includes("xxx")).length;
    assert.ok(lines >= 200 && lines < 9000, `${lines}`);
  });
});

Deno.test("fault 97: a million values of a tag are capped, told of, and take bounded memory", async () => {
  const script = `
    import { Counter } from "k6/metrics";
    const seen = new Counter("seen");
    export const options = { vus: 2, iterations: 100 };
    let value = 0;
    export default function () {
      for (let i = 0; i < 10_000; i++) {
        seen.add(1, { id: \`\${__VU}-\${value++}\`, page: \`/\${value % 5}\` });
      }
    }
    export function teardown() {
      const { rss } = Deno.memoryUsage();
      if (rss > 400 * 2 ** 20) throw new Error("a shard takes " + rss);
    }
    export const handleSummary = ({ metrics }) => ({ stdout: String(metrics.seen.values.count) });
  `;
  await withScript(script, async (path) => {
    const { code, stdout, stderr } = await downpour("run", path, "--shards", "1");
    assert.equal(code, 0, stderr);
    assert.equal(stdout, "1000000");
    assert.match(
      stderr,
      /^warn {3}tag id has more than 1000 values: further ones are recorded as \(other\)$/m,
    );
  });
});

Deno.test("fault 99: a module from elsewhere is denied before anything is fetched", async () => {
  let requests = 0;
  await using server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, () => {
    requests++;
    return new Response("export default 1;", { headers: { "content-type": "text/javascript" } });
  });
  const url = `http://127.0.0.1:${server.addr.port}/x.js`;
  const scripts = [
    `import x from "${url}"; export default () => x;`,
    `export { default } from "${url}";`,
    `export default async () => { await import("${url}"); };`,
  ];
  for (const text of scripts) {
    await withScript(text, async (path) => {
      const { code, stdout, stderr } = await downpour("run", path, "-i", "1");
      assert.deepEqual([code, stdout], [107, ""]);
      assert.match(stderr, /^downpour: Remote import denied: "http:\/\/127\.0\.0\.1:\d+\/x\.js"/);
    });
  }
  // One whose address is put together while it runs is stopped where it is imported.
  const hidden = `export default async () => { await import("${url}?" + Date.now()); };`;
  await withScript(hidden, async (path) => {
    const { stdout, stderr } = await downpour("run", path, "-i", "1", "--shards", "1");
    assert.match(stdout, /1 thrown/, stderr);
  });
  assert.equal(requests, 0);
});
