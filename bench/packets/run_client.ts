import { ROOT, runOk } from "../process.ts";
import type { ClientTask } from "./client.ts";
import type { PacketFigure } from "./figure.ts";
import type { ParserLoopFigure } from "./parser_loop.ts";

/** The parser that answers packets with their bytes. */
const ECHO = `${ROOT}components/parsers/echo_wat.wasm`;

/** Runs a client in a process of its own. */
export async function runPacketClient(
  side: "our" | "bare",
  task: Omit<ClientTask, "guest">,
  pin: readonly string[],
): Promise<PacketFigure> {
  const argv = [
    ...pin,
    ...[Deno.execPath(), "run", "--no-prompt", "--unstable-net", "--allow-net=127.0.0.1"],
    ...[`--allow-read=${ROOT}`, `${ROOT}bench/packets/${side}_client.ts`],
    JSON.stringify({ ...task, guest: ECHO }),
  ];
  const { stdout } = await runOk(argv, { limitSeconds: task.seconds + 60 });
  return JSON.parse(stdout) as PacketFigure;
}

/** Runs the guest loop in a process of its own. */
export async function runParserLoop(seconds: number): Promise<ParserLoopFigure> {
  const { stdout } = await runOk([
    ...[Deno.execPath(), "run", "--no-prompt", "--allow-read"],
    ...[`${ROOT}bench/packets/parser_client.ts`, String(seconds)],
  ], { limitSeconds: seconds + 60 });
  return JSON.parse(stdout) as ParserLoopFigure;
}
