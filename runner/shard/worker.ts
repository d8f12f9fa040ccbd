import { describeError, DownpourError } from "../../internal/mod.ts";
import {
  closeContext,
  closeOwned,
  DeltaEncoder,
  newContext,
  Registry,
  runInContext,
  takeOwned,
} from "../../metrics/mod.ts";
import { attachVu } from "../api/mod.ts";
import { type Clock, systemClock } from "../clock.ts";
import { noIterations } from "../ledger.ts";
import { movedTo } from "../moved.ts";
import type { RunOptions } from "../options/types.ts";
import type { LogEntry } from "../result.ts";
import { ScriptError } from "../script/mod.ts";
import type { CompiledScript, ScriptExports } from "../script/types.ts";
import { ThrowLog } from "../throw_log.ts";
import { Turns } from "../turns.ts";
import { guardErrors, installGlobals, SCRIPT_ENV } from "./_globals.ts";
import { ShardLoad } from "./_load.ts";
import { LogLimit } from "./_log_limit.ts";
import { compile, exportedFunction, inspect } from "./_script.ts";
import type {
  ShardCalls,
  ShardCommand,
  ShardEvent,
  ShardFailure,
  ShardStatus,
} from "./protocol.ts";
import type { ShardSetup } from "./setup.ts";

/** Above this much that was not sent yet, deltas wait: they only get larger, not more. */
const MAX_BACKLOG_BYTES = 1 << 20;

/** A shard's way to its parent. */
export interface ShardPort {
  /** Sends an event, after those before it. */
  post(event: ShardEvent): void;
  /** Bytes that were posted and have not left. */
  backlogBytes(): number;
}

type Handlers = {
  [K in keyof ShardCalls]: (args: ShardCalls[K]["args"]) => Promise<ShardCalls[K]["value"]>;
};

/**
 * The brain of a shard: does what the parent asks, says what happens. It knows nothing of how
 * commands and events travel.
 */
export class ShardWorker {
  readonly #setup: ShardSetup;
  readonly #port: ShardPort;
  readonly #clock: Clock;
  readonly #registry: Registry;
  readonly #encoder: DeltaEncoder;
  readonly #logs: LogLimit;
  readonly #cleanups: (() => void)[] = [];
  readonly #handlers: Handlers;
  #thrown: ThrowLog;
  #script: CompiledScript | null = null;
  #env: Readonly<Record<string, string>> = {};
  #options: RunOptions | null = null;
  #load: ShardLoad | null = null;
  #lifecycle:
    | Promise<{ exports: ScriptExports; call: <T>(group: string, fn: () => T) => T }>
    | null = null;
  #deltaMs = 1000;
  #closed = false;

