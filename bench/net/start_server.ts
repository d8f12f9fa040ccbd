import { failure, ROOT, start } from "../process.ts";
import type { Addresses, Service } from "./server.ts";

/** A running server. */
export interface NetServer {
  readonly addresses: Addresses;
  /** Ends it. */
  stop(): Promise<void>;
}

/** Starts `server.ts` as a process of its own. */
export async function startServer(
  folder: string,
  services: readonly Service[],
  options: { pin: readonly string[]; limitSeconds: number },
): Promise<NetServer> {
  const path = `${folder}/echo.sock`;
  const argv = [
    ...options.pin,
    Deno.execPath(),
    "run",
    "--no-prompt",
    "--no-config",
    "--unstable-net",
    `--allow-net=127.0.0.1,unix:${path}`,
    `--allow-read=${folder}`,
    `--allow-write=${folder}`,
    `${ROOT}bench/net/server.ts`,
    folder,
    ...services,
  ];
  const process = await start(argv, { limitSeconds: options.limitSeconds });
  const ended = process.finished.then((result): never => {
    throw failure(argv, result);
  });
  ended.catch(() => {}); // Its end is looked at where it is not wanted.
  try {
    const addresses = await Promise.race([ready(folder), ended]);
    return { addresses, stop: () => process.stop() };
  } catch (error) {
    await process.stop();
    throw error;
  }
}

/** Where the server says that its services are. */
async function ready(folder: string): Promise<Addresses> {
  for (let i = 0; i < 500; i++) {
    try {
      return JSON.parse(await Deno.readTextFile(`${folder}/ready.json`)) as Addresses;
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
  throw new Error("start server: it does not listen");
}
