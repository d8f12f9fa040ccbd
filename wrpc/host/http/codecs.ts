import { compileValues, type ValuesCodec } from "../../codec/mod.ts";
import { findInterface, readWit, type WitInterface, type WitType } from "../../types/mod.ts";
import { HTTP_WIT } from "../../http/wit.ts";

/** How requests and responses travel between a host and its processes. */
export interface HttpCodecs {
  /** The interface on the wire of wRPC. */
  readonly handler: WitInterface;
  /** Head of a request. */
  readonly request: ValuesCodec;
  /** Head of a response, or an `error-code`. */
  readonly response: ValuesCodec;
  /** Trailers, if any. */
  readonly trailers: ValuesCodec;
}

let made: HttpCodecs | null = null;

/** Makes the codecs, once. */
export function httpCodecs(): HttpCodecs {
  if (made !== null) return made;
  const document = readWit(HTTP_WIT);
  const handler = findInterface(document, "wrpc:http/incoming-handler");
  const { types } = findInterface(document, "wrpc:http/types");
  const err = types.get("error-code")!;
  return made = {
    handler,
    request: compileValues([headOf(types.get("request")!)]),
    response: compileValues([{ kind: "result", ok: headOf(types.get("response")!), err }]),
    trailers: compileValues([{ kind: "option", some: types.get("fields")! }]),
  };
}

/** The record without what is sent beside it. */
function headOf(type: WitType): WitType {
  if (type.kind !== "record") throw new TypeError(`a ${type.kind} has no fields`);
  const fields = type.fields.filter((field) => !["stream", "future"].includes(field.type.kind));
  return { kind: "record", fields };
}
