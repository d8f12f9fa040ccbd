/**
 * The packet stressor's script language: scripts to plans and back, and plans for people.
 *
 * ```ts
 * import assert from "node:assert/strict";
 * import { compileScript, describePlan, ScriptError } from "@downpour/downpour/wasm/script";
 *
 * const text = `
 *   SETTINGS local {
 *     SESSION = "UDP"
 *     ENDPOINTS { "localhost:9000" }
 *     PACKETS { hello : "hello.bin" }
 *   }
 *   ORCHESTRATOR local {
 *     CREATE 10
 *     CONNECT 0:10
 *     SEND 0:10 hello COPIES 5
 *   }
 * `;
 * assert.match(describePlan(compileScript(text)), /hello × 5/);
 * assert.throws(() => compileScript(text.replace("CREATE", "CRATE")), ScriptError);
 * ```
 *
 * @module
 */
export {
  type CompiledScript,
  type CompileOptions,
  compileScript,
  compileWithPositions,
  type ScriptPositions,
} from "./compile.ts";
export type { ActionPosition } from "./check_actions.ts";
export { type DescribeOptions, describePlan } from "./describe.ts";
export { formatProblems } from "./format.ts";
export { SCRIPT_LIMITS } from "./limits.ts";
export { planNotes } from "./notes.ts";
export { checkPacketSizes } from "./packet_sizes.ts";
export { printScript } from "./print.ts";
export { type Position, ScriptError, type ScriptProblem } from "./problems.ts";
