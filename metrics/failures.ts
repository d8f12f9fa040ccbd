/** One call that failed, as people are shown it to see why. Texts are a server's or a script's. */
export interface FailureSample {
  /** What it is counted under: `status 503`, an error's code. */
  readonly kind: string;
  /** As in `GET`. */
  readonly method: string;
  /** Where it went: without credentials, and without the values of its query. */
  readonly url: string;
  /** Status of the response; 0 without one. */
  readonly status: number;
  /** What the error says; empty where a response came. */
  readonly message: string;
  /** The beginning of the response's body; null where there is none to be shown. */
  readonly body: string | null;
  /** What there is to know of the body: that it is cut, is no text, was read by the script; or "". */
  readonly note: string;
}

/** Samples that are kept of one kind. */
const EACH = 3;
/** Kinds that are told apart; of further ones nothing is kept. */
const MAX_KINDS = 40;
/** Samples that are taken at once. */
const MAX_TAKEN = 20;
/** Characters of a URL and a message, and of a body, that are kept in the end. */
const MAX_TEXT = 2000;
const MAX_BODY = 1024;

/** The first few failures of each kind: asking whether one more is wanted costs next to nothing. */
export class FailureSamples {
  readonly #counts = new Map<string | number, number>();
  readonly #all: FailureSample[] = [];
  #taken = 0;

  /** Whether one of this kind (a status, an error's code) is to be kept: whoever asks then adds it. */
  wants(kind: string | number): boolean {
    const count = this.#counts.get(kind);
    if (count === undefined ? this.#counts.size >= MAX_KINDS : count >= EACH) return false;
    this.#counts.set(kind, (count ?? 0) + 1);
    return true;
  }

  /** Keeps one that is wanted. */
  add(sample: FailureSample): void {
    this.#all.push(sample);
  }

  /** Keeps those of another process that are wanted, shortened: their secrets must be out by then. */
  merge(samples: readonly FailureSample[]): void {
    for (const sample of samples) if (this.wants(sample.kind)) this.add(shortened(sample));
  }

  /** All that are kept, in the order in which they came. */
  get all(): readonly FailureSample[] {
    return this.#all;
  }

  /** Some of those that were not taken yet; empty when all were. */
  take(): readonly FailureSample[] {
    const some = this.#all.slice(this.#taken, this.#taken + MAX_TAKEN);
    this.#taken += some.length;
    return some;
  }
}

function shortened(sample: FailureSample): FailureSample {
  const { kind, method, url, status, message, body, note } = sample;
  const isLong = body !== null && body.length > MAX_BODY;
  return {
    kind: cut(kind, 100),
    method: cut(method, 100),
    url: cut(url, MAX_TEXT),
    status,
    message: cut(message, MAX_TEXT),
    body: isLong ? cut(body, MAX_BODY) : body,
    note: note === "" && isLong ? `body of ${body.length} characters` : cut(note, 200),
  };
}

function cut(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most)}…`;
}
