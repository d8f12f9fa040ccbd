import { type GobCursor, GobStream, invalidGob } from "../gob/mod.ts";

/** What a field of the header is for. */
type Role = "method" | "seq" | "error" | "other";

const ROLES: Readonly<Record<string, { role: Role; kind: string }>> = {
  ServiceMethod: { role: "method", kind: "string" },
  Seq: { role: "seq", kind: "uint" },
  Error: { role: "error", kind: "string" },
};

/**
 * Reads the responses of one connection: headers, each with a body that is passed over, as the
 * methods that are called give nothing.
 */
export class ResponseReader {
  /** The bytes; see `space` and `filled`. */
  readonly stream: GobStream = new GobStream();
  readonly #onResponse: (seq: number, error: string) => void;
  readonly #plans = new Map<number, readonly Role[]>();
  #inBody = false;
  #seq = 0;
  #error = "";

  /** @param onResponse an answer and its error, which is empty for none */
  constructor(onResponse: (seq: number, error: string) => void) {
    this.#onResponse = onResponse;
  }

  /** Whether the bytes end between two responses. */
  get whole(): boolean {
    return !this.#inBody && this.stream.pending === 0;
  }

  /** Reads what is there. @throws {AgentError} `gob_invalid`, `gob_limit` */
  read(): void {
    const { stream } = this;
    while (stream.next()) {
      if (this.#inBody) {
        this.#inBody = false;
        this.#onResponse(this.#seq, this.#error);
      } else {
        this.#readHeader(stream.cursor, this.#plan(stream.typeId));
        this.#inBody = true;
      }
    }
  }

  #readHeader(cursor: GobCursor, plan: readonly Role[]): void {
    this.#seq = 0;
    this.#error = "";
    for (let index = -1;;) {
      const step = cursor.count("a field number");
      if (step === 0) break;
      index += step;
      switch (plan[index]) {
        case "seq":
          this.#seq = cursor.count("the number of a call");
          break;
        case "error":
          this.#error = cursor.text("an error");
          break;
        case "method":
          cursor.view("a method");
          break;
        default:
          throw invalidGob(`a response has a field ${index} that net/rpc does not know`);
      }
    }
    if (cursor.left > 0) throw invalidGob(`${cursor.left} bytes follow the header of a response`);
  }

  /** Which field is which, by their names. */
  #plan(id: number): readonly Role[] {
    let plan = this.#plans.get(id);
    if (plan === undefined) {
      const { types } = this.stream;
      const type = types.get(id);
      if (type.kind !== "struct" || !type.fields.some(({ name }) => name === "Seq")) {
        throw invalidGob("the header of a response is no struct with a field Seq");
      }
      plan = type.fields.map(({ name, id }) => {
        const known = ROLES[name];
        return known !== undefined && types.get(id).kind === known.kind ? known.role : "other";
      });
      this.#plans.set(id, plan);
    }
    return plan;
  }
}
