import { OptionError } from "../internal/mod.ts";

/** A version of HTTP that a client may speak. */
export type Version = 1.1 | 2;

/** Both, the older one preferred where the server leaves the choice. */
export const DEFAULT_VERSIONS: readonly Version[] = [1.1, 2];

/** Checks the option `version`. @throws {OptionError} */
export function readVersions(value: unknown): readonly Version[] {
  if (value === undefined) return DEFAULT_VERSIONS;
  const list = Array.isArray(value) ? value : [value];
  if (list.length === 0 || list.some((one) => one !== 1.1 && one !== 2)) {
    const shown = JSON.stringify(value);
    throw new OptionError("version", `version is ${shown}: give a list of 1.1 and 2, as in [2]`);
  }
  return list as Version[];
}

const NAMES: Readonly<Record<Version, string>> = { 1.1: "http/1.1", 2: "h2" };

/** The names of versions in TLS (RFC 7301). */
export function alpnOf(versions: readonly Version[]): string[] {
  return versions.map((version) => NAMES[version]);
}
