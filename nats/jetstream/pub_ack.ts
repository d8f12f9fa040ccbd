/** The server's word that a message is stored. */
export interface PubAck {
  /** Name of the stream that stored it. */
  readonly stream: string;
  /** Its sequence in the stream. */
  readonly seq: number;
  /** Whether the stream had a message of the same `Nats-Msg-Id` already: `seq` is that one's. */
  readonly duplicate: boolean;
  /** The JetStream domain, where there is one. */
  readonly domain?: string;
}

/** What the server refused a request with. */
export interface ApiFailure {
  /** Like an HTTP status. */
  readonly code: number;
  /** The server's own number, for example 10077; 0 when it gave none. */
  readonly errCode: number;
  /** The server's words. */
  readonly description: string;
}

/** An answer to a publish: an acknowledgement, or why there is none. */
export type PubAnswer = { readonly ack: PubAck } | { readonly failure: ApiFailure };

/** Longest answer that is looked at. */
const MAX_BYTES = 64 * 1024;
const NOTHING = new Uint8Array();
const decoder = new TextDecoder();

/**
 * Reads answers of the server to JetStream publishes. Those of one stream are alike up to the
 * sequence, so after the first only digits are read.
 */
export class PubAckReader {
  #prefix: Uint8Array = NOTHING;
  #stream = "";

  /** Reads the answer in `data[start, end)`; null for what is none. */
  read(data: Uint8Array, start: number = 0, end: number = data.length): PubAnswer | null {
    const seq = this.#sequence(data, start, end - 1);
    if (seq > 0) return { ack: { stream: this.#stream, seq, duplicate: false } };
    const bytes = data.subarray(start, end);
    const answer = parseAnswer(bytes);
    if (answer !== null && "ack" in answer) this.#learn(bytes, answer.ack);
    return answer;
  }

  /** The sequence of an answer that begins like the last one; 0 for any other. */
  #sequence(data: Uint8Array, start: number, last: number): number {
    const prefix = this.#prefix;
    const { length } = prefix;
    const digits = last - start - length;
    if (length === 0 || digits < 1 || digits > 15 || data[last] !== 0x7d) return 0;
    for (let i = 0; i < length; i++) if (data[start + i] !== prefix[i]) return 0;
    let seq = 0;
    for (let i = last - digits; i < last; i++) {
      const digit = data[i]! - 0x30;
      if (digit < 0 || digit > 9) return 0;
      seq = seq * 10 + digit;
    }
    return seq;
  }

  #learn(data: Uint8Array, { stream, seq, duplicate, domain }: PubAck): void {
    if (duplicate || domain !== undefined) return;
    const rest = `${seq}}`;
    if (!decoder.decode(data).endsWith(`:${rest}`)) return;
    this.#prefix = data.slice(0, data.length - rest.length);
    this.#stream = stream;
  }
}

function parseAnswer(data: Uint8Array): PubAnswer | null {
  const value = parseObject(data);
  if (value === null) return null;
  const { error, stream, seq, duplicate, domain } = value;
  if (typeof error === "object" && error !== null) return { failure: failureOf(error) };
  if (typeof stream !== "string" || stream === "") return null;
  if (typeof seq !== "number" || !Number.isSafeInteger(seq) || seq < 0) return null;
  const ack = { stream, seq, duplicate: duplicate === true };
  return { ack: typeof domain === "string" && domain !== "" ? { ...ack, domain } : ack };
}

function failureOf(error: object): ApiFailure {
  const { code, err_code: errCode, description } = error as Record<string, unknown>;
  return {
    code: typeof code === "number" ? code : 0,
    errCode: typeof errCode === "number" ? errCode : 0,
    description: typeof description === "string" ? description : "no description",
  };
}

function parseObject(data: Uint8Array): Record<string, unknown> | null {
  if (data.length > MAX_BYTES) return null;
  try {
    const value: unknown = JSON.parse(decoder.decode(data));
    return typeof value === "object" && value !== null ? value as Record<string, unknown> : null;
  } catch {
    return null;
  }
}
