import { checkNames, OptionError } from "../internal/mod.ts";
import { type CodecLimits, type Limits, readLimits, sendAll } from "./codec/mod.ts";
import { readTimeout } from "./client.ts";
import { WrpcError } from "./errors.ts";
import { watchTimeout } from "./expiry.ts";
import { compileFunction, type FunctionCodec } from "./functions.ts";
import { transportMeter } from "./metrics.ts";
import { readInterface, type WitInput } from "./read_interface.ts";
import { receiveValues } from "./receive.ts";
import type { Invocation, Route, ServerTransport, Serving } from "./transport.ts";
import { camelCase, type WitInterface } from "./types/mod.ts";

/**
 * The functions of an implementation: each takes the parameters and gives the result or a promise of
 * it. So a function whose whole result is a `future` sends it when it is there; one inside a record
 * or tuple is pending meanwhile. The parameters are `unknown` unless a function says what its WIT says
 * (as those of a method, they may).
 */
export type WrpcImplementation = Readonly<
  Record<string, { call(...params: unknown[]): unknown }["call"]>
>;

/** What is served. */
export interface WrpcServeOptions {
  /** `.wit` texts, or what `readWit` read from them or `readComponent` from a component. */
  readonly wit: WitInput;
  /** Name of the interface; may be left out where the WIT has one alone. */
  readonly interface?: string;
  /** A function for each of the interface, by its camelCase name; of resources, `fields.get`. */
  readonly implementation: WrpcImplementation;
  /**
   * Limit of one invocation, futures and streams included, in milliseconds; Infinity for none.
   * @default {30000}
   */
  readonly timeoutMs?: number;
  /** What one decoded value may take. */
  readonly limits?: CodecLimits;
  /** Told of each invocation that failed, and of connections that made no sense. */
  readonly onError?: (error: WrpcError) => void;
}

const OPTIONS = [
  ...["wit", "interface", "implementation", "timeoutMs", "limits", "onError"] as const,
];

/**
 * Serves an interface, implemented in TypeScript.
 *
 * @throws {OptionError} for an option that doesn't exist, a value out of its range, or an
 * implementation that lacks functions
 * @throws {WrpcError} `wit_invalid`
 * @throws {NetError} when nothing can listen there
 */
export async function serve(
  transport: ServerTransport,
  options: WrpcServeOptions,
): Promise<Serving> {
  checkNames("wrpc.serve", options, OPTIONS);
  const wit = readInterface(options.wit, options.interface);
  const serving: ServingOptions = {
    kind: transport.kind,
    limits: readLimits(options.limits),
    timeoutMs: readTimeout(options.timeoutMs ?? 30_000),
    onError: options.onError ?? (() => {}),
  };
  const routes = routesOf(wit, options.implementation, serving);
  return await transport.serve(routes, serving.onError);
}

interface ServingOptions {
  readonly kind: string;
  readonly limits: Limits;
  readonly timeoutMs: number;
  readonly onError: (error: WrpcError) => void;
}

function routesOf(
  { name: instance, functions }: WitInterface,
  implementation: WrpcImplementation,
  serving: ServingOptions,
): Route[] {
  const missing = [...functions.keys()].map(camelCase).filter((name) =>
    typeof implementation[name] !== "function"
  );
  if (missing.length > 0) {
    const message = `the implementation of ${instance} lacks ${missing.join(", ")}`;
    throw new OptionError("implementation", message);
  }
  return [...functions.values()].map((wit) => {
    const codec = compileFunction(wit);
    const fn = (params: readonly unknown[]) => implementation[camelCase(wit.name)]!(...params);
    const handle = (invocation: Invocation) =>
      handleInvocation(invocation, codec, fn, serving, `${instance}#${wit.name}`);
    return { instance, name: wit.name, paths: codec.params.paths, handle };
  });
}

async function handleInvocation(
  invocation: Invocation,
  codec: FunctionCodec,
  fn: (params: readonly unknown[]) => unknown,
  { kind, limits, timeoutMs, onError }: ServingOptions,
  what: string,
): Promise<void> {
  const stop = watchTimeout(timeoutMs, () => {
    const message = `${what} isn't complete after ${timeoutMs} ms`;
    invocation.abort(new WrpcError("deadline", "serve", message));
  });
  try {
    const { values } = codec.params.count === 0
      ? { values: [] }
      : await receiveValues(invocation, codec.params, limits);
    const result = await Promise.race([called(fn, values, what), invocation.broken]);
    const { bytes, deferred } = codec.results.encode(codec.results.count === 0 ? [] : [result]);
    const send = async () => {
      const root = invocation.write([]);
      if (bytes.length > 0) await root.write(bytes);
      await root.close();
      await sendAll(deferred, (path) => invocation.write(path));
      await invocation.closeWrite();
    };
    // A peer that never reads would have it wait for ever.
    await Promise.race([send(), invocation.broken]);
    await invocation.close();
  } catch (cause) {
    const error = cause instanceof WrpcError
      ? cause
      : new WrpcError("invocation_failed", "serve", `${what} failed`, cause);
    transportMeter(kind).failed(error);
    onError(error);
    invocation.abort(error);
  } finally {
    stop();
  }
}

async function called(
  fn: (params: readonly unknown[]) => unknown,
  params: readonly unknown[],
  what: string,
): Promise<unknown> {
  try {
    return await fn(params);
  } catch (cause) {
    throw new WrpcError("implementation_failed", "serve", `${what} threw: ${cause}`, cause);
  }
}
