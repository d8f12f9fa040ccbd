/** The body of a recorded request. */
export interface RecordedBody {
  /** `Content-Type`, parameters too; "" when unknown. */
  readonly mimeType: string;
  /** It as text or bytes; null when only its fields were recorded. */
  readonly content: string | Uint8Array | null;
  /** Fields of a form, where they were recorded apart. */
  readonly fields: readonly RecordedField[];
}

/** One field of a form. */
export interface RecordedField {
  readonly name: string;
  readonly value: string;
  /** Null for a field that is no file. */
  readonly fileName: string | null;
  readonly contentType: string;
}

/** A request that was seen, and what came back: of a HAR, or of the recorder. */
export interface Exchange {
  /** Where it was found, for notes: `log.entries[3]`. */
  readonly place: string;
  readonly method: string;
  /** Absolute. */
  readonly url: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: RecordedBody | null;
  /** 0 when no response came. */
  readonly status: number;
  /** `Location` of the response as it came; "" without one. */
  readonly location: string;
  /** `Content-Type` of the response; "" when unknown. */
  readonly responseType: string;
  /** Names of the cookies that the response set. */
  readonly cookiesSet: readonly string[];
  /** Milliseconds of any clock; NaN when unknown. */
  readonly startedMs: number;
  readonly endedMs: number;
  /** The page that it belongs to; null when unknown. */
  readonly page: string | null;
}
