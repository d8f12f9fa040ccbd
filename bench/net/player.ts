import { failure, ROOT, type Running, start } from "../process.ts";
import type { NetSubject } from "./cases.ts";
import type { ClientPlan } from "./client.ts";
import { readLines, writeLine } from "./lines.ts";
import type { Turn, TurnResult } from "./measure.ts";

/** A client that is connected and waits for its turns. */
export interface Player {
  readonly name: string;
  play(turn: Turn): Promise<TurnResult>;
  /** Lets it go. */
  stop(): Promise<void>;
}

/** How a client is started. */
export interface PlayerOptions extends Omit<ClientPlan, "service" | "controlPort"> {
  /** Goes before the command. */
  readonly pin: readonly string[];
  readonly limitSeconds: number;
}

/** Starts a client: a process of its own, with the permissions that it needs. */
export async function startPlayer(subject: NetSubject, options: PlayerOptions): Promise<Player> {
  const { pin, limitSeconds, ...rest } = options;
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const plan: ClientPlan = {
    ...rest,
    service: subject.service,
    controlPort: listener.addr.port,
  };
  const argv = [
    ...pin,
    Deno.execPath(),
    "run",
    "--no-prompt",
    ...(subject.client === "bare_client.ts" ? ["--no-config", "--unstable-net"] : []),
    ...permissions(plan),
    `${ROOT}bench/net/${subject.client}`,
    JSON.stringify(plan),
  ];
  const process = await start(argv, { limitSeconds });
  const ended = process.finished.then((result): never => {
    throw failure([subject.name], result);
  });
  ended.catch(() => {}); // Its end is looked at where it is not wanted.
  try {
    const conn = await Promise.race([listener.accept(), ended]);
    return playerOf(subject.name, conn, process, ended);
  } catch (error) {
    await process.stop();
    throw error;
  }
}

function playerOf(
  name: string,
  conn: Deno.Conn,
  process: Running,
  ended: Promise<never>,
): Player {
  const results = readLines(conn);
  return {
    name,
    async play(turn) {
      await writeLine(conn, turn);
      const { done, value } = await Promise.race([results.next(), ended]);
      if (done) return await ended;
      return value as TurnResult;
    },
    async stop() {
      conn.close();
      await process.stop();
    },
  };
}

function permissions({ service, address, caFile, controlPort }: ClientPlan): string[] {
  const net = (...more: string[]): string =>
    `--allow-net=${[...more, `127.0.0.1:${controlPort}`].join(",")}`;
  switch (service) {
    case "unix-echo":
      return [net(`unix:${address}`), `--allow-read=${address}`, `--allow-write=${address}`];
    case "udp-echo":
      return [net(address, "127.0.0.1:0")];
    case "tls-echo":
      return [net(address), `--allow-read=${caFile}`];
    default:
      return [net(address)];
  }
}
