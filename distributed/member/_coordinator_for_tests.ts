import assert from "node:assert/strict";
import { VERSION } from "../../internal/mod.ts";
import { DeltaDecoder, Registry, SampleDecoder } from "../../metrics/mod.ts";
import { parseOptions } from "../../runner/mod.ts";
import {
  decodeEvent,
  FrameDecoder,
  type ShardCalls,
  type ShardCommand,
  type ShardEvent,
  type ShardStatus,
  WHOLE,
} from "../../runner/remote/mod.ts";
import type { Bus } from "../bus/bus.ts";
import {
  beatSubject,
  clockSubject,
  downSubject,
  endKey,
  jobQueue,
  leaseKey,
  specKey,
  upSubject,
} from "../names.ts";
import {
  CLOSE,
  CONFIRM,
  encodeMessage,
  type PartBeat,
  type PartJob,
  PROTOCOL,
  readCommandAnswer,
  readPartBeat,
  RecordReader,
} from "../wire/mod.ts";
import type { TestPool } from "./_pool_for_tests.ts";

/** The coordinator of one part, as simple as can be. */
export class TestCoordinator {
  readonly metrics = new Registry();
  readonly events: ShardEvent[] = [];
  readonly beats: PartBeat[] = [];
  readonly sampleTimes: number[] = [];
  records = new RecordReader();
  status: ShardStatus | null = null;
  readonly bus: Bus;
  readonly #deltas = new DeltaDecoder(this.metrics);
  readonly #samples = new SampleDecoder(new Registry());
  readonly #over = new AbortController();

  constructor(
    readonly pool: TestPool,
    readonly name: string = "coordinator",
    readonly epoch: number = 1,
    readonly runId: string = "r",
  ) {
    this.bus = pool.servers.bus(name);
  }

  get samplesLost(): number {
    return this.#samples.lost;
  }

  /** Begins to listen; and offers the part to an agent, unless it is taken over. */
  async begin(job: Partial<PartJob> = {}, agent: string | null = "a"): Promise<void> {
    const { bus, runId } = this;
    const { signal } = this.#over;
    await bus.live.handle(
      clockSubject(runId),
      () => encodeMessage({ epoch: this.epoch, now: this.pool.clock.now() }),
      signal,
    );
    await bus.live.handle(
      beatSubject(runId, 0),
      (bytes) => void this.beats.push(readPartBeat(bytes)),
      signal,
    );
    void this.#renew(signal);
    void bus.log.read(upSubject(runId, 0), ({ bytes }) => this.#record(bytes), signal);
    if (agent === null) return;
    await bus.keys.put(specKey(runId), encodeMessage({}));
    const whole: PartJob = {
      protocol: PROTOCOL,
      version: VERSION,
      run: runId,
      part: 0,
      permissions: { allowNet: [], allowRead: [] },
      shards: null,
      signature: null,
      signer: null,
      beatMs: 250,
      ...job,
    };
    await bus.jobs.offer(jobQueue(agent), `${runId}.0`, encodeMessage(whole));
  }

  /** Sends a command until it is taken; whether it was. */
  async send(key: string, command: ShardCommand | null): Promise<boolean> {
    const { bus, epoch, runId, pool } = this;
    for (let n = 0; n < 300; n++) {
      try {
        const bytes = await bus.live.request(
          downSubject(runId, 0),
          encodeMessage({
            epoch,
            key,
            command: command === null ? null : JSON.stringify(command),
            blob: null,
            confirmed: this.records.merged,
          }),
          1000,
        );
        return readCommandAnswer(bytes).taken;
      } catch {
        await pool.clock.sleep(100);
      }
    }
    throw new Error(`no answer to ${key}; said: ${pool.said.join("; ")}`);
  }

  /** Calls the part and waits for its answer. */
  async call<K extends keyof ShardCalls>(
    call: K,
    id: number,
    args: ShardCalls[K]["args"],
  ): Promise<ShardEvent> {
    await this.send(call, { id, call, args } as ShardCommand);
    return await this.answer(id);
  }

  async answer(id: number): Promise<ShardEvent> {
    const find = () =>
      this.events.find((event) =>
        (event.kind === "answer" || event.kind === "failure") && event.id === id
      );
    await this.pool.until(`answer ${id}`, () => find() !== undefined);
    return find()!;
  }

  async load(options: object, given: { samples?: boolean } = {}): Promise<ShardEvent> {
    const put = (value: unknown) => this.bus.blobs.put(encodeMessage(value as object));
    const source = await put({ kind: "builtin", name: "count", args: options });
    const images = await put([]);
    const args = {
      source: { blob: source },
      images: { blob: images },
      env: {},
      secrets: { values: {}, named: {} },
      heartbeatMs: 250,
      deltaMs: 1000,
      samples: given.samples ?? false,
    } as unknown as ShardCalls["load"]["args"];
    return await this.call("load", 1, args);
  }

  prepare(options: Record<string, unknown>): Promise<ShardEvent> {
    return this.call("prepare", 2, { options: parseOptions(options), segment: WHOLE });
  }

  start(leadMs: number = 500): Promise<ShardEvent> {
    const now = this.pool.clock.now();
    const startAt = now + leadMs;
    return this.call("start", 4, { startAt, sentAt: now, data: null, joinAt: null });
  }

  /** Has the part say goodbye, and the run end. */
  async close(): Promise<void> {
    // Whether it was taken may never be heard: a part that has said goodbye goes.
    this.send(CLOSE, null).catch(() => {});
    await this.pool.until("goodbye", () => this.records.end !== null);
    await this.send(CONFIRM, null).catch(() => {});
    await this.bus.keys.put(endKey(this.runId), encodeMessage({}));
  }

  stop(): void {
    this.#over.abort();
  }

  /** Says that it lives, as the lease of a coordinator does. */
  async #renew(signal: AbortSignal): Promise<void> {
    const { bus, runId, epoch, name: holder, pool } = this;
    for (let beat = 0; !signal.aborted; beat++) {
      await bus.keys.put(leaseKey(runId), encodeMessage({ holder, epoch, beat })).catch(() => {});
      await pool.clock.sleep(1000, signal);
    }
  }

  #record(bytes: Uint8Array): void {
    for (const message of this.records.push(bytes)) {
      for (const frame of new FrameDecoder().push(message)) this.#on(decodeEvent(frame));
    }
  }

  #on(event: ShardEvent): void {
    this.events.push(event);
    if (event.kind === "delta") {
      this.#deltas.apply(event.metrics);
      this.status = event.status;
    } else if (event.kind === "samples") {
      const { length, times } = this.#samples.decode(event.batch);
      this.sampleTimes.push(...times.subarray(0, length));
    }
  }
}

/** All that the iterations of a run counted. */
export function iterations({ metrics }: TestCoordinator): number {
  const found = metrics.select("iterations", {});
  return found?.type === "counter" ? found.total : NaN;
}

/** Loads a part, and has it do all of its load. */
export async function wholeRun(
  run: TestCoordinator,
  options: Record<string, unknown>,
): Promise<void> {
  assert.equal((await run.load(options)).kind, "answer");
  assert.equal((await run.prepare(options)).kind, "answer");
  assert.equal((await run.start()).kind, "answer");
}
