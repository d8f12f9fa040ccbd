import { AsyncLocalStorage } from "node:async_hooks";
import { IoCounts } from "./io.ts";
import { type Closeable, Owned } from "./owned.ts";
import { Registry } from "./registry.ts";
import type { Recorder } from "./recorder.ts";
import { DEFAULT_SYSTEM_TAGS, type SystemTags } from "./system_tags.ts";
import type { Tags } from "./tags.ts";

/**
 * What code below a script needs to know of where it runs: its recorder, its tags, and a place
 * for what belongs to the running virtual user (its default client, its cookie jar).
 */
export interface Context {
  /** Where samples go. */
  readonly recorder: Recorder;
  /** Tags of everything recorded here: scenario, group, run tags. */
  readonly tags: Tags;
  /** Which system tags are added to them: looked at where a set of tags is made, not at each sample. */
  readonly systemTags: SystemTags;
  /** Full name of the current group: `""` at the root, `::login::form` inside nested groups. */
  readonly group: string;
  /** Folder of the script, where its relative paths start; null outside a run: the current folder. */
  readonly folder: string | null;
  /** Bytes that the virtual user's sockets moved (`data_sent`, `data_received`). */
  readonly io: IoCounts;
  /** Iterations begun by the virtual user: shared by all contexts made of this one. */
  readonly turn: { count: number };
  /** Objects that live as long as the virtual user, keyed by their owner's private symbol. */
  readonly locals: Map<symbol, unknown>;
  /**
   * What was opened here and must not outlive it. The runner takes what module level opened for the
   * virtual user, and closes the rest at the end of each iteration. Null where nobody would close it.
   */
  readonly owned: Owned | null;
}

const storage = new AsyncLocalStorage<Context>();
let outside: Context | undefined;

/** The context of the running code; outside the runner, one that lives as long as the process. */
export function currentContext(): Context {
  return storage.getStore() ??
    (outside ??= { ...newContext(new Registry()), owned: null });
}

/** A context at the root group with nothing counted yet. */
export function newContext(
  recorder: Recorder,
  tags: Tags = recorder.tags,
  folder: string | null = null,
  systemTags: SystemTags = DEFAULT_SYSTEM_TAGS,
): Context {
  return {
    recorder,
    tags,
    systemTags,
    group: "",
    folder,
    io: new IoCounts(),
    turn: { count: 0 },
    locals: new Map(),
    owned: new Owned(),
  };
}

/** Calls `fn` with `context` as the current one, across its awaits. */
export function runInContext<T>(context: Context, fn: () => T): T {
  return storage.run(context, fn);
}

/** Closes what was opened in `context` since this was last called. */
export function closeOwned(context: Context): void {
  const { owned } = context;
  if (owned === null || owned.size === 0) return;
  for (const closeable of takeOwned(context)) closeable.close();
}

/** What a context owns so far, which is no longer its own. */
export function takeOwned({ owned }: Context): Closeable[] {
  return owned?.take() ?? [];
}

/** Ends a context: closes what it owns and what its locals hold. Resolves when all of it is closed. */
export async function closeContext(context: Context): Promise<void> {
  if (context.owned !== null) context.owned.ended = true;
  const ending = [...takeOwned(context), ...context.locals.values()].filter(isCloseable);
  await Promise.allSettled(ending.map((one) => one.close()));
}

function isCloseable(value: unknown): value is Closeable {
  return typeof value === "object" && value !== null && "close" in value &&
    typeof value.close === "function";
}
