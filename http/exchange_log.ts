import type { DownpourError } from "../internal/mod.ts";
import { Connection } from "./h1/mod.ts";
import type { AnyLane } from "./pool.ts";
import { asH2, type Prepared } from "./prepare.ts";

/** Most characters of a body that are logged; the rest is counted. */
const MAX_BODY = 16_384;
const MAX_HEAD = 32_768;

const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const latin1 = (bytes: Uint8Array): string =>
  Array.from(bytes.subarray(0, MAX_HEAD), (byte) => String.fromCharCode(byte)).join("");

/** What one attempt came to. */
export interface LoggedExchange {
  readonly request: Prepared;
  /** What carried it; undefined when there was no connection. */
  readonly lane: AnyLane | undefined;
  readonly error: DownpourError | null;
  /** What becomes of the response's body: only a kept one can be shown. */
  readonly mode: "keep" | "discard" | "stream";
  /** More to say, a line each. Default: nothing. */
  readonly facts?: readonly string[];
}

/**
 * An attempt as text: the request's lines behind `>`, the response's behind `<`, what failed behind
 * `!`, further facts behind `*`. Credentials of the fields `Authorization` and `Proxy-Authorization` are `***`; known secrets
 * are taken out where all of the log is.
 *
 * @param bodies whether bodies are part of it
 */
export function describeExchange(exchange: LoggedExchange, bodies: boolean): string {
  const { request, lane, error, mode, facts = [] } = exchange;
  const { method, target, body } = request;
  const lines = [`${method} ${target.origin}${target.path}`];
  lines.push(...requestHead(request, lane).map((line) => `> ${line}`));
  if (bodies && body !== null) {
    lines.push(...bodyLines(body.bytes, "streamed").map((line) => `> ${line}`));
  }
  if (lane !== undefined && lane.answered && lane.status > 0) {
    lines.push(...fieldLines(lane.head).map((line) => `< ${line}`));
    if (bodies && error === null) {
      const kept = mode === "keep" ? lane.body : null;
      const why = mode === "discard" ? "dropped" : "read by the script";
      lines.push(...bodyLines(kept, why).map((line) => `< ${line}`));
    }
  }
  if (error !== null) lines.push(`! ${error.code}: ${error.message}`);
  lines.push(...facts.map((fact) => `* ${fact}`));
  return lines.map((line) => line.trimEnd()).join("\n");
}

function requestHead(request: Prepared, lane: AnyLane | undefined): string[] {
  if (lane === undefined || lane instanceof Connection) return fieldLines(request.bytes);
  const { method, path, authority, fields } = asH2(request);
  return [
    `${method} ${path} HTTP/2.0`,
    `host: ${authority}`,
    ...fields.map(([name, value]) => hidden(`${name}: ${value}`)),
    "",
  ];
}

/** The lines of a head, with the empty one. */
function fieldLines(bytes: Uint8Array): string[] {
  const [head = ""] = latin1(bytes).split("\r\n\r\n", 1);
  return [...head.split("\r\n").filter((line) => line !== "").map(hidden), ""];
}

function hidden(line: string): string {
  return line.replace(
    /^((?:proxy-)?authorization:\s*)(\S+)(\s.*)?$/i,
    (_, name, scheme, rest) => rest === undefined ? `${name}***` : `${name}${scheme} ***`,
  );
}

/** @param missing what became of a body that isn't there */
function bodyLines(bytes: Uint8Array | null, missing: string): string[] {
  if (bytes === null) return [`(body: ${missing})`];
  if (bytes.length === 0) return [];
  const shown = readable(bytes);
  if (shown === null) return [`(${bytes.length} bytes that are no text)`];
  const rest = shown.length - MAX_BODY;
  const lines = shown.slice(0, MAX_BODY).split(/\r?\n/);
  return rest > 0 ? [...lines, `(${rest} more characters)`] : lines;
}

function readable(bytes: Uint8Array): string | null {
  try {
    const whole = text.decode(bytes);
    // deno-lint-ignore no-control-regex
    return /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]/.test(whole) ? null : whole;
  } catch {
    return null;
  }
}
