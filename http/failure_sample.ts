import type { DownpourError } from "../internal/mod.ts";
import type { FailureSample } from "../metrics/mod.ts";
import type { BodyMode } from "./lane.ts";
import type { AnyLane } from "./pool.ts";
import type { Prepared } from "./prepare.ts";

/** Most of a text that a sample is made of: it is cut further once secrets are taken out of it. */
const MAX_BYTES = 8192;

/** What a failed attempt was and what it got, for people. */
export function failureSample(
  { method, target }: Prepared,
  lane: AnyLane | undefined,
  status: number,
  error: DownpourError | null,
  mode: BodyMode,
): FailureSample {
  return {
    kind: error === null ? `status ${status}` : error.code,
    method: method.slice(0, 100),
    url: shownUrl(target.url).slice(0, MAX_BYTES),
    status,
    message: error === null ? "" : error.message.slice(0, MAX_BYTES),
    ...(error === null && lane !== undefined ? shownBody(lane, mode) : { body: null, note: "" }),
  };
}

/** A URL whose query's values may be anything: they are hidden, their names are not. */
function shownUrl(url: string): string {
  const cut = url.indexOf("?");
  if (cut < 0) return url;
  return url.slice(0, cut + 1) + url.slice(cut + 1).replace(/=[^&]*/g, "=***");
}

function shownBody(lane: AnyLane, mode: BodyMode): Pick<FailureSample, "body" | "note"> {
  if (mode !== "keep") {
    return { body: null, note: mode === "discard" ? "body dropped" : "body read by the script" };
  }
  const { body } = lane;
  if (body.length === 0) return { body: null, note: "no body" };
  // A character that is cut in two at the end is no sign of binary data.
  const shown = new TextDecoder("utf-8").decode(body.subarray(0, MAX_BYTES), { stream: true });
  // deno-lint-ignore no-control-regex -- what no text has
  if (/[\x00-\x08\x0e-\x1f\x7f\ufffd]/.test(shown)) {
    return { body: null, note: `body of ${body.length} bytes that are no text` };
  }
  return { body: shown, note: body.length > MAX_BYTES ? `body of ${body.length} bytes` : "" };
}
