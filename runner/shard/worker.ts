import { describeError, DownpourError } from "../../internal/mod.ts";
import { DeltaEncoder, Registry, SampleStream } from "../../metrics/mod.ts";
import { NO_TOTALS, ScriptScope } from "../api/mod.ts";
import { type Clock, onThisClock, systemClock } from "../clock.ts";
import type { RunOptions } from "../options/types.ts";
import type { LogEntry } from "../result.ts";
import { ScriptError } from "../script/mod.ts";
import type { CompiledScript } from "../script/types.ts";
import { NO_SECRETS } from "../secrets.ts";
import { ThrowLog } from "../throw_log.ts";
import { Turns } from "../turns.ts";
import { guardErrors, installGlobals } from "./_globals.ts";
import { type Lifecycle, makeLifecycle } from "./_lifecycle.ts";
import { IDLE, ShardLoad } from "./_load.ts";
import { LogLimit } from "./_log_limit.ts";
import { compile, exportedFunction, inspect, scriptGlobals } from "./_script.ts";
import type { ShardCalls, ShardCommand, ShardEvent, ShardFailure } from "./protocol.ts";
import type { ShardSetup } from "./setup.ts";

/** Above this much that was not sent yet, deltas wait: they only get larger, not more. */
const MAX_BACKLOG_BYTES = 1 << 20;
/** Above this much, samples are discarded: they only get more. */
const MAX_SAMPLE_BACKLOG_BYTES = 8 << 20;

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
  #scope = new ScriptScope(NO_SECRETS);
  #env: Readonly<Record<string, string>> = {};
  #options: RunOptions | null = null;
  #load: ShardLoad | null = null;
  #lifecycle: Promise<Lifecycle> | null = null;
  #failed = false;
  /** Where an output asked for every sample. */
  #samples: SampleStream | null = null;
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
      image: ({ name, from, to }) =>
        Promise.resolve(this.#scope.sharedBytes(name, from, to).toBase64()),
      prepare: (args) => this.#onPrepare(args),
      setup: () => this.#onSetup(),
      start: (args) => this.#onStart(args),
      control: (command) => {
        this.#load?.control(command);
        return Promise.resolve(null);
      },
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
    if (args.samples) {
      this.#samples = new SampleStream(this.#registry, {
        now: () => this.#clock.now(),
        onFull: () => this.#sendSamples(),
      });
    }
    const beat = setInterval(() => {
      if (this.#port.backlogBytes() === 0) this.#post({ kind: "heartbeat" });
    }, args.heartbeatMs);
    this.#cleanups.push(
      () => clearInterval(beat),
      installGlobals(args.env, await scriptGlobals(args.source)),
    );
    const scope = this.#scope = new ScriptScope(args.secrets, args.images);
    const script = await compile(args.source, this.#setup, scope);
    this.#script = script;
    this.#thrown = new ThrowLog((entry) => this.log(entry), script.describeStack);
    this.#cleanups.push(guardErrors((error) => this.#load?.isOver || this.#thrown.add(error)));
    return await inspect(script, this.#setup, this.#registry, scope);
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
      fail: (reason) => this.#fail(reason),
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

  async #onStart({ startAt, sentAt, data, joinAt }: ShardCalls["start"]["args"]): Promise<null> {
    const load = this.#load;
    if (load === null) throw new DownpourError("shard_protocol", "start before prepare");
    const ended = new AbortController();
    this.#cleanups.push(() => ended.abort());
    this.#sendRegularly(ended.signal);
    try {
      const here = (at: number) => onThisClock(at, sentAt, this.#clock.now());
      await load.run(here(startAt), data, joinAt && here(joinAt));
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
  #instance(): Promise<Lifecycle> {
    return this.#lifecycle ??= this.#makeInstance();
  }

  async #makeInstance(): Promise<Lifecycle> {
    const [script, options] = [this.#script, this.#options];
    if (script === null || options === null) {
      throw new DownpourError("shard_protocol", "call before prepare");
    }
    const made = await makeLifecycle({
      script,
      options,
      registry: this.#registry,
      setup: this.#setup,
      env: this.#env,
      abort: (reason) => this.#abort(reason),
      fail: (reason) => this.#fail(reason),
      instance: () => this.#load?.instance() ?? NO_TOTALS,
    });
    this.#cleanups.push(() => made.close());
    return made;
  }

  #abort(reason: string): void {
    this.#load?.stop(true);
    this.#post({ kind: "abort", reason });
  }

  /** Said once: an iteration that fails the test is rarely the only one. */
  #fail(reason: string): void {
    if (this.#failed) return;
    this.#failed = true;
    this.#post({ kind: "fail", reason });
  }

  /** The first time a little earlier, so that whoever looks once a second sees all of it. */
  async #sendRegularly(end: AbortSignal): Promise<void> {
    for (let waitMs = this.#deltaMs * 0.9;; waitMs = this.#deltaMs) {
      await this.#clock.sleep(waitMs, end);
      if (end.aborted) return;
      this.#logs.flush();
      this.#sendSamples();
      const samplesBytes = this.#samples === null ? 0 : MAX_SAMPLE_BACKLOG_BYTES;
      if (this.#port.backlogBytes() < samplesBytes + MAX_BACKLOG_BYTES) this.#sendDelta();
    }
  }

  /** Sends what was sampled; what would wait behind too much is discarded and counted. */
  #sendSamples(): void {
    const stream = this.#samples;
    if (stream === null || !stream.pending) return;
    if (this.#port.backlogBytes() > MAX_SAMPLE_BACKLOG_BYTES) stream.discard();
    else this.#post({ kind: "samples", batch: stream.take() });
  }

  /** Everything that is left, however much waits before it: it is bounded. */
  #sendDeltas(): void {
    const batch = this.#samples?.take();
    if (batch !== undefined && batch.length > 0) this.#post({ kind: "samples", batch });
    do this.#sendDelta(); while (this.#encoder.pending);
  }

  #sendDelta(): void {
    const status = this.#load?.status() ?? IDLE;
    const { failures } = this.#registry;
    for (let some = failures.take(); some.length > 0; some = failures.take()) {
      this.#post({ kind: "failures", samples: some });
    }
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

function badSummary(why: string): DownpourError {
  return new DownpourError("summary_invalid", `handleSummary must return texts by path: ${why}`);
}
