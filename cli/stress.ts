import { currentVu, interruptSignal } from "../runner/api/mod.ts";
import type { ScriptExports } from "../runner/mod.ts";
import type { StressPlan } from "../wasm/mod.ts";

/** What `downpour stress` does, in the form that travels to shard processes. */
export interface StressArgs {
  readonly plan: StressPlan;
  /** The packets, by name, as base64. */
  readonly packets: Readonly<Record<string, string>>;
  /** The guest's module as base64; null without one. */
  readonly guest: string | null;
  /** How many shards share the sessions. */
  readonly shards: number;
}

/**
 * The scenario behind `downpour stress`: one iteration of one virtual user a shard, which plays its
 * part of the plan. The guest is compiled here, in a process that may do nothing but reach the
 * plan's endpoints; `setup` does so once ahead, so that one that can't be used ends the run at once.
 */
export function stress(args: unknown): ScriptExports {
  const { plan, packets, guest, shards } = args as StressArgs;
  const compile = async () => {
    if (guest === null) return null;
    const { compileGuest } = await import("../wasm/guest/mod.ts");
    return compileGuest(Uint8Array.fromBase64(guest));
  };
  return {
    ...(guest === null ? {} : {
      async setup(): Promise<void> {
        const { createGuest } = await import("../wasm/guest/mod.ts");
        const compiled = await compile();
        if (compiled !== null) createGuest(compiled);
      },
    }),
    async default(): Promise<void> {
      const { playPlan } = await import("../wasm/load/mod.ts");
      const index = (currentVu()?.idInTest ?? 1) - 1;
      const signal = interruptSignal();
      await playPlan(plan, {
        packets: Object.fromEntries(
          Object.entries(packets).map(([name, text]) => [name, Uint8Array.fromBase64(text)]),
        ),
        guest: await compile(),
        segment: { index, count: shards },
        ...(signal === undefined ? {} : { signal }),
      });
    },
  };
}
