/**
 * The agent's HTTP API: the go-lo agent's, and what was added to it.
 *
 * @module
 */
export type { ShownJob, ShownUpload } from "./answers.ts";
export type { AgentAddress, AgentSecurity } from "./security.ts";
export {
  type AgentApiOptions,
  type AgentLimits,
  type AgentServer,
  type AuditEvent,
  startApi,
} from "./server.ts";
export { type AuditLog, openAuditLog } from "./audit_log.ts";
export { readToken } from "./token.ts";
