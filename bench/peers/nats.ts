import { ROOT, runOk, shell, start } from "../process.ts";

/** A running nats-server with JetStream. */
export interface BenchNatsServer {
  readonly url: string;
  readonly version: string;
  readonly pid: number;
  /** Ends it. */
  stop(): Promise<void>;
}

/** Where nats-server is and its version, or why there is none. */
export async function findNatsServer(): Promise<{ path: string; version: string } | string> {
  const { stdout } = await shell(`
    path=$(tools/nats_server.sh) && echo "$path" && "$path" --version`);
  const [path, text] = stdout.split("\n");
  const version = /v(\d+\.\d+\.\d+\S*)/.exec(text ?? "")?.[1];
  if (!path || version === undefined) return "no nats-server here, and none could be installed";
  return { path, version };
}

/** Starts one on a free port, with its streams in `folder`. */
export async function startNatsServer(
  { path, version }: { path: string; version: string },
  folder: string,
  options: { limitSeconds: number },
): Promise<BenchNatsServer> {
  const ports = await Deno.makeTempDir({ dir: folder });
  const process = await start([
    ...[path, "-a", "127.0.0.1", "-p", "-1", "-js", "-sd", folder, "-P", `${folder}/pid`],
    ...["--ports_file_dir", ports],
  ], options);
  for (let i = 0; i < 500; i++) {
    for await (const { name } of Deno.readDir(ports)) {
      const { nats } = JSON.parse(await Deno.readTextFile(`${ports}/${name}`)) as {
        nats: string[];
      };
      return { url: nats[0]!, version, pid: process.pid, stop: () => process.stop() };
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  await process.stop();
  throw new Error("start nats-server: it does not listen");
}

/** How many messages a second, and what they took. */
export interface NatsFigure {
  readonly perSecond: number;
  /** Of all processes of the client, start-up included. */
  readonly cpuSeconds: number;
}

/** Where a nats-bench is, by `$NATS_BENCH` or the PATH; null without one. */
export async function findNatsBench(): Promise<string | null> {
  const { stdout } = await shell('command -v "${NATS_BENCH:-nats-bench}"');
  return stdout || null;
}

/** Runs it: one publisher, and one subscriber when that is asked for. */
export async function runNatsBench(
  path: string,
  load: { url: string; count: number; bytes: number; subscribers: 0 | 1 },
): Promise<NatsFigure> {
  const { stdout, stderr, cpuSeconds } = await runOk([
    ...[path, "-s", load.url, "-np", "1", "-ns", String(load.subscribers)],
    ...["-n", String(load.count), "-ms", String(load.bytes), "bench.peer"],
  ], { limitSeconds: 120 });
  const kind = load.subscribers === 0 ? "Pub" : "Sub";
  return { perSecond: parseNatsBench(stdout + stderr, kind), cpuSeconds };
}

/** The rate of publishers or subscribers in what nats-bench prints. */
export function parseNatsBench(text: string, kind: "Pub" | "Sub"): number {
  const found = new RegExp(`^\\s*${kind} stats: ([\\d,]+) msgs/sec`, "m").exec(text)?.[1];
  if (found === undefined) throw new Error(`read nats-bench's output: ${text.slice(0, 400)}`);
  return Number(found.replaceAll(",", ""));
}

/** Builds a Go program of `bench/nats`; its path, or why there is none. */
export async function buildGoPeer(
  name: "go_js_publish" | "go_js_pull",
  folder: string,
): Promise<{ path: string } | string> {
  const path = `${folder}/${name}`;
  const { code } = await shell(
    'PATH=$PATH:/usr/local/go/bin; cd "bench/nats/$2" && go build -o "$1" .',
    path,
    name,
  );
  return code === 0 ? { path } : "Go is not here, or can't get nats.go";
}

/** Runs it against a stream in memory. @param more its arguments after URL, messages and bytes */
export async function runGoPeer(
  path: string,
  load: { url: string; count: number; bytes: number },
  ...more: readonly number[]
): Promise<NatsFigure> {
  const { stdout, cpuSeconds } = await runOk(
    [path, load.url, ...[load.count, load.bytes, ...more].map(String)],
    { limitSeconds: 120, cwd: ROOT },
  );
  const { count, seconds } = JSON.parse(stdout) as { count: number; seconds: number };
  return { perSecond: count / seconds, cpuSeconds };
}
