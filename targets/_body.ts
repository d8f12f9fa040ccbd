import { type Call, Refusal } from "./_call.ts";

/** Most bytes of a request body that an echo endpoint reads. */
export const BODY_LIMIT = 10 * 1024 * 1024;

/** Reads a whole request body, at most {@linkcode BODY_LIMIT} bytes of it. */
export async function readBody(call: Call): Promise<Uint8Array<ArrayBuffer>> {
  const { request } = call;
  const declared = Number(request.headers.get("content-length") ?? 0);
  if (declared > BODY_LIMIT) throw tooLarge();
  const chunks: Uint8Array[] = [];
  let size = 0;
  if (request.body !== null) {
    for await (const chunk of request.body) {
      size += chunk.length;
      if (size > BODY_LIMIT) throw tooLarge();
      chunks.push(chunk);
    }
  }
  const body = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    body.set(chunk, at);
    at += chunk.length;
  }
  return body;
}

function tooLarge(): Refusal {
  return new Refusal(413, "body_too_large", `request body is over ${BODY_LIMIT} bytes`);
}

/** A body as text when it is UTF-8, else as a data URL, as httpbin shows it. */
export function showBytes(bytes: Uint8Array<ArrayBuffer>): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return `data:application/octet-stream;base64,${bytes.toBase64()}`;
  }
}
