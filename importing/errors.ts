import { DownpourError } from "../internal/mod.ts";

/** What can be wrong with something that is imported. */
export type ImportErrorCode =
  | "import_empty"
  | "import_invalid"
  | "import_kind_unknown"
  | "import_too_large"
  | "import_unreadable";

/** Where in the input something is wrong, and what should be there. */
export interface ImportFault {
  /** What is wrong, as in `is missing`. */
  readonly problem: string;
  /** Where: a path such as `log.entries[3].request`, or `line 4, column 7`; "" for the whole. */
  readonly place?: string;
  /** What would be right there. */
  readonly expected: string;
  /** The error underneath. */
  readonly cause?: unknown;
}

/** Input that no script can be made of: names the file, the place in it and what was expected. */
export class ImportError extends DownpourError {
  /** Name of the class, for logs. */
  override readonly name: string = "ImportError";
  /** The file, or what stands for it, such as `standard input`. */
  readonly file: string;
  /** Where in it; "" for the whole. */
  readonly place: string;
  /** What would be right there. */
  readonly expected: string;

  /** An error about one file. */
  constructor(code: ImportErrorCode, file: string, fault: ImportFault) {
    const { problem, place = "", expected, cause } = fault;
    const where = place === "" ? problem : `${place} ${problem}`;
    super(code, `cannot import ${file}: ${where} (expected ${expected})`, { phase: "read", cause });
    this.file = file;
    this.place = place;
    this.expected = expected;
  }
}
