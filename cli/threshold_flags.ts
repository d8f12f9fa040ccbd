import { OptionError } from "../internal/mod.ts";

/** `--threshold METRIC=RULE` flags as the option: the rules of each metric. @throws {OptionError} */
export function thresholdOverride(texts: readonly string[] = []): Record<string, unknown> {
  if (texts.length === 0) return {};
  const rules = new Map<string, string[]>();
  for (const text of texts) {
    const cut = text.indexOf("=");
    if (cut < 1) {
      throw new OptionError("--threshold", `--threshold is not METRIC=RULE: "${text}"`);
    }
    const metric = text.slice(0, cut);
    rules.set(metric, [...rules.get(metric) ?? [], text.slice(cut + 1)]);
  }
  return { thresholds: Object.fromEntries(rules) };
}
