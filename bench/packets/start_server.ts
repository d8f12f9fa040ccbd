import { failure, ROOT, start } from "../process.ts";
import type { Service } from "./server.ts";

/** A running server. */
export interface PacketServer extends AsyncDisposable {
  readonly ports: Readonly<Record<Service, number>>;
}

/** Starts `server.ts` as a process of its own. */
export async function startPacketServer(
  parent: string,
  options: { pin: readonly string[]; limitSeconds: number },
): Promise<PacketServer> {
  const folder = await Deno.makeTempDir({ dir: parent });
  const argv = [
    ...options.pin,
    ...[Deno.execPath(), "run", "--no-prompt", "--no-config", "--unstable-net"],
    ...["--allow-net=127.0.0.1", `--allow-write=${folder}`, `--allow-read=${folder}`],
    ...[`${ROOT}bench/packets/server.ts`, folder],
  ];
  const process = await start(argv, { limitSeconds: options.limitSeconds });
  const ended = process.finished.then((result): never => {
    throw failure(argv, result);
  });
  ended.catch(() => {}); // Its end is looked at where it is not wanted.
  try {
    const ports = await Promise.race([ready(folder), ended]);
    return { ports, [Symbol.asyncDispose]: () => process.stop() };
  } catch (error) {
    await process.stop();
    throw error;
  }
}

async function ready(folder: string): Promise<Record<Service, number>> {
  for (let i = 0; i < 500; i++) {
    try {
      return JSON.parse(await Deno.readTextFile(`${folder}/ready.json`));
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
  throw new Error("start server: it does not listen");
}
