import { processArguments, type ProcessOptions, spawnShard } from "./spawn.ts";

/**
 * Shard processes started on a guess of what a run will ask for, while its parent still loads: on
 * two cores that halves the time to the first request. A process whose permissions are not exactly
 * those asked for is never used.
 */
export class Standby {
  readonly #arguments: string;
  readonly #waiting: Deno.ChildProcess[] = [];

  /** Starts `count` processes. */
  constructor(options: ProcessOptions, count: number) {
    this.#arguments = processArguments(options).join("\n");
    for (let n = 0; n < count; n++) this.#waiting.push(spawnShard(options));
  }

  /** A process that was started with just these options, or undefined. */
  take(options: ProcessOptions): Deno.ChildProcess | undefined {
    if (options.auditTo !== undefined) return undefined;
    if (processArguments(options).join("\n") !== this.#arguments) return undefined;
    return this.#waiting.shift();
  }

  /** Ends what was not taken; resolves when it is gone. */
  async close(): Promise<void> {
    await Promise.all(
      this.#waiting.splice(0).map(async (child) => {
        try {
          child.kill("SIGKILL");
        } catch {
          // It is gone already.
        }
        await Promise.allSettled([
          child.status,
          child.stdin.abort(),
          child.stdout.cancel(),
          child.stderr.cancel(),
        ]);
      }),
    );
  }
}
