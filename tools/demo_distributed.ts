import { startNatsServer } from "../nats/server/mod.ts";
import type { NatsServerProgram } from "../nats/server/mod.ts";
import { startTarget } from "../targets/mod.ts";

/** Where the command is. */
const ROOT = new URL("../", import.meta.url);
/** How much the load is: long enough to see it go on without a coordinator. */
const SECONDS = 8;

/**
 * A pool on this machine, three agents on a nats-server: a load on the two of them in Europe, whose
 * coordinator is killed in the middle; another one takes over and prints the whole.
 *
 * @param stack ends what was started
 * @returns the exit code of the last command
 */
export async function demoDistributed(
  stack: AsyncDisposableStack,
  program: NatsServerProgram,
): Promise<number> {
  const folder = await Deno.makeTempDir({ prefix: "downpour-demo-" });
  stack.defer(() => Deno.remove(folder, { recursive: true }));
  const target = stack.use(startTarget());
  const server = stack.use(await startNatsServer({ program }));
  console.log(`nats-server ${server.version} at ${server.url}`);
  const pool = ["--nats", server.url];
  const agents = { berlin: "zone=eu", dublin: "zone=eu", oregon: "zone=us" };
  await Promise.all(
    Object.entries(agents).map(([id, labels]) => joinPool(stack, id, labels, pool)),
  );
  console.log("");
  const listed = await command(["agents", ...pool]).spawn().status;
  if (!listed.success) return listed.code;

  const script = `${folder}/load.ts`;
  await Deno.writeTextFile(script, SCRIPT);
  console.log("\na run on the agents in Europe, whose coordinator is killed in the middle:");
  const child = command([
    ...["run", script, "--on", server.url, "--where", "zone=eu", "-e", `TARGET=${target.url}`],
    ...["--no-save"],
  ], "piped").spawn();
  stack.defer(() => child.stdout.cancel());
  const run = await idOf(child.stderr);
  await new Promise((resolve) => setTimeout(resolve, SECONDS / 2 * 1000));
  child.kill("SIGKILL");
  await child.status;

  console.log(`\nit is gone; the agents go on, and another one takes over: downpour attach ${run}`);
  const { code } = await command(["attach", run, ...pool, "--no-save"]).spawn().status;
  return code;
}

const SCRIPT = `
import http from "k6/http";

export const options = {
  scenarios: {
    open: {
      executor: "constant-arrival-rate",
      rate: 200,
      timeUnit: "1s",
      duration: "${SECONDS}s",
      preAllocatedVUs: 20,
    },
  },
  thresholds: { http_req_failed: ["rate<0.01"] },
};

export default async function () {
  await http.get(\`\${__ENV.TARGET}/get\`);
}
`;

/** Starts an agent; resolves when it has joined. */
async function joinPool(
  stack: AsyncDisposableStack,
  id: string,
  labels: string,
  pool: readonly string[],
): Promise<void> {
  const child = command(["agent", ...pool, "--id", id, "--labels", labels, "--quiet"], "piped")
    .spawn();
  stack.defer(async () => {
    child.kill("SIGTERM");
    await child.status;
  });
  stack.defer(() => child.stderr.cancel());
  const reader = child.stdout.getReader();
  stack.defer(() => reader.cancel());
  const { value } = await reader.read();
  if (value === undefined) throw new Error(`agent ${id} did not join: see above`);
}

/** The name of the run that a coordinator tells of; what it says is shown. */
async function idOf(stderr: ReadableStream<Uint8Array>): Promise<string> {
  let said = "";
  for await (const text of stderr.pipeThrough(new TextDecoderStream())) {
    said += text;
    const run = /downpour attach (\w+)/.exec(said)?.[1];
    if (run === undefined) continue;
    console.log(said.trimEnd());
    return run;
  }
  throw new Error(`the run did not begin: ${said}`);
}

function command(args: readonly string[], streams: "piped" | "inherit" = "inherit"): Deno.Command {
  return new Deno.Command("deno", {
    args: [
      ...["run", "--no-prompt", "--unstable-lazy-dynamic-imports", "--allow-net", "--allow-read"],
      ...["--allow-write=/tmp", "--allow-run=deno,bash", "--allow-env=FORCE_COLOR,CI"],
      ...["cli.ts", ...args],
    ],
    cwd: ROOT,
    stdin: "null",
    stdout: streams,
    stderr: streams,
  });
}
