/** What a script exports, once per virtual user: module-level state belongs to that user alone. */
export interface ScriptExports {
  /** Every exported value by name: `default`, `options`, `setup`, `teardown`, `handleSummary`, functions named by `exec`. */
  readonly [name: string]: unknown;
}

/** A script, bundled with its local modules: one text that can travel to other processes and machines. */
export interface ScriptBundle {
  /** Absolute path or URL of the entry module, for messages and stack traces. */
  readonly entry: string;
  /** The bundle: an ES module that imports only our modules and `node:` builtins. */
  readonly code: string;
  /** Its source map (JSON, version 3). */
  readonly map: string;
}

/** A bundle made ready in this process: `instantiate` gives each virtual user its own module state. */
export interface CompiledScript {
  /** Folder of its entry module: where its relative paths start. Null when it has none. */
  readonly folder: string | null;
  /** Runs the module's top level; called once for each virtual user. */
  instantiate(): Promise<ScriptExports>;
  /** Names that the module exports. */
  readonly exportNames: readonly string[];
  /** An error's stack with positions in the user's files, without frames of ours. */
  describeStack(error: unknown): string;
}

/** What a module exports, by name; a function loads it for the first script that imports it. */
export type ScriptModule =
  | Readonly<Record<string, unknown>>
  | (() => Promise<Readonly<Record<string, unknown>>>);

/** The modules that scripts may import, by specifier: `k6`, `@downpour/downpour/http`, … */
export type ScriptModules = Readonly<Record<string, ScriptModule>>;
