/**
 * The packet stressor's script language: scripts to plans and back, and plans for people.
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
