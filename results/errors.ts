import { DownpourError } from "../internal/mod.ts";

/** What can be wrong with a kept run. */
export type RecordErrorCode =
  /** There is none under that name. */
  | "record_missing"
  /** It is no record, or a damaged one. */
  | "record_corrupt"
  /** It was written by a newer Downpour. */
  | "record_future"
  /** It is larger than any record. */
  | "record_too_large"
  /** The system did not let it be read. */
  | "record_unreadable"
  /** The system did not let it be written. */
  | "record_unwritable";

/** Thrown where a kept run can't be read or written; the message names it. */
export class RecordError extends DownpourError {
  /** Name of the class, for logs. */
  override readonly name: string = "RecordError";

  /** An error about one run. @param message what is wrong, and with which run, without a full stop */
  constructor(code: RecordErrorCode, message: string, cause?: unknown) {
    super(code, message, { phase: "results", cause });
  }
}
