import { HttpError } from "./errors.ts";
import { encode, type Prepared } from "./prepare.ts";

/**
 * A request with its body in content codings (RFC 9110 §8.4), and the header that says so.
 *
 * @param codings in the order they are applied, as in `gzip, br`
 * @throws {HttpError} `request_invalid` without a body
 * @throws {OptionError} for a coding that isn't known
 */
export async function compress(request: Prepared, codings: string): Promise<Prepared> {
  const { body, headers, method, target } = request;
  if (body === null) {
    throw new HttpError("request_invalid", "prepare", "compression is given, and there is no body");
  }
  const { encodeBytes, encodeStream } = await import("./coding/mod.ts"); // Only for those who need it.
  const packed = new Map(headers).set("content-encoding", [["Content-Encoding", codings]]);
  const { contentType } = body;
  if (body.bytes !== null) {
    const bytes = await encodeBytes(body.bytes, codings);
    return encode(method, target, packed, { bytes, stream: null, contentType });
  }
  const stream = encodeStream(body.stream!, codings);
  return encode(method, target, packed, { bytes: null, stream, contentType });
}
