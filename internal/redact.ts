/** What stands for a secret in texts. */
const MASK = "***";

/** A text without its secrets. */
export type Redact = (text: string) => string;

/** Gives texts back as they are: for runs without secrets, at no cost. */
export const redactNothing: Redact = (text) => text;

/**
 * A function that puts `***` for each of `values` in a text, also where they stand escaped as in JSON or a
 * URL. The longest wins where several match. Without values it is `redactNothing`.
 *
 * @param values secrets; empty ones are left out, they would be everywhere
 */
export function redactor(values: Iterable<string>): Redact {
  const forms = new Set<string>();
  for (const value of values) for (const form of formsOf(value)) forms.add(form);
  forms.delete("");
  if (forms.size === 0) return redactNothing;
  const longestFirst = [...forms].toSorted((a, b) => b.length - a.length);
  const any = new RegExp(longestFirst.map((form) => RegExp.escape(form)).join("|"), "g");
  return (text) => text.replace(any, MASK);
}

/**
 * Plain data without its secrets: a copy with every text redacted, names of properties too. What is
 * neither array nor plain object stays as it is.
 */
export function redactData<T>(value: T, redact: Redact): T {
  return (redact === redactNothing ? value : copy(value, redact)) as T;
}

function copy(value: unknown, redact: Redact): unknown {
  if (typeof value === "string") return redact(value);
  if (Array.isArray(value)) return value.map((one) => copy(one, redact));
  if (typeof value !== "object" || value === null) return value;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return value;
  const made: Record<string, unknown> = Object.create(prototype as object | null);
  for (const [name, one] of Object.entries(value)) made[redact(name)] = copy(one, redact);
  return made;
}

/** Takes the secrets out of an error and what caused it, in place: its class and codes stay. */
export function redactError(error: unknown, redact: Redact): void {
  if (redact === redactNothing) return;
  const seen = new Set<unknown>();
  for (let one = error; one instanceof Error && !seen.has(one); one = one.cause) {
    seen.add(one);
    const { message, stack } = one;
    if (redact(message) !== message) one.message = redact(message);
    if (stack !== undefined && redact(stack) !== stack) one.stack = redact(stack);
  }
}

function formsOf(value: string): string[] {
  // A lone half of a surrogate pair can't be in a URL.
  const percent = encodeURIComponent(value.toWellFormed());
  const form = new URLSearchParams([["", value]]).toString().slice(1);
  return [
    value,
    JSON.stringify(value).slice(1, -1),
    encodeURI(value.toWellFormed()),
    percent,
    form,
  ];
}
