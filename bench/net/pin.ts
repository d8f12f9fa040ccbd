import { shell } from "../process.ts";

/** What goes before commands to keep a process on one processor; nothing where that can't be done. */
export interface Pins {
  readonly server: readonly string[];
  readonly client: readonly string[];
}

/**
 * A processor for the server, and another for the client, or all others. Left alone, the system now
 * and then puts both on one for a whole measurement, which halves its rate.
 */
export async function findPins(client: "one" | "others" = "one"): Promise<Pins> {
  const last = client === "one" ? 1 : Math.max(1, navigator.hardwareConcurrency - 1);
  const { code } = await shell('taskset -c 0 true && taskset -c "1-$1" true', String(last));
  return code === 0
    ? { server: ["taskset", "-c", "0"], client: ["taskset", "-c", `1-${last}`] }
    : NO_PINS;
}

/** No processor in particular. */
export const NO_PINS: Pins = { server: [], client: [] };
