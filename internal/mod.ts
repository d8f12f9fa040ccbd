/**
 * Leaves that every layer may use and nobody outside sees: the error base, durations, name
 * suggestions, byte keeping, IP addresses.
 *
 * @module
 */
export { denoCommand } from "./deno_command.ts";
export { checkNames } from "./check_names.ts";
export { type Clock, SYSTEM_CLOCK } from "./clock.ts";
export { Deadlines, type Expiring } from "./deadlines.ts";
export { ExitCode } from "./exit_codes.ts";
export { describeError, DownpourError, OptionError } from "./errors.ts";
export { formatDuration, parseDurationMs } from "./duration.ts";
export {
  formatIp,
  ipVersionOf,
  isIpv4,
  isIpv6,
  isLoopback,
  mappedIpv4,
  normalIp,
  parseIp,
} from "./ip.ts";
export { asksThisMachine } from "./host_field.ts";
export { hostPortOf } from "./host_port.ts";
export { parseJsonc } from "./jsonc.ts";
export { escapeTag } from "./line_protocol.ts";
export { nearest } from "./nearest.ts";
export { type Random, seededRandom } from "./random.ts";
export { type Redact, redactData, redactError, redactNothing, redactor } from "./redact.ts";
export { retryAfterMs } from "./retry_after.ts";
export { RUNS_FOLDER } from "./runs_folder.ts";
export { isThenable } from "./thenable.ts";
export { VERSION } from "./version.ts";
export { Slab } from "./slab.ts";
