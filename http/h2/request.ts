import type { HpackField } from "./hpack/encoder.ts";
import { PreparedFields } from "./hpack/prepared_fields.ts";

/**
 * A request as HTTP/2 has it. One that is sent again is best given as the same object, which must not
 * change then: what it became on the wire is kept.
 */
export interface H2Request {
  /** Method, for example `GET`. */
  method: string;
  /** Scheme of the URL. */
  scheme: "http" | "https";
  /** Host and port, as in a URL. */
  authority: string;
  /** Path and query, `/` at least. */
  path: string;
  /** Names in lower case and values; none that belongs to a connection (RFC 9113 §8.2.2). */
  fields: readonly (readonly [name: string, value: string])[];
  /** The body when it is here whole; null for none. */
  body: Uint8Array | null;
  /** The body when it comes piece by piece; null for none. */
  stream: AsyncIterable<Uint8Array> | null;
}

const prepared = new WeakMap<H2Request, PreparedFields>();

/** All fields of a request, the pseudo-fields first; once for each object. */
export function fieldsOf(request: H2Request): PreparedFields {
  let known = prepared.get(request);
  if (known === undefined) {
    const fields: HpackField[] = [
      [":method", request.method],
      [":scheme", request.scheme],
      [":authority", request.authority],
      [":path", request.path],
      ...request.fields,
    ];
    prepared.set(request, known = new PreparedFields(fields));
  }
  return known;
}
