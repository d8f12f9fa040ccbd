import type { Context, Metric } from "../../metrics/mod.ts";
import type { RunOptions } from "../options/types.ts";
import type { OpenCounters } from "../open_counts.ts";
import type { ScriptExports, ScriptModules } from "../script/types.ts";

/** What the runner can't know and is given: the modules and protocols that scripts use. */
export interface ShardSetup {
  /** Modules that scripts may import, by specifier. */
  readonly modules: ScriptModules;
  /** Load that needs no script (the quick run of a URL), by name: called once for each VU. */
  readonly builtins: Readonly<Record<string, (args: unknown) => ScriptExports>>;
  /** Metrics that the protocols record: thresholds may name them. */
  readonly metrics?: readonly Metric[];
  /** Those that count what opens and ends: what a lost shard had open is counted as failed. Default: none. */
  readonly opens?: readonly OpenCounters[];
  /**
   * Called for each VU before its script is instantiated, for example to make its client.
   *
   * @param vu its number in the test, from 1; 0 for `setup`, `teardown` and `handleSummary`
   */
  prepareVu?(context: Context, options: RunOptions, vu: number): void;
}
