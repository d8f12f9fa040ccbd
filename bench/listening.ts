import type { Running } from "./process.ts";

/** Ports of the loopback address that nothing listens on. */
export function freePorts(count: number): number[] {
  const listeners = Array.from(
    { length: count },
    () => Deno.listen({ hostname: "127.0.0.1", port: 0 }),
  );
  for (const listener of listeners) listener.close();
  return listeners.map((listener) => listener.addr.port);
}

/** Waits until a server that was started listens. @throws when it ended, or is late */
export async function listening(name: string, port: number, process: Running): Promise<void> {
  let ended: string | undefined;
  process.finished.then((result) => ended = result.stderr || `exit code ${result.code}`);
  for (let i = 0; i < 100 && ended === undefined; i++) {
    try {
      (await Deno.connect({ hostname: "127.0.0.1", port })).close();
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
  throw new Error(`start ${name}: ${ended ?? "it does not listen"}`);
}
