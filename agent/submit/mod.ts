/**
 * The client: submits a job to one or many agents, follows it and sums it up.
 *
 * @module
 */
export { type HostProgress, submit, type SubmitResult } from "./submit.ts";
export type { SubmitOptions } from "./options.ts";
export { type Host, LOCAL_HOSTS, readHosts, splitUsers } from "./hosts.ts";
export { type JobFile, JobFileError, readJobFile } from "./job_file.ts";
export { checkToken, readTokenFile } from "./token.ts";
export { renderProgress, renderSubmit } from "./print.ts";
