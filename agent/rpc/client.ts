import { describeError } from "../../internal/mod.ts";
import { AgentError } from "../errors.ts";
import { ByteWriter } from "../gob/mod.ts";
import { RequestWriter } from "./requests.ts";
import { ResponseReader } from "./responses.ts";

const ERROR_CHARS = 1000;

/** The part of a connection that a client needs: of `Deno.Conn`. */
export interface RpcConn {
  /** Reads into a buffer; null at the end. */
  read(into: Uint8Array): Promise<number | null>;
  /** Writes some of the bytes; how many. */
  write(bytes: Uint8Array): Promise<number>;
  /** Ends the connection, reads and writes with it. */
  close(): void;
}

/** A client of one `net/rpc` server, over one connection. */
export interface RpcClient extends AsyncDisposable {
  /**
   * Calls a method whose argument and result are empty structs. Any number may be in flight.
   *
   * @param signal gives the call up; the server still answers it, to nobody
   * @throws {AgentError} `rpc_error`: the server's answer is an error; `rpc_closed`: the connection
   *   ended before the answer; `rpc_invalid`: the peer speaks no `net/rpc`; `rpc_aborted`
   */
  call(method: string, signal?: AbortSignal): Promise<void>;
  /** Calls that wait for their answer. */
  readonly inFlight: number;
  /** Why the connection is over, once it is. */
  readonly closed: Promise<AgentError>;
  /** Ends the connection; what is in flight fails with `rpc_closed`. Resolves once nothing is left running. */
  close(): Promise<void>;
}

interface Pending {
  resolve(): void;
  reject(error: AgentError): void;
}

/** Speaks `net/rpc` over a connection, which is the client's from now on. */
export function createRpcClient(conn: RpcConn): RpcClient {
  return new Client(conn);
}

class Client implements RpcClient {
  readonly closed: Promise<AgentError>;
  readonly #conn: RpcConn;
  readonly #pending = new Map<number, Pending>();
  readonly #requests = new RequestWriter();
  readonly #responses: ResponseReader;
  readonly #reading: Promise<void>;
  readonly #end: (error: AgentError) => void;
  #writing: Promise<void> | null = null;
  /** What is written next, and what is being written. */
  #out = new ByteWriter(16 * 1024);
  #spare = new ByteWriter(16 * 1024);
  #seq = 0;
  #over: AgentError | null = null;

  constructor(conn: RpcConn) {
    this.#conn = conn;
    this.#responses = new ResponseReader((seq, error) => this.#answered(seq, error));
    const { promise, resolve } = Promise.withResolvers<AgentError>();
    this.closed = promise;
    this.#end = resolve;
    this.#reading = this.#read();
  }

  get inFlight(): number {
    return this.#pending.size;
  }

  call(method: string, signal?: AbortSignal): Promise<void> {
    if (this.#over !== null) return Promise.reject(this.#over);
    if (signal?.aborted) return Promise.reject(aborted(method, signal));
    const seq = ++this.#seq;
    this.#requests.write(this.#out, method, seq);
    // Calls of one turn go out together.
    this.#writing ??= this.#write();
    return new Promise((resolve, reject) => {
      if (signal === undefined) {
        this.#pending.set(seq, { resolve, reject });
        return;
      }
      const giveUp = (): void => {
        this.#pending.delete(seq);
        reject(aborted(method, signal));
      };
      signal.addEventListener("abort", giveUp, { once: true });
      const settled = (): void => signal.removeEventListener("abort", giveUp);
      this.#pending.set(seq, {
        resolve: () => (settled(), resolve()),
        reject: (error) => (settled(), reject(error)),
      });
    });
  }

  async close(): Promise<void> {
    this.#fail(new AgentError("rpc_closed", "the RPC connection was closed here"));
    await this.#reading;
    await this.#writing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #answered(seq: number, error: string): void {
    const pending = this.#pending.get(seq);
    if (pending === undefined) return; // was given up
    this.#pending.delete(seq);
    if (error === "") pending.resolve();
    else {pending.reject(
        new AgentError("rpc_error", error.slice(0, ERROR_CHARS), { phase: "call" }),
      );}
  }

  async #read(): Promise<void> {
    const responses = this.#responses;
    try {
      for (;;) {
        const count = await this.#conn.read(responses.stream.space());
        if (count === null) break;
        responses.stream.filled(count);
        responses.read();
      }
      const where = responses.whole ? "" : " within a response";
      this.#fail(new AgentError("rpc_closed", `the RPC server closed the connection${where}`));
    } catch (error) {
      const invalid = error instanceof AgentError;
      this.#fail(
        new AgentError(
          invalid ? "rpc_invalid" : "rpc_closed",
          invalid
            ? `the server's answer is no net/rpc: ${error.message}`
            : `the RPC connection failed: ${describeError(error)}`,
          { phase: "read", cause: error },
        ),
      );
    }
  }

  async #write(): Promise<void> {
    await Promise.resolve();
    try {
      while (this.#out.length > 0 && this.#over === null) {
        const out = this.#out;
        this.#out = this.#spare;
        this.#spare = out;
        const bytes = out.written;
        for (let at = 0; at < bytes.length;) {
          at += await this.#conn.write(at === 0 ? bytes : bytes.subarray(at));
        }
        out.clear();
      }
      this.#writing = null;
    } catch (error) {
      const message = `the RPC connection failed: ${describeError(error)}`;
      this.#fail(new AgentError("rpc_closed", message, { phase: "write", cause: error }));
    }
  }

  #fail(error: AgentError): void {
    if (this.#over !== null) return;
    this.#over = error;
    this.#conn.close();
    const pending = [...this.#pending.values()];
    this.#pending.clear();
    for (const call of pending) call.reject(error);
    this.#end(error);
  }
}

function aborted(method: string, signal: AbortSignal): AgentError {
  return new AgentError("rpc_aborted", `the call of ${method} was given up`, {
    phase: "call",
    cause: signal.reason,
  });
}
