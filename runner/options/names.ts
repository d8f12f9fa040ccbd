import { nearest, OptionError } from "../../internal/mod.ts";
import { optionTable } from "./table.ts";

/** Names of the script options that a run takes (all of k6's), for messages and completion. */
export const optionNames: readonly string[] = optionTable.map(({ name }) => name);

/** Refuses a name that is not an option, saying which was meant. */
export function checkOptionName(name: string): void {
  if (!optionNames.includes(name)) throw unknownName(name, name, "option", optionNames);
}

/** An error for an unknown name: the nearest known one, or all of them when none is near. */
export function unknownName(
  path: string,
  name: string,
  what: string,
  known: readonly string[],
): OptionError {
  const near = nearest(name, known);
  const where = path === name ? "" : ` at ${path}`;
  return new OptionError(
    path,
    `Unknown ${what}${where}: ${JSON.stringify(name.slice(0, 80))} ` +
      (near === null ? `(known: ${known.join(", ")})` : `(did you mean ${near}?)`),
  );
}
