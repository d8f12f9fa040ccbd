import { startTarget } from "../targets/mod.ts";

/** Where the command is. */
const ROOT = new URL("../", import.meta.url);
const SECONDS = 3;

/**
 * Two agents and a collector on this machine: a load test in TypeScript shares its users between the
 * agents, a binary runs on one of them; each ends with the summary of what the collector has.
 *
 * @param stack ends what was started
 * @returns the exit code of the first submit that failed
 */
export async function demoAgent(stack: AsyncDisposableStack): Promise<number> {
  const folder = await Deno.makeTempDir({ prefix: "downpour-demo-" });
  stack.defer(() => Deno.remove(folder, { recursive: true }));
  const target = stack.use(startTarget());
  const token = crypto.getRandomValues(new Uint8Array(32)).toHex();
  await Deno.writeTextFile(`${folder}/token`, token, { mode: 0o600 });

  const anyPort = ["--listen", "127.0.0.1:0"];
  const collector = await serve(stack, ["collector", "--data", `${folder}/results`, ...anyPort]);
  console.log(`a collector is at ${collector}`);
  const rpcAddress = `127.0.0.1:${freePort()}`;
  const agents: string[] = [];
  for (const name of ["one", "two"]) {
    const at = `${folder}/${name}`;
    const url = await serve(stack, [
      ...["agent", "-collector", collector, "-logs", `${at}/logs`, "--data", `${at}/data`],
      ...["--token-file", `${folder}/token`, "--cooldown", "0s", "--rpc-address", rpcAddress],
      ...["--allow-net", `127.0.0.1:${target.port}`, "--quiet", ...anyPort],
    ]);
    agents.push(url);
    console.log(`agent ${name} is at ${url}`);
  }
  const submit = (title: string, users: number, hosts: readonly string[], load: string[]) => {
    console.log(`\n${title}`);
    return submitJob(folder, title.split(":")[0]!, users, [
      ...["--hosts", hosts.join(), "--collector", collector, "--token-file", `${folder}/token`],
      ...load,
    ]);
  };
  const script = ["--script", "examples/first.ts", "-e", `TARGET=${target.url}`];
  const code = await submit("script: a load test in TypeScript on both agents", 8, agents, script);
  if (code !== 0) return code;
  const binary = await buildBinary(folder, rpcAddress);
  if (typeof binary !== "string") return await skipped();
  return await submit("binary: a Go program on one agent", 16, [agents[0]!], [
    ...["--schedule", binary],
  ]);
}

function skipped(): Promise<number> {
  console.log("\nbinary: skipped, as there is no Go here to build one");
  return Promise.resolve(0);
}

/** A load test binary: Go's RPC server, told where to listen; null without Go. */
async function buildBinary(folder: string, rpcAddress: string): Promise<string | null> {
  const script = 'PATH="$PATH:/usr/local/go/bin"; command -v go >/dev/null || exit 3; ' +
    'GOTOOLCHAIN=local GOPROXY=off exec go build -o "$0/server" .';
  const cwd = new URL("agent/testdata/go/", ROOT);
  const { code } = await new Deno.Command("bash", { args: ["-c", script, folder], cwd }).spawn()
    .status;
  if (code === 3) return null;
  if (code !== 0) throw new Error("the load test binary can't be built: see above");
  await Deno.chmod(folder, 0o711); // an agent of root's runs it as another user
  const path = `${folder}/schedule`;
  const text = `#!/bin/bash\nexec "${folder}/server" -listen ${rpcAddress} -take 5ms\n`;
  await Deno.writeTextFile(path, text);
  return path;
}

async function submitJob(
  folder: string,
  name: string,
  users: number,
  args: readonly string[],
): Promise<number> {
  const file = `${folder}/${name}.toml`;
  const schema = `name = "${name}"\nusers = ${users}\nduration = ${SECONDS}\n`;
  await Deno.writeTextFile(file, `type = "job"\n[schema]\n${schema}`);
  const { code } = await command(["submit", "-f", file, "--quiet", ...args]).spawn().status;
  return code;
}

/** Starts a command that serves; gives the address that it prints. */
async function serve(stack: AsyncDisposableStack, args: readonly string[]): Promise<string> {
  const child = command(args, "piped").spawn();
  stack.defer(async () => {
    child.kill("SIGTERM");
    await child.status;
  });
  const reader = child.stdout.getReader();
  stack.defer(() => reader.cancel());
  const { value } = await reader.read();
  if (value === undefined) throw new Error(`downpour ${args[0]} did not start: see above`);
  return new TextDecoder().decode(value).trim();
}

function command(args: readonly string[], stdout: "piped" | "inherit" = "inherit"): Deno.Command {
  return new Deno.Command("deno", {
    args: [
      ...["run", "--no-prompt", "--unstable-lazy-dynamic-imports", "--allow-net", "--allow-read"],
      ...["--allow-write=/tmp", "--allow-run=deno,bash", "--allow-env=FORCE_COLOR,CI"],
      ...["cli.ts", ...args],
    ],
    cwd: ROOT,
    stdout,
    ...(stdout === "piped" ? { stdin: "null", stderr: "null" } as const : {}),
  });
}

/** A port that was free a moment ago. */
function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}
