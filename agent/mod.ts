/**
 * The agent: takes load tests over HTTP, queues jobs, runs them one at a time, and brings their
 * results to a collector. `submit` runs a job on one agent or many; `startCollector` takes the
 * results. An upload is code execution: who may upload is who may run programs as the agent's user.
 *
 * ```ts
 * import assert from "node:assert/strict";
 * import { startAgent, startCollector } from "@downpour/downpour/agent";
 *
 * const folder = await Deno.makeTempDir();
 * {
 *   const store = { kind: "files", folder: `${folder}/results` } as const;
 *   await using collector = startCollector({ address: { port: 0 }, store });
 *   const token = "00112233445566778899aabbccddeeff"; // One of your own: openssl rand -hex 32
 *   await using agent = await startAgent({
 *     folder: `${folder}/agent`,
 *     address: { port: 0 },
 *     security: { token },
 *     collector: { url: collector.url },
 *     cooldownMs: 0,
 *   });
 *   const headers = { authorization: `Bearer ${token}` };
 *   const form = new FormData();
 *   form.append("file", new Blob(["#!/bin/sh\nexit 1\n"]), "load");
 *   const uploaded = await fetch(`${agent.url}/upload`, { method: "POST", headers, body: form });
 *   const { binary } = await uploaded.json();
 *   const body = JSON.stringify({ name: "first", users: 10, duration: 60, binary });
 *   const queued = await fetch(`${agent.url}/queue`, { method: "POST", headers, body });
 *   assert.deepEqual([queued.status, await queued.json()], [201, { queued: true }]);
 *   const job = await fetch(`${agent.url}${queued.headers.get("location")}`, { headers });
 *   assert.equal((await job.json()).spec.name, "first");
 * }
 * await Deno.remove(folder, { recursive: true });
 * ```
 *
 * @module
 */
export { DownpourError } from "../internal/mod.ts";
export type { ThresholdOutcome } from "../runner/mod.ts";
export { type Agent, startAgent } from "./agent.ts";
export {
  type AgentAddress,
  type AgentApiOptions,
  type AgentLimits,
  type AgentSecurity,
  type AgentServer,
  type AuditEvent,
  readToken,
  type ShownJob,
  type ShownUpload,
  startApi,
} from "./api/mod.ts";
export {
  BINARY_LIMITS,
  type BinaryCounts,
  type BinaryLimits,
  type BinaryOptions,
  type BinaryOutcome,
  type OnResults,
  type Protection,
  type RejectedLine,
  runBinary,
} from "./binary/mod.ts";
export {
  type CollectorLimits,
  type CollectorOptions,
  type CollectorServer,
  type CollectorStore,
  type EndpointSummary,
  type JobSummary,
  type Latency,
  renderJobSummary,
  type ResultSummary,
  startCollector,
  type TableLook,
} from "./collector/mod.ts";
export type { Clock } from "./collector/clock.ts";
export { AgentError } from "./errors.ts";
export { type Job, type JobCounts, type JobSpec, type JobState, NO_COUNTS } from "./job.ts";
export type { ProcessIdentity } from "./processes.ts";
export { type Claim, type JobQueue, openQueue, type QueueOptions } from "./queue.ts";
export { type Backoff, connectRpc, type ConnectRpcOptions, type RpcClient } from "./rpc/mod.ts";
export {
  type AgentStore,
  type EndState,
  type JobRecord,
  type JobTable,
  openStore,
  type StoreOptions,
  type Upload,
  type UploadFile,
  type UploadKind,
  type Uploads,
} from "./store/mod.ts";
export type { AgentCollector, AgentOptions, AgentStorage } from "./options.ts";
export type { ResultLine } from "./result.ts";
export type { ScriptPolicy, ScriptPool } from "./script_command.ts";
export {
  checkToken,
  type Host,
  type HostProgress,
  type JobFile,
  JobFileError,
  LOCAL_HOSTS,
  readHosts,
  readJobFile,
  readTokenFile,
  renderProgress,
  renderSubmit,
  splitUsers,
  submit,
  type SubmitOptions,
  type SubmitResult,
} from "./submit/mod.ts";
