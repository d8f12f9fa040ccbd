import { AgentError } from "./errors.ts";

/** Most bytes of a job's name, in UTF-8. */
export const MAX_JOB_NAME_BYTES = 128;

/** A letter, digit or `_`; then also spaces and a few marks, though none of those two at the end. */
const NAME = /^[\p{L}\p{N}_](?:[\p{L}\p{M}\p{N} ._+:@=,()-]*[\p{L}\p{M}\p{N}_+:@=,()-])?$/u;

/**
 * Whether a text can be a job's name. Names are of folders, files, databases and URLs: a path, a
 * control character or a name that hides its file is none.
 */
export function isJobName(name: string): boolean {
  return NAME.test(name) && new TextEncoder().encode(name).length <= MAX_JOB_NAME_BYTES;
}

/**
 * Gives a job's name back as it is.
 *
 * @throws {AgentError} `job_name_invalid`
 */
export function checkJobName(name: string): string {
  if (isJobName(name)) return name;
  const shown = JSON.stringify(name.length > 60 ? `${name.slice(0, 60)}…` : name);
  throw new AgentError(
    "job_name_invalid",
    `${shown} can't be a job's name: it takes 1 to ${MAX_JOB_NAME_BYTES} bytes of letters, digits, ` +
      `spaces and _ . + : @ = , ( ) -, from a letter, digit or _ on`,
  );
}
