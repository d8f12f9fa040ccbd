import { shell } from "../process.ts";

/** What goes before commands to keep a process on one processor; nothing where that can't be done. */
export interface Pins {
  readonly server: readonly string[];
  readonly client: readonly string[];
}

/**
 * A processor each for server and client. Left alone, the system now and then puts both on one for a
 * whole measurement, which halves its rate.
 */
export async function findPins(): Promise<Pins> {
  const { code } = await shell("taskset -c 0 true && taskset -c 1 true");
  return code === 0
    ? { server: ["taskset", "-c", "0"], client: ["taskset", "-c", "1"] }
    : { server: [], client: [] };
}
