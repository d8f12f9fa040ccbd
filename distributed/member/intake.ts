import {
  CLOSE,
  type CommandAnswer,
  CONFIRM,
  encodeMessage,
  type PartCommand,
  readPartCommand,
} from "../wire/mod.ts";

/** What becomes of the commands of a part. */
export interface IntakeHooks {
  /** Everything up to there has been merged. */
  confirm(sequence: number): void;
  /** Called once for each key, in order. */
  take(command: PartCommand): void;
  /** The part is to end. */
  close(): void;
}

/** Takes a part's commands: each once, and none of a coordinator that another one has replaced. */
export class Intake {
  readonly #hooks: IntakeHooks;
  #keys = new Set<string>();
  #epoch = 0;

  constructor(hooks: IntakeHooks) {
    this.#hooks = hooks;
  }

  /** Of the newest coordinator that is known of; 0 before. */
  get epoch(): number {
    return this.#epoch;
  }

  /** There is a coordinator of that epoch: older ones command no more. */
  fence(epoch: number): void {
    if (epoch <= this.#epoch) return;
    this.#epoch = epoch;
    // Those of an older coordinator's own can't come again.
    this.#keys = new Set([...this.#keys].filter((key) => !/^\d/.test(key)));
  }

  /** Takes a `PartCommand`; the answer. @throws {PoolError} `message_malformed` */
  answer(bytes: Uint8Array): Uint8Array {
    const command = readPartCommand(bytes);
    const taken = command.epoch >= this.#epoch;
    if (taken) this.#take(command);
    return encodeMessage({ taken, epoch: this.#epoch } satisfies CommandAnswer);
  }

  #take(command: PartCommand): void {
    const { epoch, key, confirmed } = command;
    this.fence(epoch);
    this.#hooks.confirm(confirmed);
    if (key === CONFIRM || this.#keys.has(key)) return;
    this.#keys.add(key);
    if (key === CLOSE) this.#hooks.close();
    else this.#hooks.take(command);
  }
}
