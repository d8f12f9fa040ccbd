import { checkNames } from "../../internal/mod.ts";
import { currentContext, type Owned } from "../../metrics/mod.ts";
import { client, type WrpcClient } from "../client.ts";
import { WrpcError } from "../errors.ts";
import { pickTransport, TRANSPORT_NAMES, type TransportChoice } from "../pick_transport.ts";
import { type Labels, readTags } from "../tags.ts";
import { readTimeoutMs } from "../timeout.ts";
import { findInterface, readWit, type WitInterface } from "../types/mod.ts";
import { BlasterSeries } from "./metrics.ts";
import { type BlastOptions, readBlast } from "./packet.ts";
import { BLASTER_WIT } from "./wit.ts";

/** How packets are sent. One of `nats`, `tcp`, `unix` and `transport` says over what. */
export interface BlasterOptions extends TransportChoice {
  /** Added to the samples. */
  readonly tags?: Labels;
  /** Longest time until the answer to a packet: milliseconds or `"10s"`. @default {10000} */
  readonly timeout?: number | string;
}

/** Sends packets that ask their receiver for memory, sleep and CPU. */
export interface Blaster extends AsyncDisposable {
  /**
   * Sends one packet, and waits for the answer to it.
   *
   * @throws {OptionError} for what can't be asked
   * @throws {WrpcError} when there is no answer: `deadline`, `connection_failed`, `invocation_failed`, …
   */
  blast(options?: BlastOptions): Promise<void>;
  /** Ends the connection. Safe to call again. */
  close(): Promise<void>;
}

/**
 * A blaster, as xk6-wrpc has it: a client of the interface `xk6:wrpc/blaster@0.0.1`. It has a
 * connection of its own, which lives as long as the virtual user when module level makes it, and to
 * the end of the iteration otherwise.
 *
 * @throws {OptionError} for an option that doesn't exist or a value out of its range
 */
export function blaster(options: BlasterOptions): Blaster {
  checkNames("wrpc.blaster", options, [...TRANSPORT_NAMES, "tags", "timeout"]);
  return new BlasterClient(options);
}

/** The interface, read once. */
let known: WitInterface | null = null;

/** The interface `xk6:wrpc/blaster@0.0.1`, for those who serve it. */
export function blasterInterface(): WitInterface {
  return known ??= findInterface(readWit(BLASTER_WIT), "xk6:wrpc/blaster@0.0.1");
}

class BlasterClient implements Blaster {
  readonly #client: WrpcClient;
  readonly #series: BlasterSeries;
  readonly #owned: Owned | null;

  constructor({ tags = {}, timeout = 10_000, ...choice }: BlasterOptions) {
    const timeoutMs = readTimeoutMs(timeout, "timeout");
    this.#series = new BlasterSeries(readTags(tags));
    const transport = pickTransport("wrpc.blaster", choice);
    this.#client = client({ wit: blasterInterface(), transport, timeoutMs });
    this.#owned = currentContext().owned;
    this.#owned?.add(this);
  }

  async blast(options: BlastOptions = {}): Promise<void> {
    const { packet, timeoutMs, tags } = readBlast(options);
    const samples = this.#series.at(currentContext(), tags);
    samples.operation.add(1);
    const began = performance.now();
    try {
      await this.#client.call("blast", [packet], timeoutMs === undefined ? {} : { timeoutMs });
    } catch (error) {
      samples.failed(error instanceof WrpcError ? error.code : "unknown");
      throw error;
    }
    samples.duration.add(performance.now() - began);
  }

  close(): Promise<void> {
    this.#owned?.delete(this);
    return this.#client.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
