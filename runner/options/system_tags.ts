import type { Plain } from "./_snapshot.ts";
import { SYSTEM_TAGS } from "./table.ts";
import { isSet, list, oneOf } from "./_values.ts";

const OFF_BY_DEFAULT = ["iter", "vu", "ocsp_status", "ip"] as const;

/** Reads `systemTags`: names of k6's system tags, those that k6 has on by default if not set. */
export function readSystemTags(value: Plain): readonly string[] {
  if (!isSet(value)) return [...SYSTEM_TAGS];
  const names = list(value, "systemTags").map((name, i) =>
    oneOf(name, `systemTags[${i}]`, [...SYSTEM_TAGS, ...OFF_BY_DEFAULT])
  );
  return [...new Set(names)];
}
