import type { getPublicSuffix } from "tough-cookie";

let suffixOf: typeof getPublicSuffix | undefined;
let loading: Promise<void> | undefined;

/** Whether the list of public suffixes has to be loaded to know whether `domain` is one. */
export function needsSuffixes(domain: string): boolean {
  return suffixOf === undefined && domain.includes(".");
}

/** Loads the list of public suffixes: some 30 ms and 20 MB, so only jars that need it do. */
export function loadSuffixes(): Promise<void> {
  return loading ??= import("tough-cookie").then(
    (library) => {
      suffixOf = library.getPublicSuffix;
    },
    (cause) => {
      loading = undefined;
      throw cause;
    },
  );
}

/**
 * Whether anyone can have a name below `domain` (`com`, `co.uk`, `github.io`), which makes cookies
 * for all of it wrong. Names without a dot are; what the list doesn't know is not.
 */
export function isPublicSuffix(domain: string): boolean {
  if (!domain.includes(".")) return true;
  if (suffixOf === undefined) throw new Error("the list of public suffixes is not loaded");
  return suffixOf(domain, { allowSpecialUseDomain: true, ignoreError: true }) === undefined;
}
