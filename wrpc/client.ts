import { checkNames, nearest, OptionError } from "../internal/mod.ts";
import { type CodecLimits, type Limits, readLimits } from "./codec/mod.ts";
import { WrpcError } from "./errors.ts";
import { compileFunction } from "./functions.ts";
import { invoke } from "./invoke.ts";
import { pickTransport, TRANSPORT_NAMES, type TransportChoice } from "./pick_transport.ts";
import { readInterface, type WitInput } from "./read_interface.ts";
import type { Transport } from "./transport.ts";
import type { WitInterface } from "./types/mod.ts";

/** How a client calls. One of `tcp`, `unix`, `nats` and `transport` says over what. */
export interface WrpcClientOptions extends TransportChoice {
  /** `.wit` texts, or what `readWit` read from them or `readComponent` from a component. */
  readonly wit: WitInput;
  /** Name of the interface; may be left out where the WIT has one alone. */
  readonly interface?: string;
  /**
   * Limit of one invocation, futures and streams included, in milliseconds; Infinity for none.
   * @default {30000}
   */
  readonly timeoutMs?: number;
  /** What one decoded value may take. */
  readonly limits?: CodecLimits;
}

/** How one call differs. */
export interface WrpcCallOptions {
  /** Limit of the invocation, in milliseconds. Default: the client's. */
  readonly timeoutMs?: number;
  /** Stops the invocation. */
  readonly signal?: AbortSignal;
  /** Headers of the request, by name: over NATS alone. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** Calls the functions of one interface. */
export interface WrpcClient extends AsyncDisposable {
  /** The interface. */
  readonly interface: WitInterface;
  /**
   * Calls a function. Values are as jco has them: `bigint` for 64 bits, `Uint8Array` for `list<u8>`,
   * `{ tag, val }` for variants and results, `undefined` for none, objects with camelCase names for
   * records, promises for futures, `WitStream` (an async iterable) for streams.
   *
   * @param name name of the function in WIT, for example `handle` or `fields.get`
   * @param args its parameters in order
   * @returns its result; undefined without one
   * @throws {WrpcError} see `WrpcErrorCode`
   */
  call(name: string, args?: readonly unknown[], options?: WrpcCallOptions): Promise<unknown>;
  /** Ends what is open. Safe to call again. */
  close(): Promise<void>;
}

const OPTIONS = ["wit", "interface", ...TRANSPORT_NAMES, "timeoutMs", "limits"] as const;

/**
 * A client of one interface of any WIT.
 *
 * @throws {OptionError} for an option that doesn't exist or a value out of its range
 * @throws {WrpcError} `wit_invalid`
 */
export function client(options: WrpcClientOptions): WrpcClient {
  checkNames("wrpc.client", options, OPTIONS);
  return new Client(options);
}

class Client implements WrpcClient {
  readonly interface: WitInterface;
  readonly #transport: Transport;
  readonly #limits: Limits;
  readonly #timeoutMs: number;

  constructor(options: WrpcClientOptions) {
    this.interface = readInterface(options.wit, options.interface);
    this.#limits = readLimits(options.limits);
    this.#timeoutMs = readTimeout(options.timeoutMs ?? 30_000);
    this.#transport = pickTransport("wrpc.client", options);
  }

  async call(
    name: string,
    args: readonly unknown[] = [],
    options: WrpcCallOptions = {},
  ): Promise<unknown> {
    const { signal, timeoutMs, headers } = options;
    const { functions, name: instance } = this.interface;
    const wit = functions.get(name);
    if (wit === undefined) throw unknown(this.interface, name);
    return await invoke({
      ...{ transport: this.#transport, instance, name, signal, headers },
      ...{ codec: compileFunction(wit), limits: this.#limits },
      timeoutMs: timeoutMs === undefined ? this.#timeoutMs : readTimeout(timeoutMs),
    }, args);
  }

  close(): Promise<void> {
    return this.#transport.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

/** Checks a limit in milliseconds. @throws {OptionError} */
export function readTimeout(timeoutMs: number): number {
  if (typeof timeoutMs === "number" && timeoutMs > 0) return timeoutMs;
  throw new OptionError("timeoutMs", `timeoutMs is ${timeoutMs}: give milliseconds above 0`);
}

function unknown({ name: of, functions }: WitInterface, name: string): WrpcError {
  const names = [...functions.keys()];
  const near = nearest(name, names);
  const hint = near === null ? `it has ${names.join(", ")}` : `did you mean ${near}`;
  return new WrpcError("function_unknown", "encode", `${of} has no function ${name}: ${hint}`);
}
