/**
 * What really happened in a simulation, written down where it did: by the shards, and on the way of
 * what members send.
 *
 * @module
 */

/** A part of the run, over all processes that ever ran it. */
export interface PartTruth {
  /** Samples that its shards emitted. */
  samples: number;
  /** Lines that its shards logged. */
  lines: number;
  /** Commands, by the shard and the call: `a#1/0 load`. */
  readonly executed: Map<string, number>;
  /** Epochs of the coordinators whose live commands were executed, in order. */
  readonly epochs: number[];
  /** When its load was to begin, and when each of its shards began; by the common clock. */
  readonly startAt: number[];
  readonly beganAt: number[];
  /** Whether it took over from another. */
  joined: boolean;
  /** The most that a spool held, bytes. */
  spooledBytes: number;
  /** The greatest error of its clock that it told until it began, milliseconds; null when it told none. */
  clockErrorMs: number | null;
  /** Whether its clock was measured, as it told last; and when it was told to start. */
  measured: boolean;
  startedMeasured: boolean;
  /** Whether a coordinator heard its goodbye. */
  saidGoodbye: boolean;
  /** Whether it told when it began. */
  toldStart: boolean;
}

/** All of it. */
export class Truth {
  readonly #parts = new Map<number, PartTruth>();
  /** When the load of the run was to begin, by the common clock: several when servers lost the first. */
  readonly agreedStarts: number[] = [];
  #isAgreed = false;
  /** Epochs of coordinators by their names. */
  readonly epochs = new Map<string, number>();

  /** A coordinator was told when the load begins: it counts as agreed on if none was before. */
  agree(startAt: number): void {
    if (!this.#isAgreed) this.agreedStarts.push(startAt);
    this.#isAgreed = true;
  }

  /** Servers lost all they kept: of what was agreed on, only parts that were told already know. */
  forgetAgreed(): void {
    this.#isAgreed = false;
  }

  part(part: number): PartTruth {
    let found = this.#parts.get(part);
    if (found === undefined) {
      found = {
        ...{ samples: 0, lines: 0, executed: new Map(), epochs: [], startAt: [], beganAt: [] },
        ...{
          joined: false,
          spooledBytes: 0,
          clockErrorMs: null,
          toldStart: false,
          saidGoodbye: false,
          measured: false,
          startedMeasured: false,
        },
      };
      this.#parts.set(part, found);
    }
    return found;
  }

  parts(): [number, PartTruth][] {
    return [...this.#parts];
  }
}
