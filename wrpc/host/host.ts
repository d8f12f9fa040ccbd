import { describeError } from "../../internal/mod.ts";
import { DEFAULT_LIMITS } from "../codec/mod.ts";
import { WrpcError } from "../errors.ts";
import { compileFunction } from "../functions.ts";
import { camelCase, type WitFunction, type WitInterface } from "../types/mod.ts";
import { type Callables, findCallables } from "./_exports.ts";
import { readComponent } from "./component/mod.ts";
import { HostError } from "./errors.ts";
import { callHandler } from "./http/handle.ts";
import { type HostOptions, readHostOptions } from "./options.ts";
import { Pool } from "./process/pool.ts";
import { transpile } from "./transpile.ts";
import { suspendingImports } from "./wasi/names.ts";

/** What one call may set. */
export interface HostCallOptions {
  /** Gives the call up. */
  readonly signal?: AbortSignal;
  /** Longest time of it, in milliseconds. @default `deadlineMs` of the host */
  readonly deadlineMs?: number;
}

/** A component that is hosted in processes of its own. */
export interface ComponentHost extends AsyncDisposable {
  /**
   * What can be called: the component's exports, and `wrpc:http/incoming-handler@0.1.0` for one
   * that exports `wasi:http/incoming-handler`.
   */
  readonly exports: readonly WitInterface[];
  /** Calls that run or wait. */
  readonly open: number;
  /**
   * Calls a function. Values are as jco has them; a function whose result is a `result` gives
   * `{ tag, val }`.
   *
   * @param instance name of one of `exports`
   * @param name of the function, as in WIT or as in JavaScript
   * @throws {HostError} `trap`, `deadline`, `aborted`, `process_lost`, `overloaded`, `closed`,
   * `start_failed`
   * @throws {WrpcError} `value_invalid` for arguments that don't fit, `function_unknown`
   */
  call(
    instance: string,
    name: string,
    args: readonly unknown[],
    options?: HostCallOptions,
  ): Promise<unknown>;
  /** The functions of one of `exports`, as `wrpc.serve` takes them. */
  implementation(instance: string): Record<string, (...args: unknown[]) => Promise<unknown>>;
  /** Ends all processes. Safe to call again. */
  close(): Promise<void>;
}

/**
 * Hosts a component: makes JavaScript of it with jco (kept in `cacheFolder`), and runs it in
 * processes with no permission but to read that. It has clocks, random numbers and a log; no files,
 * no environment, no network.
 *
 * @param path of the component's file
 * @throws {OptionError} for an option that doesn't exist or is out of its range
 * @throws {HostError} `component_invalid`, `component_too_large`, `component_unsupported`,
 * `transpile_failed`, `start_failed`
 */
export async function hostComponent(
  path: string,
  options: HostOptions = {},
): Promise<ComponentHost> {
  const limits = readHostOptions(options);
  const bytes = await readFile(path, limits.maxComponentMb);
  const shape = readComponent(bytes);
  const callables = findCallables(shape);
  const { functions, handler } = callables;
  const names = {
    imports: suspendingImports(shape.imports),
    exports: [
      ...functions.map(({ instance, name }) => `${instance}#${name}`),
      ...(handler === null ? [] : [`${handler}#handle`]),
    ],
  };
  const folder = (await transpile(path, bytes, names, limits.cacheFolder)).href;
  const pool = new Pool({ folder, functions, handler, fresh: limits.fresh }, limits, limits.onLog);
  try {
    await pool.warm();
  } catch (error) {
    await pool.close();
    throw error;
  }
  return hosted(pool, limits.deadlineMs, callables);
}

async function readFile(path: string, maxMb: number): Promise<Uint8Array<ArrayBuffer>> {
  try {
    const { size } = await Deno.stat(path);
    if (size <= maxMb * 1024 * 1024) return await Deno.readFile(path);
  } catch (cause) {
    const message = `can't read the component ${path}: ${describeError(cause)}`;
    throw new HostError("component_invalid", "load", message, cause);
  }
  const message = `the component ${path} has more than ${maxMb} MiB: raise maxComponentMb`;
  throw new HostError("component_too_large", "load", message);
}

function hosted(pool: Pool, deadlineMs: number, { exports, functions }: Callables): ComponentHost {
  const call: ComponentHost["call"] = async (instance, name, args, options = {}) => {
    const wit = findFunction(exports, instance, name);
    const limits = { deadlineMs, ...options };
    const index = functions.findIndex((one) => one.instance === instance && one.name === wit.name);
    if (index < 0) return await callHandler(pool, args[0], limits);
    const { params, results } = compileFunction(wit);
    const bytes = await pool.call({
      index,
      name: `${instance}#${wit.name}`,
      params: params.encode(args).bytes,
      ...limits,
    });
    if (results.count === 0) return undefined;
    const values = results.decoder(DEFAULT_LIMITS, NOTHING_PENDING).push(bytes);
    if (values === null) throw new HostError("protocol", "call", "a result ended too early");
    return values[0];
  };
  const implementation: ComponentHost["implementation"] = (instance) => {
    const wit = exports.find(({ name }) => name === instance);
    const names = [...wit?.functions.keys() ?? []];
    return Object.fromEntries(
      names.map((name) => [camelCase(name), (...args) => call(instance, name, args)]),
    );
  };
  const close = () => pool.close();
  return {
    exports,
    get open() {
      return pool.open;
    },
    call,
    implementation,
    close,
    [Symbol.asyncDispose]: close,
  };
}

function findFunction(
  exports: readonly WitInterface[],
  instance: string,
  name: string,
): WitFunction {
  for (const one of exports) {
    if (one.name !== instance) continue;
    for (const wit of one.functions.values()) {
      if (wit.name === name || camelCase(wit.name) === name) return wit;
    }
  }
  const known = exports.flatMap((one) =>
    [...one.functions.keys()].map((fn) => `${one.name}#${fn}`)
  );
  const message = `the component has no ${instance}#${name}, only ${known.join(", ")}`;
  throw new WrpcError("function_unknown", "serve", message);
}

const NOTHING_PENDING = {
  read: () => {
    throw new TypeError("results of components have nothing pending");
  },
  track: () => {},
};
