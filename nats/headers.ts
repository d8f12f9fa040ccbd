import { natsError } from "./errors.ts";

/** Headers of a message: a record (several values as a list), pairs, or `Headers`. */
export type HeadersInput =
  | Readonly<Record<string, string | number | readonly (string | number)[]>>
  | Iterable<readonly [name: string, value: string]>;

/** Headers that arrived. Names keep their case; `get` finds them in any. */
export class MessageHeaders implements Iterable<[name: string, value: string]> {
  /** The status of a message that the server made (`503`: nobody is subscribed); 0 without one. */
  readonly status: number;
  /** The words after the status. */
  readonly description: string;
  readonly #fields: [name: string, value: string][];

  /** Made by a connection. */
  constructor(
    fields: [name: string, value: string][],
    status: number = 0,
    description: string = "",
  ) {
    this.#fields = fields;
    this.status = status;
    this.description = description;
  }

  /** The first value of a name, in any case; null without one. */
  get(name: string): string | null {
    return this.getAll(name)[0] ?? null;
  }

  /** All values of a name, in any case. */
  getAll(name: string): string[] {
    const wanted = name.toLowerCase();
    return this.#fields.filter(([name]) => name.toLowerCase() === wanted).map(([, value]) => value);
  }

  /** Whether there is a value. */
  has(name: string): boolean {
    return this.getAll(name).length > 0;
  }

  /** Names and values in the order in which they came. */
  [Symbol.iterator](): IterableIterator<[name: string, value: string]> {
    return this.#fields[Symbol.iterator]();
  }

  /** Name to its first value, for logs and JSON. */
  toJSON(): Record<string, string> {
    return Object.fromEntries(this.#fields.toReversed());
  }
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();
/** RFC 7230 tokens: what nats-server takes as a name without surprise. */
const NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
// deno-lint-ignore no-control-regex -- that is what it looks for
const VALUE = /^[^\x00-\x08\x0a-\x1f\x7f]*$/;

/**
 * The bytes of headers as HPUB has them (ADR-4 of NATS), the empty line included.
 *
 * @throws {NatsError} 1009 with the reason `header_invalid`
 */
export function encodeHeaders(headers: HeadersInput): Uint8Array {
  let text = "NATS/1.0\r\n";
  for (const [name, value] of fieldsOf(headers)) {
    if (!NAME.test(name)) throw invalid("name", name);
    if (!VALUE.test(value)) throw invalid(`value of ${name}`, value);
    text += `${name}: ${value}\r\n`;
  }
  return encoder.encode(`${text}\r\n`);
}

function fieldsOf(headers: HeadersInput): [string, string][] {
  if (typeof headers !== "object" || headers === null) {
    throw natsError(
      1009,
      undefined,
      `headers must be an object: ${String(headers)}`,
      "header_invalid",
    );
  }
  if (Symbol.iterator in headers) {
    return [...headers].map(([name, value]) => [String(name), String(value)]);
  }
  return Object.entries(headers).flatMap(([name, value]): [string, string][] =>
    (Array.isArray(value) ? value : [value]).map((one) => [name, String(one)])
  );
}

function invalid(what: string, value: string) {
  const context = `the header ${what} can't be sent: ${JSON.stringify(value)}`;
  return natsError(1009, undefined, context, "header_invalid");
}

/** Headers out of the bytes of an HMSG. Never throws: what is no field is left out. */
export function decodeHeaders(bytes: Uint8Array): MessageHeaders {
  const [first = "", ...lines] = decoder.decode(bytes).split("\r\n");
  const status = /^NATS\/1\.0\s+(\d{3})\s*(.*)$/.exec(first);
  const fields: [string, string][] = [];
  for (const line of lines) {
    const colon = line.indexOf(":");
    if (colon > 0) fields.push([line.slice(0, colon), line.slice(colon + 1).trim()]);
  }
  return new MessageHeaders(fields, Number(status?.[1] ?? 0), status?.[2] ?? "");
}
