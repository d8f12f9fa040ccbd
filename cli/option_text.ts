import { OptionError } from "../internal/mod.ts";
import type { OptionKind } from "../runner/mod.ts";
import { commaList, stageList, wholeNumber } from "./values.ts";

const FLAGS: Readonly<Record<string, boolean>> = {
  true: true,
  "1": true,
  false: false,
  "0": false,
};

/**
 * An option's value from text, such as a flag's or an environment variable's. Only its form is
 * checked here.
 *
 * @param label what the text is the value of, for messages: `--rps`, `K6_RPS`
 * @throws {OptionError}
 */
export function optionFromText(kind: OptionKind, label: string, text: string): unknown {
  switch (kind) {
    case "count":
      return wholeNumber(label, text, 0);
    case "flag": {
      const value = FLAGS[text.trim().toLowerCase()];
      if (value !== undefined) return value;
      throw new OptionError(label, `${label} is neither true nor false: "${text}"`);
    }
    case "list":
      return commaList(label, text);
    case "stages":
      return stageList(label, commaList(label, text));
    case "pairs":
      return pairs(label, text);
    case "json":
      return json(label, text);
    case "mixed":
      return /^\s*[{[]/.test(text) ? json(label, text) : text;
    case "duration":
    case "text":
      return text;
  }
}

/** `a=1,b=2`; k6's environment also has `a:1`. The first `=` of an entry divides it, else its first `:`. */
function pairs(label: string, text: string): Record<string, string> {
  const entries = commaList(label, text).map((entry): [string, string] => {
    const equals = entry.indexOf("=");
    const cut = equals < 0 ? entry.indexOf(":") : equals;
    if (cut < 1) throw new OptionError(label, `${label} is not a list like a=1,b=2: "${text}"`);
    return [entry.slice(0, cut), entry.slice(cut + 1)];
  });
  return Object.fromEntries(entries);
}

function json(label: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new OptionError(label, `${label} is not JSON`, error);
  }
}
