import type { WitType } from "../types/mod.ts";

/** Whether a value of the type may be `undefined`, so that an option of it needs `{ tag, val }`. */
export function isNullable(type: WitType): boolean {
  return type.kind === "option";
}
