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
