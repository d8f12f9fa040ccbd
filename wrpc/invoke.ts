import { type Limits, sendAll } from "./codec/mod.ts";
import { WrpcError } from "./errors.ts";
import { watchTimeout } from "./expiry.ts";
import type { FunctionCodec } from "./functions.ts";
import { type TransportMeter, transportMeter } from "./metrics.ts";
import type { Invocation, Transport } from "./transport.ts";
import { receiveValues } from "./receive.ts";

/** What is called, and how. */
export interface Invoking {
  readonly transport: Transport;
  /** Name of the instance on the wire. */
  readonly instance: string;
  /** Name of the function on the wire. */
  readonly name: string;
  readonly codec: FunctionCodec;
  readonly limits: Limits;
  /** Limit of the whole invocation, its futures and streams included; Infinity for none. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
  /** Of the request, where the transport has them. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/**
 * Calls a function. Resolves with its result once the synchronous part is there: futures and streams
 * in it come later, and those in the parameters may still be on their way. The invocation ends when
 * all are complete.
 */
export async function invoke(invoking: Invoking, args: readonly unknown[]): Promise<unknown> {
  const { transport, instance, name, codec, timeoutMs, signal, headers } = invoking;
  if (signal?.aborted) throw aborted(signal);
  const meter = transportMeter(transport.kind);
  const { bytes, deferred } = codec.params.encode(args);
  const began = performance.now();
  let invocation: Invocation;
  try {
    const options = { signal, timeoutMs, headers };
    invocation = await transport.invoke(instance, name, bytes, codec.results.paths, options);
  } catch (error) {
    if (error instanceof WrpcError) meter.failed(error);
    throw error;
  }
  const leftMs = timeoutMs - (performance.now() - began);
  const watch = watchInvocation(invocation, invoking, leftMs, meter);
  const send = async () => {
    if (deferred.length > 0) {
      const all = sendAll(deferred, (path) => invocation.write(path));
      await Promise.race([all, invocation.broken]);
    }
    await invocation.closeWrite();
  };
  const sent = send();
  sent.catch((error) => invocation.abort(error));
  return await results(invocation, invoking, sent, watch);
}

async function results(
  invocation: Invocation,
  { codec, limits }: Invoking,
  sent: Promise<void>,
  watch: Watch,
): Promise<unknown> {
  try {
    const { values, complete } = await receiveValues(invocation, codec.results, limits);
    if (complete === null) {
      // The peer has answered: what it no longer wants of the parameters is no failure.
      sent.catch(() => {}).then(() => watch.end());
    } else {
      complete.then(() => sent.catch(() => {})).then(
        () => watch.end(),
        (error) => watch.fail(error),
      );
    }
    return values[0];
  } catch (error) {
    watch.fail(error);
    throw error;
  }
}

/** Ends an invocation, once. */
interface Watch {
  end(): void;
  fail(error: unknown): void;
}

/** Aborts the invocation at its deadline and by the caller's signal, and counts its failure. */
function watchInvocation(
  invocation: Invocation,
  { instance, name, signal, timeoutMs }: Invoking,
  leftMs: number,
  meter: TransportMeter,
): Watch {
  const onAbort = () => fail(aborted(signal!));
  const stop = watchTimeout(leftMs, () => {
    const message = `${instance}#${name} isn't complete after ${timeoutMs} ms`;
    fail(new WrpcError("deadline", "receive", message));
  });
  let over = false;
  const settle = (): boolean => {
    if (over) return false;
    over = true;
    stop();
    signal?.removeEventListener("abort", onAbort);
    return true;
  };
  const fail = (error: unknown) => {
    if (!settle()) return;
    const failure = asWrpcError(error);
    meter.failed(failure);
    invocation.abort(failure);
  };
  signal?.addEventListener("abort", onAbort);
  if (signal?.aborted) onAbort();
  return {
    end: () => {
      if (settle()) invocation.close();
    },
    fail,
  };
}

function asWrpcError(error: unknown): WrpcError {
  if (error instanceof WrpcError) return error;
  return new WrpcError("invocation_failed", "receive", `the invocation failed: ${error}`, error);
}

function aborted(signal: AbortSignal): WrpcError {
  return new WrpcError("aborted", "receive", "the invocation was aborted", signal.reason);
}
