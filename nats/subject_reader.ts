import type { MessageFrame } from "./scan.ts";

const decoder = new TextDecoder();

/** Reads the subjects of messages; the last is kept, since the next is mostly the same. */
export class SubjectReader {
  #bytes = new Uint8Array(0);
  #text = "";

  /** The subject of a message. */
  of({ buffer, subjectStart, subjectEnd }: MessageFrame): string {
    const known = this.#bytes;
    const length = subjectEnd - subjectStart;
    let same = known.length === length;
    for (let i = 0; same && i < length; i++) same = known[i] === buffer[subjectStart + i];
    if (!same) {
      this.#bytes = buffer.slice(subjectStart, subjectEnd);
      this.#text = decoder.decode(this.#bytes);
    }
    return this.#text;
  }
}
