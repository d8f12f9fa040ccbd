import type { IndexPath } from "../codec/mod.ts";

/** The version of the protocol, in every subject of an invocation. */
const PROTOCOL = "wrpc.0.0.1";

/** `[<prefix>.]wrpc.0.0.1.<instance>.<function>` (wRPC `SPEC.md`, "Invocation subject scheme"). */
export function invocationSubject(prefix: string, instance: string, name: string): string {
  return [prefix, PROTOCOL, instance, name].filter((part) => part !== "").join(".");
}

/** Where the bytes of a path go: `….results.0.1`. */
export function channelSubject(base: string, path: IndexPath): string {
  return path.length === 0 ? base : `${base}.${path.join(".")}`;
}
