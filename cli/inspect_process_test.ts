import assert from "node:assert/strict";

const CLI = new URL("../cli.ts", import.meta.url).href;
const FLAGS = ["--allow-read", "--allow-run=deno", "--allow-env=DOWNPOUR_*,K6_*"];

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The command in a folder of its own, with the permissions that it is meant to have. */
async function inspect(
  files: Record<string, string>,
  args: string,
  env: Record<string, string> = {},
): Promise<Ended> {
  const folder = await Deno.makeTempDir();
  try {
    for (const [name, text] of Object.entries(files)) {
      await Deno.writeTextFile(`${folder}/${name}`, text);
    }
    const { code, stdout, stderr } = await new Deno.Command("deno", {
      args: ["run", "--quiet", "--no-prompt", ...FLAGS, CLI, "inspect", ...args.split(" ")],
      cwd: folder,
      env: { NO_COLOR: "1", ...env },
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).output();
    const decoder = new TextDecoder();
    return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const SCRIPT = `
export const options = { vus: 5, duration: "1m", rps: 2 };
console.log("loaded");
export function setup() { console.log("set up"); }
export default function () { console.log("ran"); }
`;

Deno.test("inspect says what would run and why, and runs nothing", async () => {
  const { code, stdout, stderr } = await inspect(
    { "x.ts": SCRIPT, "c.json": `{"batch":1,"rps":1}` },
    "x.ts -c c.json -d 10s --json --execution-requirements",
    { K6_RPS: "3", K6_VUS: "7", DOWNPOUR_VUS: "8" },
  );
  assert.equal(code, 0, stderr);
  const { origins, scenarios, ...rest } = JSON.parse(stdout);
  assert.deepEqual([rest.rps, rest.batch, rest.maxVUs, rest.totalDuration], [3, 1, 8, "40s"]);
  assert.equal(scenarios.default.executor, "constant-vus");
  assert.deepEqual(
    [origins.vus, origins.duration, origins.rps, origins.batch, origins.throw],
    ["env DOWNPOUR_VUS", "flag --duration", "env K6_RPS", "config c.json", "default"],
  );
  assert.equal(stderr, "loaded\n");
});

Deno.test("inspect ends as a run would end: options, thresholds and functions are checked", async () => {
  const cases: [script: string, args: string, code: number, message: RegExp][] = [
    [SCRIPT, "--rps -1", 104, /^downpour: --rps is not a whole number/],
    [SCRIPT, "--execution-segment 0:2/3", 104, /equal part .*\(from flag --execution-segment\)/],
    [
      "export const options = { thresholds: { nope: ['rate<1'] } }; export default () => {};",
      "",
      104,
      /nope/,
    ],
    ["export const options = {};", "", 107, /default export/],
    ["await fetch('http://127.0.0.1:65000/'); export default () => {};", "", 107, /--allow-net/],
  ];
  for (const [script, args, code, message] of cases) {
    const ended = await inspect({ "x.ts": script }, `x.ts ${args}`.trim());
    assert.equal(ended.code, code, ended.stderr);
    assert.match(ended.stderr, message);
    assert.equal(ended.stdout, "");
  }
});
