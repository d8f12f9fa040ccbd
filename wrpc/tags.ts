import { OptionError } from "../internal/mod.ts";

/** Tags as scripts write them. */
export type Labels = Readonly<Record<string, string | number | boolean>>;

/** Tags as text. @throws {OptionError} */
export function readTags(tags: Labels): Record<string, string> {
  if (typeof tags !== "object" || tags === null || Array.isArray(tags)) {
    throw new OptionError("tags", `tags is ${String(tags)}: give an object of names and values`);
  }
  return Object.fromEntries(
    Object.entries(tags).map(([name, value]) => {
      if (["string", "number", "boolean"].includes(typeof value)) return [name, String(value)];
      throw new OptionError("tags", `tag ${name} is ${typeof value}: give text`);
    }),
  );
}
