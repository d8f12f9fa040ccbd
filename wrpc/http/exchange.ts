import type { Closeable, Owned } from "../../metrics/mod.ts";
import type { WrpcCallOptions, WrpcClient } from "../client.ts";
import type { HttpErrorCode } from "./error_codes.ts";
import { WrpcHttpError } from "./errors.ts";
import type { WireArriving, WireBody, WireRequestHead, WireResponseHead } from "./messages.ts";
import type { Consume } from "./params.ts";
import { dropAll, readAll, readFields, readTrailers } from "./read_response.ts";
import { type ResponseParts, WrpcResponse } from "./response.ts";

/** One request, and what becomes of its response. */
export interface Exchange {
  readonly method: string;
  readonly url: string;
  readonly record: WireRequestHead & WireBody;
  readonly call: WrpcCallOptions;
  readonly consume: Consume;
  readonly maxBodyBytes: number;
  /** What an open body must not outlive; null where nobody would close it. */
  readonly owned: Owned | null;
}

/** What `handle` returns. */
type Handled =
  | { readonly tag: "ok"; readonly val: WireResponseHead & WireArriving }
  | { readonly tag: "err"; readonly val: { readonly tag: HttpErrorCode; readonly val?: unknown } };

/**
 * Sends a request and takes its response, with its body unless that is to be a stream.
 *
 * @throws {WrpcHttpError} the handler's, or for a response that can't be taken
 * @throws {WrpcError} when there is no answer
 */
export async function exchange(client: WrpcClient, one: Exchange): Promise<WrpcResponse> {
  const began = performance.now();
  const handled = await client.call("handle", [one.record], one.call) as Handled;
  const waiting = performance.now() - began;
  if (handled.tag === "err") throw new WrpcHttpError(handled.val.tag, handled.val.val);
  const { val } = handled;
  const body = await takeBody(val, one);
  const receiving = one.consume === "stream" ? 0 : performance.now() - began - waiting;
  const { method, url, maxBodyBytes } = one;
  return new WrpcResponse({
    ...{ method, url, maxBodyBytes, ...body, error: null, waiting, receiving },
    status: val.status,
  });
}

type Taken = Pick<ResponseParts, "body" | "trailers" | "headers">;

async function takeBody(val: WireResponseHead & WireArriving, one: Exchange): Promise<Taken> {
  const { consume, maxBodyBytes } = one;
  try {
    const headers = readFields(val.headers);
    if (consume === "stream") return { headers, ...streamed(val, one.owned) };
    const body = consume ? await readAll(val.body, maxBodyBytes) : "dropped";
    if (body === "dropped") await dropAll(val.body);
    const trailers = await readTrailers(val);
    return { headers, body, trailers: () => trailers };
  } catch (error) {
    val.body.cancel();
    throw error;
  }
}

function streamed(val: WireArriving, owned: Owned | null): Pick<Taken, "body" | "trailers"> {
  let trailers = new Headers();
  readTrailers(val).then((came) => trailers = came, () => {}); // The body tells what broke.
  const open: Closeable = { close: () => val.body.cancel() };
  owned?.add(open);
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const chunk = await val.body.readChunk() as Uint8Array | null;
      if (chunk !== null) return controller.enqueue(chunk);
      await val.trailers.catch(() => {}); // They are there when the body's end is.
      owned?.delete(open);
      controller.close();
    },
    cancel() {
      owned?.delete(open);
      val.body.cancel();
    },
  }, { highWaterMark: 0 });
  return { body, trailers: () => trailers };
}
