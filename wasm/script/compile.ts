import type { StressPlan } from "../plan.ts";
import { type ActionPosition, checkActions } from "./check_actions.ts";
import { type CheckedSettings, checkSettings } from "./check_settings.ts";
import { readTokens } from "./lexer.ts";
import { SCRIPT_LIMITS } from "./limits.ts";
import { parseTokens } from "./parse.ts";
import { collectProblems, type Position, type Problems, ScriptError } from "./problems.ts";
import type { OrchestratorSyntax, ScriptSyntax } from "./syntax.ts";
import { suggest } from "./words.ts";

/** How a script is compiled. */
export interface CompileOptions {
  /** Name of the script, for errors. Default `script`. */
  readonly file?: string;
}

/** Where a script says its plan, for problems that show later: see {@linkcode checkPacketSizes}. */
export interface ScriptPositions {
  /** Name of the script. */
  readonly file: string;
  /** Its text. */
  readonly source: string;
  /** The plan's actions. */
  readonly actions: readonly ActionPosition[];
  /** The files of the plan's packets, by the packets' names. */
  readonly packets: ReadonlyMap<string, Position>;
}

/** A plan and where its script says it. */
export interface CompiledScript {
  /** What the script does. */
  readonly plan: StressPlan;
  /** For {@linkcode checkPacketSizes}. */
  readonly positions: ScriptPositions;
}

/**
 * The plan of a stress script: one or more `SETTINGS` blocks and one `ORCHESTRATOR`, which names the
 * settings it works with. Nothing is read or opened, and names of files stay as they are written.
 *
 * @throws {ScriptError} with every problem of the script, when it has any
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { compileScript } from "@downpour/downpour/wasm/script";
 *
 * const plan = compileScript(`
 *   SETTINGS local {
 *     SESSION = "TCP"
 *     ENDPOINTS { "localhost:9000" }
 *     PACKETS { hello : "hello.bin" }
 *   }
 *   ORCHESTRATOR local {
 *     CREATE 100
 *     CONNECT 0:100 OFFSET 100ms
 *     SEND 0:100 hello COPIES 5 OFFSET 1s
 *   }
 * `);
 * assert.deepEqual(plan.actions[1], {
 *   kind: "connect",
 *   offsetMs: 100,
 *   range: { from: 0, to: 100 },
 * });
 * ```
 */
export function compileScript(text: string, options: CompileOptions = {}): StressPlan {
  return compileWithPositions(text, options).plan;
}

/** As {@linkcode compileScript}, and says where the script has each action. @throws {ScriptError} */
export function compileWithPositions(text: string, options: CompileOptions = {}): CompiledScript {
  const { file = "script" } = options;
  const problems = collectProblems();
  const compiled = readScript(text, file, problems);
  const found = problems.list();
  if (found.length > 0 || compiled === null) {
    throw new ScriptError(file, found, { source: text, omitted: problems.omitted });
  }
  return compiled;
}

/** Null for what can't be a plan; there are problems then, and there may be some when there is one. */
function readScript(text: string, file: string, problems: Problems): CompiledScript | null {
  if (text.length > SCRIPT_LIMITS.characters) {
    const start = { line: 1, column: 1, length: 1 };
    const most = `at most ${SCRIPT_LIMITS.characters} characters`;
    problems.add(start, `the script has ${text.length} characters`, most);
    return null;
  }
  const script = parseTokens(readTokens(text, problems), problems);
  requireBlocks(script, problems);
  const blocks = checkBlocks(script, problems);
  const orchestrator = pickOrchestrator(script, problems);
  const settings = orchestrator && pickSettings(orchestrator, blocks, problems);
  if (orchestrator === null) return null;
  const { actions, positions, sessions } = checkActions(orchestrator, settings, problems);
  if (settings === null) return null;
  const { name, shards, shardsAt, packets, handler } = settings;
  if (shards !== null && shardsAt !== null && sessions !== null && shards > sessions) {
    const few = `${shards} SHARDS can't share ${sessions} sessions`;
    problems.add(shardsAt, few, `at most ${sessions}, as CREATE says`);
  }
  const plan: StressPlan = {
    name,
    settings: settings.settings,
    shards,
    packets: Object.fromEntries([...packets].map(([name, path]) => [name, path.text])),
    handler,
    actions,
  };
  return { plan, positions: { file, source: text, actions: positions, packets } };
}

/** Adds which blocks a script is without: one problem at its end. */
function requireBlocks({ settings, orchestrators, end }: ScriptSyntax, problems: Problems): void {
  const missing = [
    ...settings.length === 0 ? ["SETTINGS name { … }"] : [],
    ...orchestrators.length === 0 ? ["ORCHESTRATOR name { … }"] : [],
  ];
  if (missing.length > 0) problems.add(end, "the script is not complete", missing.join(" and "));
}

/** All `SETTINGS`, also those that no `ORCHESTRATOR` names, by name. */
function checkBlocks(
  { settings }: ScriptSyntax,
  problems: Problems,
): ReadonlyMap<string, CheckedSettings> {
  const blocks = new Map<string, CheckedSettings>();
  for (const block of settings) {
    const checked = checkSettings(block, problems);
    if (block.name === null) continue;
    if (blocks.has(checked.name)) {
      const again = `there are SETTINGS ${checked.name} already`;
      problems.add(block.name, again, "a name of its own");
    } else blocks.set(checked.name, checked);
  }
  return blocks;
}

function pickOrchestrator(
  { orchestrators }: ScriptSyntax,
  problems: Problems,
): OrchestratorSyntax | null {
  const [first, ...others] = orchestrators;
  if (first === undefined) return null;
  for (const { keyword } of others) {
    const again = `there is an ORCHESTRATOR in line ${first.keyword.line} already`;
    problems.add(keyword, again, "one of them");
  }
  return first;
}

function pickSettings(
  { name }: OrchestratorSyntax,
  blocks: ReadonlyMap<string, CheckedSettings>,
  problems: Problems,
): CheckedSettings | null {
  if (name === null || blocks.size === 0) return null;
  const settings = blocks.get(name.text);
  if (settings !== undefined) return settings;
  const near = suggest(name.text, blocks.keys());
  const expected = near === null ? `one of ${[...blocks.keys()].slice(0, 10).join(", ")}` : "";
  problems.add(name, `there are no SETTINGS ${name.text}`, expected, near);
  return null;
}
