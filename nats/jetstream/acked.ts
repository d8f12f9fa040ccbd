import type { PubAck } from "./pub_ack.ts";
import { SequenceLog } from "./sequence_log.ts";

/** What one stream acknowledged to one connection. */
export interface AckedStream {
  /** Sequences of messages that it stored then. */
  readonly stored: SequenceLog;
  /** Sequences of messages that it had already. */
  readonly duplicates: SequenceLog;
  /** Missing messages that are in the metrics. */
  counted: number;
}

/** Most streams of a connection whose sequences are kept; names come from the server. */
const MAX_STREAMS = 100;

/** Which sequences a connection's publishes were acknowledged with, by stream. */
export class Acked {
  /** Acknowledgements of streams that there was no room for. */
  overflow = 0;
  readonly #streams = new Map<string, AckedStream>();
  /** The stream of the last acknowledgement, and its name. */
  #last: AckedStream | undefined;
  #name = "";

  /** An acknowledgement came. */
  add({ stream, seq, duplicate }: PubAck): void {
    if (stream !== this.#name) {
      this.#name = stream;
      this.#last = this.#streams.get(stream) ?? this.#open(stream);
    }
    const to = this.#last;
    if (to === undefined) this.overflow++;
    else if (duplicate) to.duplicates.add(seq);
    else to.stored.add(seq);
  }

  #open(stream: string): AckedStream | undefined {
    if (this.#streams.size >= MAX_STREAMS) return undefined;
    const made = { stored: new SequenceLog(), duplicates: new SequenceLog(), counted: 0 };
    this.#streams.set(stream, made);
    return made;
  }

  /** What `stream` acknowledged; undefined for nothing, or when there was no room for it. */
  of(stream: string): AckedStream | undefined {
    return this.#streams.get(stream);
  }
}
