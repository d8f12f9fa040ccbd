/** One field line of a request: its name in the case it is sent in. */
export type Field = readonly [name: string, value: string];

/**
 * A request's head as bytes (RFC 9112 §3), with `body` behind it so that both go out in one write.
 * Everything must have been checked already: nothing is escaped here.
 */
export function encodeHead(
  method: string,
  target: string,
  fields: readonly Field[],
  body: Uint8Array | null,
): Uint8Array {
  let text = `${method} ${target} HTTP/1.1\r\n`;
  for (const [name, value] of fields) text += `${name}: ${value}\r\n`;
  text += "\r\n";
  const bytes = new Uint8Array(text.length + (body?.length ?? 0));
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  if (body !== null) bytes.set(body, text.length);
  return bytes;
}

const encoder = new TextEncoder();
const LAST_CHUNK = encoder.encode("0\r\n\r\n");

/**
 * Frames a stream of content as a chunked body (RFC 9112 §7.1). Empty pieces are left out. Each
 * chunk is valid until the next is asked for: they share one buffer.
 */
export async function* encodeChunks(
  content: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void> {
  let buffer = new Uint8Array(0);
  for await (const piece of content) {
    if (piece.length === 0) continue;
    const size = `${piece.length.toString(16)}\r\n`;
    const length = size.length + piece.length + 2;
    if (buffer.length < length) buffer = new Uint8Array(length);
    encoder.encodeInto(size, buffer);
    buffer.set(piece, size.length);
    buffer[length - 2] = 13;
    buffer[length - 1] = 10;
    yield buffer.subarray(0, length);
  }
  yield LAST_CHUNK;
}
