import assert from "node:assert/strict";
import { OptionError } from "../internal/mod.ts";
import { parseCommandLine } from "./args.ts";
import { writeFiles } from "./_commands_for_tests.ts";
import { fakeHost, fakeResult } from "./_fakes_for_tests.ts";
import { inFolder } from "./_folders_for_tests.ts";
import { stressCommand, type StressRequest } from "./stress_command.ts";

/** A stress script of four sessions. */
function script(session: "TCP" | "UDP", endpoints: readonly string[]): string {
  return `
SETTINGS far {
  SESSION = "${session}"
  ENDPOINTS { ${endpoints.map((endpoint) => `"${endpoint}"`).join(", ")} }
  READ = "false"
  SHARDS = 2
  PACKETS { hello : "hello.bin" }
}
ORCHESTRATOR far {
  CREATE 4
  CONNECT 0:4
  SEND 0:4 hello COPIES 1 OFFSET 3s
}`;
}

const FAR = script("TCP", ["192.0.2.1:9"]);

interface Played {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** What the runner was asked for, each time. */
  readonly requests: readonly StressRequest[];
}

/** Plays a script with a runner that takes every load for a good one. */
async function play(
  text: string,
  flags: readonly string[] = [],
  given: Parameters<typeof fakeHost>[0] = {},
): Promise<Played> {
  const host = fakeHost(given);
  const requests: StressRequest[] = [];
  let code = -1;
  await inFolder(async (folder) => {
    await writeFiles(folder, { "a.ldsh": text, "hello.bin": "hello" });
    const line = parseCommandLine(["stress", `${folder}/a.ldsh`, ...flags]);
    assert.equal(line.command, "stress");
    code = await stressCommand(line.file, line.flags, host, (request) => {
      requests.push(request);
      return Promise.resolve({ result: fakeResult(), exitCode: 0 });
    });
  });
  return { code, stdout: host.stdout, stderr: host.stderr, requests };
}

Deno.test("what is not this machine is loaded with --arm, and nobody is asked", async () => {
  const { code, stderr, requests } = await play(FAR, ["--arm"], { answer: false });
  assert.deepEqual([code, stderr, requests.length], [0, "", 1]);
});

Deno.test("what is not this machine is loaded after a yes to a question that names it", async () => {
  const { code, stderr, requests } = await play(FAR, [], { answer: true });
  assert.deepEqual([code, requests.length], [0, 1]);
  assert.match(stderr, /^192\.0\.2\.1:9 is not this machine: .* Go on\? \[y\/N\] $/);
});

Deno.test("what is not this machine is not loaded after a no", async () => {
  const { code, stderr, requests } = await play(FAR, [], { answer: false });
  assert.deepEqual([code, requests.length], [2, 0]);
  assert.match(stderr, /Go on\? \[y\/N\] $/);
});

Deno.test("what is not this machine is not loaded where nobody can be asked", async () => {
  const { code, stderr, requests } = await play(FAR);
  assert.deepEqual([code, requests.length], [2, 0]);
  assert.match(stderr, /192\.0\.2\.1:9 is not this machine: .* with --arm\n$/);
});

Deno.test("this machine is loaded, and nobody is asked", async () => {
  for (const endpoint of ["127.0.0.1:9", "[::1]:9"]) {
    const { code, stderr, requests } = await play(script("TCP", [endpoint]), [], { answer: false });
    assert.deepEqual([code, stderr, requests.length], [0, "", 1], endpoint);
  }
});

const REACHES: readonly [session: "TCP" | "UDP", endpoints: string[], allowNet: string[]][] = [
  ["TCP", ["192.0.2.1:9", "[2001:db8::1]:10"], ["192.0.2.1:9", "[2001:db8::1]:10"]],
  ["UDP", ["127.0.0.1:9", "127.0.0.1:10"], ["127.0.0.1:9", "127.0.0.1:10", "127.0.0.1:0"]],
  ["UDP", ["192.0.2.1:9"], ["192.0.2.1:9", "0.0.0.0:0"]],
];

for (const [session, endpoints, allowNet] of REACHES) {
  Deno.test(`shards may reach ${endpoints.join(" and ")} over ${session}, and nothing else`, async () => {
    const { requests: [request] } = await play(script(session, endpoints), ["--arm"]);
    const { source: _, overrides: __, reportMs: ___, shards: ____, ...permissions } = request!;
    assert.deepEqual(permissions, { env: {}, allowNet, allowRead: [] });
  });
}

Deno.test("one iteration a shard plays the plan, for its offsets and ten minutes at most", async () => {
  const { requests: [request] } = await play(FAR, ["--arm"]);
  const { overrides, shards, reportMs } = request!;
  assert.deepEqual([shards, reportMs], [2, 500]);
  assert.deepEqual(overrides, {
    scenarios: {
      far: {
        ...{ executor: "per-vu-iterations", vus: 2, iterations: 1 },
        ...{ maxDuration: "603250ms", gracefulStop: "0s" },
      },
    },
    setupTimeout: "15s",
  });
});

Deno.test("--duration, --shards, --tag and --threshold go before what the script says", async () => {
  const flags = ["--duration", "90s", "--shards", "3", "--tag", "build=7", "--tag", "a=b"];
  const { requests: [request] } = await play(FAR, [
    ...["--arm", ...flags],
    ...["--threshold", "packet_responding=p(99)<5"],
  ]);
  const { overrides, shards, source } = request!;
  assert.deepEqual(overrides, {
    scenarios: {
      far: {
        ...{ executor: "per-vu-iterations", vus: 3, iterations: 1 },
        ...{ maxDuration: "90000ms", gracefulStop: "0s" },
      },
    },
    setupTimeout: "15s",
    tags: { build: "7", a: "b" },
    thresholds: { packet_responding: ["p(99)<5"] },
  });
  assert.equal(shards, 3);
  assert.equal(source.kind === "builtin" && (source.args as { shards: number }).shards, 3);
});

Deno.test("there are no more shards than sessions", async () => {
  const { requests: [request] } = await play(FAR, ["--arm", "--shards", "200"]);
  assert.equal(request!.shards, 4);
});

Deno.test("flags that are no number, time or tag start nothing", async () => {
  for (const flags of [["--duration", "soon"], ["--shards", "0"], ["--tag", "build"]]) {
    await assert.rejects(
      play(FAR, ["--arm", ...flags]),
      (error) => error instanceof OptionError && error.message.includes(flags[0]!),
      flags.join(" "),
    );
  }
});
