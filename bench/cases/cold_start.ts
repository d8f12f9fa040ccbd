import { downpourCommand, runFlags } from "../downpour.ts";
import { type Running, start } from "../process.ts";

/** Milliseconds from executing the command to the first byte of a request, one a run. */
export interface ColdStarts {
  /** By `deno run … cli.ts URL`. */
  readonly denoRun: number[];
  /** By `deno task downpour URL`. */
  readonly denoTask: number[];
}

const LIMIT_SECONDS = 20;

/** Times quick runs against a listener of the bench, both ways in turn, after one of each that fills caches. */
export async function measureColdStarts(runs: number, folder: string): Promise<ColdStarts> {
  const ways: Record<keyof ColdStarts, string[]> = {
    denoRun: await downpourCommand(),
    denoTask: [Deno.execPath(), "task", "--quiet", "downpour"],
  };
  const results: ColdStarts = { denoRun: [], denoTask: [] };
  for (let run = 0; run <= runs; run++) {
    for (const way of ["denoRun", "denoTask"] as const) {
      const ms = await firstByteMs(ways[way], folder);
      if (run > 0) results[way].push(ms);
    }
  }
  return results;
}

async function firstByteMs(command: string[], folder: string): Promise<number> {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const url = `http://127.0.0.1:${listener.addr.port}/`;
  const arrived = firstByte(listener);
  const flags = runFlags({ vus: 64, seconds: 5, shards: 1, summary: `${folder}/cold.json` });
  const process: Running = await start([...command, url, ...flags], {
    limitSeconds: LIMIT_SECONDS,
  });
  const ended = process.finished.then((result) => {
    throw new Error(`start downpour: it ended without a request:\n${result.stderr}`);
  });
  try {
    return await Promise.race([arrived, ended]) - process.startedAtMs;
  } finally {
    await process.stop();
    await Promise.allSettled([ended]);
  }
}

/**
 * When the first byte of a request came, in milliseconds since the epoch. A connection that is
 * closed without one only looked whether the target is there.
 */
async function firstByte(listener: Deno.Listener): Promise<number> {
  for (;;) {
    using conn = await listener.accept();
    const count = await conn.read(new Uint8Array(1)).catch(() => null);
    if (count !== null) return performance.timeOrigin + performance.now();
  }
}
