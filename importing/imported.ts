/** Kinds of input that scripts can be made of. */
export const IMPORT_KINDS = ["har", "curl", "openapi", "postman", "k6"] as const;

/** One of the kinds. */
export type ImportKind = typeof IMPORT_KINDS[number];

/** How something is imported. */
export interface ImportOptions {
  /** What the input is; default: as its content says. */
  readonly as?: ImportKind | undefined;
  /** Waits as long between requests as was recorded (HAR). Default false. */
  readonly thinkTime?: boolean | undefined;
  /** Takes requests for images, styles, scripts and fonts too (HAR, recordings). Default false. */
  readonly assets?: boolean | undefined;
  /** Takes requests to these hosts alone: `a.example`, `*.a.example`, with a port or without. Default all. */
  readonly hosts?: readonly string[] | undefined;
  /** Writes tokens, cookies and passwords into the script instead of leaving them out. Default false. */
  readonly keepSecrets?: boolean | undefined;
}

/** A script that was made. */
export interface Imported {
  readonly kind: ImportKind;
  /** The script. */
  readonly script: string;
  /** Its language, which decides the name of its file: only k6 scripts may stay JavaScript. */
  readonly language: "ts" | "js";
  /** What was not taken over, or needs a look, a line each. */
  readonly notes: readonly string[];
  /** Values that it needs: names for `-e NAME=VALUE`. */
  readonly needs: readonly string[];
  /** Requests that it has; null for a k6 script. */
  readonly requests: number | null;
}
