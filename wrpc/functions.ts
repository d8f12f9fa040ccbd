import { compileValues, type ValuesCodec } from "./codec/mod.ts";
import type { WitFunction } from "./types/mod.ts";

/** The codecs of a function. */
export interface FunctionCodec {
  /** Of its parameters. */
  readonly params: ValuesCodec;
  /** Of its result: one value or none. */
  readonly results: ValuesCodec;
}

const known = new WeakMap<WitFunction, FunctionCodec>();

/** Compiles a function once, for all clients and servers of it. @throws {WrpcError} as `compileValues` */
export function compileFunction(wit: WitFunction): FunctionCodec {
  let codec = known.get(wit);
  if (codec === undefined) {
    codec = {
      params: compileValues(wit.params.map(({ type }) => type)),
      results: compileValues(wit.result === null ? [] : [wit.result]),
    };
    known.set(wit, codec);
  }
  return codec;
}
