import { OptionError } from "../internal/mod.ts";
import type { LoadFlags } from "./options.ts";
import { oneOf } from "./values.ts";

/**
 * Values of `--format`: what standard output gets. The summary as text or JSON; every sample as CSV
 * or NDJSON, as `--out csv=-` and `--out json=-` write them, and no summary; nothing.
 */
export const FORMATS = ["text", "json", "csv", "ndjson", "quiet"] as const;

type Format = typeof FORMATS[number];

/** How the summary is printed; null for not at all. @throws {OptionError} for another format */
export function summaryFormat(flags: Pick<LoadFlags, "format" | "out">): "text" | "json" | null {
  const format = formatOf(flags);
  if (format !== "text" && flags.out.some((out) => /^(csv|json)(=-?)?$/.test(out))) {
    throw new OptionError(
      "--format",
      `--format ${format} and --out ${flags.out.join(" --out ")} both want standard output`,
    );
  }
  return format === "text" || format === "json" ? format : null;
}

/** The outputs that a format stands for. @throws {OptionError} for another format */
export function formatOutputs(flags: Pick<LoadFlags, "format">): string[] {
  const format = formatOf(flags);
  return format === "csv" ? ["csv=-"] : format === "ndjson" ? ["json=-"] : [];
}

function formatOf({ format = "text" }: Pick<LoadFlags, "format">): Format {
  return oneOf("--format", format, FORMATS);
}
