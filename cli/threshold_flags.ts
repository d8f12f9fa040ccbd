import { OptionError } from "../internal/mod.ts";

/** `--threshold METRIC=RULE` flags as the option: the rules of each metric. @throws {OptionError} */
export function thresholdOverride(texts: readonly string[] = []): Record<string, unknown> {
  if (texts.length === 0) return {};
  const rules: Record<string, string[]> = {};
  for (const text of texts) {
    const cut = text.indexOf("=");
    if (cut < 1) {
      throw new OptionError("--threshold", `--threshold is not METRIC=RULE: "${text}"`);
    }
    (rules[text.slice(0, cut)] ??= []).push(text.slice(cut + 1));
  }
  return { thresholds: rules };
}
