import { describeError } from "../../../internal/mod.ts";
import { DEFAULT_LIMITS } from "../../codec/mod.ts";
import { compileFunction } from "../../functions.ts";
import { camelCase } from "../../types/mod.ts";
import { HostError } from "../errors.ts";
import {
  decodeCall,
  decodePlan,
  encodeFrame,
  encodeJson,
  type Failure,
  type Frame,
  FrameType,
  HANDLER_INDEX,
  type Plan,
  type PlannedFunction,
} from "../protocol/mod.ts";
import { type HttpCall, httpCall } from "./http_call.ts";
import { type Instance, loadComponent } from "./instance.ts";
import { Instances } from "./instances.ts";
import type { Port } from "./port.ts";

/** Queued bytes from which on lines of a component are dropped: it prints faster than anybody reads. */
const MAX_LOG_BACKLOG = 1024 * 1024;

/** A call that runs. */
interface Running {
  instance: Instance | null;
  http: HttpCall | null;
  cancelled: boolean;
}

/** Parameters have neither futures nor streams: `readComponent` refuses such functions. */
const NOTHING_PENDING = {
  read: () => {
    throw new TypeError("nothing is pending");
  },
  track: () => {},
};

/** Does what frames ask: loads a component, calls it, gives calls up. */
export class Worker {
  readonly #port: Port;
  readonly #running = new Map<number, Running>();
  #plan: Plan | null = null;
  /** Calls may come while the component loads. */
  readonly #started = Promise.withResolvers<Instances>();

  constructor(port: Port) {
    this.#port = port;
  }

  /** Takes a frame. @throws {HostError} `protocol`: the parent is none */
  handle(frame: Frame): void {
    switch (frame.type) {
      case FrameType.start:
        void this.#start(decodePlan(frame));
        break;
      case FrameType.call:
        void this.#call(frame);
        break;
      case FrameType.cancel:
        this.#cancel(frame.id);
        break;
      case FrameType.body:
      case FrameType.end:
      case FrameType.credit:
        this.#running.get(frame.id)?.http?.receive(frame);
        break;
      default:
        throw new HostError("protocol", "call", `got a frame of type ${frame.type}`);
    }
  }

  /** Says what the component printed. */
  log(line: string): void {
    if (this.#port.backlog > MAX_LOG_BACKLOG) return;
    this.#port.send(encodeJson(FrameType.log, 0, { line }));
  }

  async #start(plan: Plan): Promise<void> {
    try {
      this.#plan = plan;
      const component = await loadComponent(new URL(plan.folder), (line) => this.log(line));
      const instances = new Instances(component, plan.fresh);
      await instances.warm();
      this.#port.send(encodeJson(FrameType.ready, 0, {}));
      this.#started.resolve(instances);
    } catch (error) {
      // The parent ends this process: what waits for it is not told.
      this.#fail(0, { code: "start_failed", message: describeError(error) });
    }
  }

  async #call(frame: Frame): Promise<void> {
    const { id } = frame;
    const running: Running = { instance: null, http: null, cancelled: false };
    this.#running.set(id, running);
    try {
      const { index, params } = decodeCall(frame);
      // The body of a request may be the next frame: it finds the call here.
      if (index === HANDLER_INDEX) running.http = httpCall(id, params, this.#port);
      const instances = await this.#started.promise;
      const instance = running.instance = await instances.take();
      if (running.cancelled) return instances.give(instance);
      const bytes = running.http === null
        ? await this.#invoke(instance, this.#functionAt(index), params)
        : await this.#request(instance, running.http);
      this.#running.delete(id);
      instances.give(instance);
      this.#port.send(encodeFrame(FrameType.result, id, bytes));
    } catch (error) {
      if (this.#running.delete(id)) this.#fail(id, failureOf(error, running));
    }
  }

  async #invoke(
    instance: Instance,
    wit: PlannedFunction,
    bytes: Uint8Array,
  ): Promise<Uint8Array> {
    const codec = compileFunction(wit);
    const params = codec.params.count === 0
      ? []
      : codec.params.decoder(DEFAULT_LIMITS, NOTHING_PENDING).push(bytes);
    if (params === null) throw new HostError("protocol", "call", "parameters ended too early");
    const fn = instance.function(wit.instance, camelCase(wit.name));
    const result = await (wit.result?.kind === "result" ? tagged(fn(...params)) : fn(...params));
    return codec.results.encode(wit.result === null ? [] : [result]).bytes;
  }

  async #request(instance: Instance, http: HttpCall): Promise<Uint8Array> {
    await instance.function(this.#plan!.handler!, "handle")(...http.args);
    http.returned();
    await http.complete;
    return new Uint8Array(0);
  }

  #functionAt(index: number): PlannedFunction {
    const wit = this.#plan!.functions[index];
    if (wit === undefined) throw new HostError("protocol", "call", `there is no function ${index}`);
    return wit;
  }

  #cancel(id: number): void {
    const running = this.#running.get(id);
    if (running === undefined) return;
    running.cancelled = true;
    const reason = new Error("it was given up");
    running.http?.end(reason);
    if (running.instance !== null) return running.instance.end(reason);
    // It has not begun, and won't.
    this.#running.delete(id);
    this.#fail(id, failureOf(reason, running));
  }

  #fail(id: number, failure: Failure): void {
    this.#port.send(encodeJson(FrameType.failure, id, failure));
  }
}

/** jco throws the `err` of a result, as the payload of an error. */
async function tagged(call: Promise<unknown>): Promise<unknown> {
  try {
    return { tag: "ok", val: await call };
  } catch (error) {
    if (error instanceof Error && Object.hasOwn(error, "payload")) {
      return { tag: "err", val: (error as Error & { payload: unknown }).payload };
    }
    throw error;
  }
}

function failureOf(error: unknown, { instance, cancelled }: Running): Failure {
  const message = describeError(error);
  if (cancelled) return { code: "aborted", message };
  if (error instanceof HostError) return { code: "protocol", message };
  return { code: instance === null ? "start_failed" : "trap", message };
}
