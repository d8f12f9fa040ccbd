import { DownpourError } from "../../internal/mod.ts";
import type { HttpErrorCode } from "./error_codes.ts";

/** Who says so: the handler that was called, or the client that can't take the response. */
export type WrpcHttpPhase = "handle" | "receive";

/**
 * A request over wRPC that has no response: `code` is a case of `error-code` of
 * `wasi:http/types@0.2.0`. Handlers throw one to answer with it.
 */
export class WrpcHttpError extends DownpourError {
  /** Always `WrpcHttpError`. */
  override readonly name: string = "WrpcHttpError";
  /** The case, for example `connection-refused`. */
  declare readonly code: HttpErrorCode;
  /** Who says so. */
  declare readonly phase: WrpcHttpPhase;
  /** What the case carries: text, a number (`bigint` for 64 bits) or a record; undefined for nothing. */
  readonly payload: unknown;

  /** An error of a case. @param payload what its type in WIT says */
  constructor(code: HttpErrorCode, payload?: unknown, phase: WrpcHttpPhase = "handle") {
    super(
      code,
      `${phase === "handle" ? "the handler answered" : "the response can't be taken:"} ${code}${
        shown(payload)
      }`,
      { phase },
    );
    this.payload = payload;
  }
}

const MAX_SHOWN = 200;

function shown(payload: unknown): string {
  if (payload === undefined) return "";
  const text = JSON.stringify(
    payload,
    (_, value) => typeof value === "bigint" ? `${value}` : value,
  );
  return `: ${text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text}`;
}
