/**
 * What the agent keeps on the disk: uploads, and jobs with their queue, safe against a kill, a loss
 * of power and a full disk.
 *
 * @module
 */
export { type EndState, isEnd, type JobRecord, type JobTable, newRecord } from "./jobs.ts";
export { type AgentStore, openStore, type StoreOptions } from "./store.ts";
export type { Upload, UploadFile, UploadKind, Uploads } from "./uploads.ts";
