import type { OutputReport } from "../runner/mod.ts";
import { formatCount } from "./_format.ts";
import { plain } from "./_text.ts";

/** How an output ended: what it wrote, and of everything else whatever is not zero. */
export function outputText({ name, written, dropped, errors, firstError }: OutputReport): string {
  const parts = [`${plain(name)}: ${formatCount(written)} written`];
  if (dropped > 0) parts.push(`${formatCount(dropped)} not written`);
  if (errors > 0) parts.push(`${formatCount(errors)} ${errors === 1 ? "error" : "errors"}`);
  const text = parts.join(", ");
  if (firstError === null) return text;
  return `${text}${errors > 1 ? ", the first" : ""}: ${plain(firstError)}`;
}
