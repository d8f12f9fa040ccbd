import { Missing } from "../unmeasured.ts";
import { findNatsServer, startNatsServer } from "../peers/nats.ts";
import { failure, ROOT, type Running, shell, start } from "../process.ts";
import type { WrpcCase } from "./cases.ts";

/** What a case's script calls. */
export interface WrpcTarget extends AsyncDisposable {
  /** Settings of the script that say where it is. */
  readonly env: Readonly<Record<string, string>>;
}

/** Where `deno task components` puts the small blaster. */
const COMPONENT = `${ROOT}.downpour/components/blaster_small.wasm`;
const PREFIX = "bench";

/** Starts what a case calls, the NATS server included. @throws {Missing} */
export async function startTarget(
  { over, server }: WrpcCase,
  folder: string,
  limitSeconds: number,
): Promise<WrpcTarget> {
  await using started = new AsyncDisposableStack();
  const begin = async (argv: readonly string[]): Promise<Running> => {
    const process = await start(argv, { limitSeconds });
    started.defer(() => process.stop());
    return process;
  };
  let where = over === "unix" ? `${folder}/wrpc.sock` : "";
  if (over === "nats") {
    const program = await findNatsServer();
    if (typeof program === "string") throw new Missing(program);
    const store = await Deno.makeTempDir({ dir: folder });
    const nats = await startNatsServer(program, store, { limitSeconds });
    started.defer(() => nats.stop());
    where = nats.url;
  }
  const env = server === "wasmtime"
    ? await startWasmtime(over, where, begin)
    : await startOurs(server, over, where, folder, begin);
  const running = started.move();
  return { env, [Symbol.asyncDispose]: () => running.disposeAsync() };
}

type Begin = (argv: readonly string[]) => Promise<Running>;

async function startOurs(
  what: "blaster" | "http",
  over: WrpcCase["over"],
  where: string,
  folder: string,
  begin: Begin,
): Promise<Record<string, string>> {
  if (over === "unix") await Deno.remove(where).catch(() => {});
  const told = `${folder}/wrpc-server`;
  const argv = [
    ...["bash", "-c", `told=$1; shift; exec "$@" >"$told"`, "server", told],
    ...[Deno.execPath(), "run", "--no-prompt", "--allow-net", `--allow-read=${ROOT},${folder}`],
    ...[`--allow-write=${folder}`, `${ROOT}bench/wrpc/server.ts`, what, over, where],
  ];
  await Deno.writeTextFile(told, "");
  const process = await begin(argv);
  const address = await lineOf(argv, process, async () => {
    return /^serving (.*)\n/.exec(await Deno.readTextFile(told))?.[1];
  });
  return over === "nats" ? { NATS: where } : { [over.toUpperCase()]: address };
}

async function startWasmtime(
  over: WrpcCase["over"],
  where: string,
  begin: Begin,
): Promise<Record<string, string>> {
  const { stdout: program } = await shell("tools/wrpc_wasmtime.sh");
  if (program === "") {
    throw new Missing("wrpc-wasmtime is not here: tools/wrpc_wasmtime.sh --install");
  }
  await Deno.stat(COMPONENT).catch(() => {
    throw new Missing("there is no small blaster: deno task components");
  });
  if (over === "nats") {
    await begin([program, "nats", "serve", "--nats", where, "--export", PREFIX, COMPONENT]);
    return { NATS: where, PREFIX };
  }
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  await begin([program, "tcp", "serve", "--export", `127.0.0.1:${port}`, COMPONENT]);
  return { TCP: `127.0.0.1:${port}` };
}

/** Waits for what a process says. @throws when it ends before, or is late */
async function lineOf(
  argv: readonly string[],
  process: Running,
  read: () => Promise<string | undefined>,
): Promise<string> {
  let ended: Error | undefined;
  process.finished.then((result) => ended = failure(argv, result));
  for (let i = 0; i < 500 && ended === undefined; i++) {
    const line = await read();
    if (line !== undefined) return line;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw ended ?? new Error("start server: it does not listen");
}
