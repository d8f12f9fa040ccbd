import { describeError, retryAfterMs } from "../internal/mod.ts";
import { SendError } from "../runner/mod.ts";
import { addressOf } from "./_endpoint.ts";

/** Most that is read of an answer, bytes. */
const ANSWER_BYTES = 16 * 1024;
/** Most of an answer that goes into a message, characters. */
const EXCERPT = 200;

/** A way to deliver payloads by HTTP. */
export interface Post {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** Which statuses may go away by themselves, 429 and 503 aside. */
  retries(status: number): boolean;
}

/**
 * Posts one payload and gives the beginning of the answer.
 *
 * @throws {SendError} when it did not get through: to be tried again where the server can't be
 *   reached, for 429 and 503 (not before their `Retry-After`) and where `retries` says so; else
 *   refused, redirects too, as `fetch` would follow some of them without the payload
 */
export async function post(to: Post, payload: Uint8Array, signal: AbortSignal): Promise<string> {
  const { status, retryAfter, text } = await exchange(to, payload, signal);
  if (status >= 200 && status <= 299) return text;
  const retry = status === 429 || status === 503 || to.retries(status);
  throw new SendError(`${addressOf(to.url)} answers ${status}${excerpt(text)}`, {
    retry,
    retryAfterMs: retry ? retryAfterMs(retryAfter, Date.now()) : 0,
  });
}

interface Answer {
  readonly status: number;
  readonly retryAfter: string | null;
  readonly text: string;
}

async function exchange(to: Post, payload: Uint8Array, signal: AbortSignal): Promise<Answer> {
  const { url, headers } = to;
  try {
    const body = payload as Uint8Array<ArrayBuffer>;
    const response = await fetch(url, {
      method: "POST",
      headers,
      body,
      signal,
      redirect: "manual",
    });
    const text = await readStart(response);
    const { status } = response;
    return { status, retryAfter: response.headers.get("retry-after"), text };
  } catch (error) {
    const why = reasonOf(error);
    throw new SendError(`can't reach ${addressOf(url)}: ${why}`, {
      // `fetch` keeps away from some ports for good.
      retry: !/^Fetch failed: Requests to port \d+ are blocked$/.test(why),
      cause: error,
    });
  }
}

/** The beginning of an answer as text; what is beyond is not read. */
async function readStart(response: Response): Promise<string> {
  if (response.body === null) return "";
  const decoder = new TextDecoder();
  let [text, bytes] = ["", 0];
  for await (const piece of response.body) {
    text += decoder.decode(piece, { stream: true });
    bytes += piece.length;
    if (bytes >= ANSWER_BYTES) break;
  }
  return text;
}

/** One line of what the server said. */
function excerpt(text: string): string {
  const line = text.replace(/[\s\p{Cc}]+/gu, " ").trim();
  if (line === "") return "";
  return `: ${line.length <= EXCERPT ? line : `${line.slice(0, EXCERPT)}…`}`;
}

/** The last of Deno's chain of reasons, which repeats the URL: `connection refused`. */
function reasonOf(error: unknown): string {
  const text = describeError(error);
  const chain = /client error \(\w+\): (.*)$/s.exec(text);
  return (chain?.[1] ?? text).replace(/ \(os error \d+\)/g, "");
}
