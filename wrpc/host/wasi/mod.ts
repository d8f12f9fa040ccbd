/**
 * WASI 0.2 for one instance of a component, with clocks, random numbers and a log, and with neither
 * files nor network.
 *
 * Not the shim of jco: that one blocks the whole process where a component sleeps, here only the
 * instance is suspended (JSPI), so that one process serves many calls.
 *
 * @module
 */
import { cli } from "./cli.ts";
import { clocks } from "./clocks.ts";
import { denied } from "./denied.ts";
import { httpTypes } from "./http.ts";
import type { Lifetime } from "./lifetime.ts";
import { poll, Pollable } from "./poll.ts";
import { random } from "./random.ts";
import { InputStream, IoError, OutputStream } from "./streams.ts";

export { Lifetime } from "./lifetime.ts";

/** The imports of one instance, by interface without version. */
export type WasiImports = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** Makes them. @param log takes what the component prints, line by line */
export function wasiImports(lifetime: Lifetime, log: (line: string) => void): WasiImports {
  return {
    ...clocks(lifetime),
    ...random(),
    ...cli(log),
    ...denied(),
    ...httpTypes(),
    "wasi:io/error": { Error: IoError },
    "wasi:io/poll": { Pollable, poll },
    "wasi:io/streams": { InputStream, OutputStream },
  };
}
