/** Names for `--only`. */
export const AGENT_PARTS: readonly string[] = ["lines", "rpc", "upload", "queue"];

/** Calls in flight of the RPC clients. */
export const IN_FLIGHT = 256;
/** Users of the job whose binary prints. */
export const USERS = 25;
/** Size of the uploaded file. */
export const UPLOAD_MIB = 1024;
/** Connections that post jobs. */
export const QUEUE_CONNECTIONS = 64;
