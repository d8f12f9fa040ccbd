/**
 * Takes the fields of a block as the decoder finds them. Fields come as lines of HTTP/1.1, several
 * at a time where they stand together, so that the receiver copies bytes and makes no strings. The
 * bytes are valid during the call.
 *
 * Nothing may be thrown: a block must be read to its end, or the next one could not be read. What is
 * wrong with a field is told by `malformed` and is a matter of the stream.
 */
export interface FieldSink {
  /** `:status`, 100 to 999. */
  status(code: number): void;
  /** `content-length`, below 10^15; its line comes as well. */
  contentLength(length: number): void;
  /** `count` lines `name: value\r\n`, correct by RFC 9113 §8.2, in `bytes[start, end)`. */
  lines(bytes: Uint8Array, start: number, end: number, count: number): void;
  /** A pseudo-field other than `:status`, `:path: /\r\n`; its name ends at `nameEnd`. */
  pseudo(bytes: Uint8Array, start: number, nameEnd: number, end: number): void;
  /** A field that breaks RFC 9113 §8.2 or §8.3. @param what says which and why */
  malformed(what: string): void;
}