  constructor(setup: ShardSetup, port: ShardPort, clock: Clock = systemClock) {
    this.#setup = setup;
    this.#port = port;
    this.#clock = clock;
    this.#logs = new LogLimit((entry) => this.#post({ kind: "log", entry }), () => clock.now());
    this.#registry = new Registry({
      onWarning: ({ message }) => this.log({ level: "warn", text: message, source: "run" }),
    });
    this.#encoder = new DeltaEncoder(this.#registry);
    this.#thrown = new ThrowLog((entry) => this.log(entry), String);
    this.#handlers = {
      load: (args) => this.#onLoad(args),
      prepare: (args) => this.#onPrepare(args),
      setup: () => this.#onSetup(),
      start: (args) => this.#onStart(args),
      stop: ({ now }) => {
        this.#load?.stop(now);
        return Promise.resolve(null);
      },
      teardown: (args) => this.#onTeardown(args),
      summary: (args) => this.#onSummary(args),
    };
  }

  /** Carries out a command; its answer or failure is posted. */
  async handle(command: ShardCommand): Promise<void> {
    const { id, call, args } = command;
    try {
      const handler = this.#handlers[call] as (args: unknown) => Promise<unknown>;
      this.#post({ kind: "answer", id, value: await handler(args) });
    } catch (error) {
      this.#post({ kind: "failure", id, error: this.#describe(error) });
    }
  }

  /** Says a line, within limits. */
  log(entry: LogEntry): void {
    this.#logs.add(entry);
  }

  /** Ends everything that this worker keeps going, and closes what the script opened through us. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#load?.stop(true);
    this.#load?.close();
    for (const cleanup of this.#cleanups) cleanup();
  }

  #post(event: ShardEvent): void {
    if (!this.#closed) this.#port.post(event);
  }

  async #onLoad(args: ShardCalls["load"]["args"]): Promise<ShardCalls["load"]["value"]> {
    this.#env = args.env;
    this.#deltaMs = args.deltaMs;
    const beat = setInterval(() => {
      if (this.#port.backlogBytes() === 0) this.#post({ kind: "heartbeat" });
    }, args.heartbeatMs);
    this.#cleanups.push(() => clearInterval(beat), installGlobals(args.env));
    const script = await compile(args.source, this.#setup);
    this.#script = script;
    this.#thrown = new ThrowLog((entry) => this.log(entry), script.describeStack);
    this.#cleanups.push(guardErrors((error) => this.#thrown.add(error)));
    return await inspect(script, this.#setup, this.#registry);
  }

  async #onPrepare({ options, segment }: ShardCalls["prepare"]["args"]): Promise<null> {
    if (this.#script === null) throw new DownpourError("shard_protocol", "prepare before load");
    this.#options = options;
    this.#load = new ShardLoad({
      clock: this.#clock,
      turns: new Turns(this.#clock),
      registry: this.#registry,
      options,
      script: this.#script,
      setup: this.#setup,
      env: this.#env,
      threw: (error) => this.#thrown.add(error),
      abort: (reason) => this.#abort(reason),
    }, segment);
    await this.#load.prepare();
    return null;
  }

  async #onSetup(): Promise<string | null> {
    const { exports, call } = await this.#instance();
    const setup = exportedFunction(exports, "setup");
    if (setup === undefined) return null;
    const data = await call("::setup", () => setup());
    this.#sendDeltas();
    return JSON.stringify(data) ?? null;
  }

  async #onStart({ startAt, data }: ShardCalls["start"]["args"]): Promise<null> {
    const load = this.#load;
    if (load === null) throw new DownpourError("shard_protocol", "start before prepare");
    const ended = new AbortController();
    this.#cleanups.push(() => ended.abort());
    this.#sendRegularly(ended.signal);
    try {
      await load.run(startAt, data);
    } finally {
      ended.abort();
      this.#thrown.flush();
      this.#logs.flush();
      this.#sendDeltas();
    }
    return null;
  }

  async #onTeardown({ data }: ShardCalls["teardown"]["args"]): Promise<null> {
    const { exports, call } = await this.#instance();
    const teardown = exportedFunction(exports, "teardown");
    if (teardown === undefined) return null;
    try {
      await call("::teardown", () => teardown(data === null ? undefined : JSON.parse(data)));
    } finally {
      this.#sendDeltas();
    }
    return null;
  }

  async #onSummary(
    { data }: ShardCalls["summary"]["args"],
  ): Promise<Record<string, string> | null> {
    const { exports, call } = await this.#instance();
    const handle = exportedFunction(exports, "handleSummary");
    if (handle === undefined) return null;
    const files: unknown = await call("", () => handle(data));
    if (files === undefined || files === null) return {};
    if (typeof files !== "object") throw badSummary(`it returned a ${typeof files}`);
    for (const [path, text] of Object.entries(files)) {
      if (typeof text !== "string") throw badSummary(`${path} is not text`);
    }
    return files as Record<string, string>;
  }

  /** The instance of the script that setup, teardown and handleSummary run in. */
  #instance() {
    return this.#lifecycle ??= this.#makeInstance();
  }

  async #makeInstance() {
    const [script, options, registry] = [this.#script, this.#options, this.#registry];
    if (script === null || options === null) {
      throw new DownpourError("shard_protocol", "call before prepare");
    }
    const root = newContext(registry, registry.tags.withAll({ ...options.tags }), script.folder);
    root.locals.set(SCRIPT_ENV, this.#env);
    attachVu(root, {
      idInTest: 0,
      idInInstance: 0,
      iterationInInstance: 0,
      iterationInScenario: 0,
      scenario: "",
      executor: "",
      scenarioStartedAt: 0,
      progress: () => 0,
      abort: (reason) => this.#abort(reason),
    });
    this.#setup.prepareVu?.(root, options);
    const exports = await runInContext(root, () => script.instantiate());
    const own = takeOwned(root);
    this.#cleanups.push(() => {
      closeContext(root);
      for (const one of own) one.close();
    });
    const call = <T>(group: string, fn: () => T): T => {
      const tags = group === "" ? root.tags : root.tags.with("group", group);
      const flush = () => {
        root.io.take(movedTo(registry, tags));
        closeOwned(root);
      };
      const result = runInContext({ ...root, group, tags }, fn);
      if (result instanceof Promise) return result.finally(flush) as T;
      flush();
      return result;
    };
    return { exports, call };
  }

  #abort(reason: string): void {
    this.#load?.stop(true);
    this.#post({ kind: "abort", reason });
  }

  /** The first time a little earlier, so that whoever looks once a second sees all of it. */
  async #sendRegularly(end: AbortSignal): Promise<void> {
    for (let waitMs = this.#deltaMs * 0.9;; waitMs = this.#deltaMs) {
      await this.#clock.sleep(waitMs, end);
      if (end.aborted) return;
      this.#logs.flush();
      if (this.#port.backlogBytes() < MAX_BACKLOG_BYTES) this.#sendDelta();
    }
  }

  #sendDeltas(): void {
    do this.#sendDelta(); while (this.#encoder.pending);
  }

  #sendDelta(): void {
    const status = this.#load?.status() ?? IDLE;
    this.#post({ kind: "delta", status, metrics: this.#encoder.encode() });
  }

  #describe(error: unknown): ShardFailure {
    const code = error instanceof DownpourError ? error.code : null;
    // These messages are complete; anything else needs its place in the script.
    if (error instanceof ScriptError || this.#script === null) {
      return { code, message: describeError(error) };
    }
    try {
      return { code, message: this.#script.describeStack(error) };
    } catch {
      return { code, message: "an error that can't be shown" };
    }
  }
}

const IDLE: ShardStatus = {
  counts: noIterations(),
  open: { started: 0, dropped: 0 },
  vus: { active: 0, peak: 0, existing: 0 },
  cpuMs: 0,
  loadCpuMs: 0,
  lag: [],
};

function badSummary(why: string): DownpourError {
  return new DownpourError("summary_invalid", `handleSummary must return texts by path: ${why}`);
}
