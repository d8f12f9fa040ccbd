import { IMPORT_KINDS } from "../importing/mod.ts";
import { OUTPUT_KINDS } from "../outputs/mod.ts";
import { FORMATS } from "./format.ts";
import { METHODS } from "./methods.ts";
import { optionTable, SUMMARY_MODES } from "../runner/options/mod.ts";
import { LOSS_CHOICES, STORAGE_CHOICES, WEIGHT_CHOICES } from "./pool/run_options.ts";
import { PACKET_ANSWERS, PACKET_SPLITS } from "../targets/mod.ts";

/** The values of options that take one of a few. */
const VALUES: Readonly<Record<string, readonly string[]>> = {
  "--as": IMPORT_KINDS,
  "--answer": PACKET_ANSWERS,
  "--format": FORMATS,
  "--http-debug": ["headers", "full"],
  "--method": METHODS,
  "--provider": ["localhost", "env"],
  "--on": ["local"],
  "--on-loss": LOSS_CHOICES,
  "--out": Object.keys(OUTPUT_KINDS),
  "--split": PACKET_SPLITS,
  "--summary-mode": SUMMARY_MODES,
  "--summary-time-unit": ["s", "ms", "us"],
  "--summary-trend-stats": ["avg", "min", "med", "max", "count"],
  "--system-tags": systemTags(),
  "--storage": STORAGE_CHOICES,
  "--weight": WEIGHT_CHOICES,
};

/** The values that an option may have; empty when any will do. */
export function valuesOf(option: string): readonly string[] {
  return Object.hasOwn(VALUES, option) ? VALUES[option]! : [];
}

function systemTags(): string[] {
  const fallback = optionTable.find(({ name }) => name === "systemTags")?.fallback;
  return Array.isArray(fallback) ? fallback.map(String) : [];
}
