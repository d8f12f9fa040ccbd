import assert from "node:assert/strict";
import {
  currentContext,
  type Metric,
  type MetricContents,
  type MetricType,
  Registry,
  type SampleBatch,
} from "../metrics/mod.ts";
import {
  type RunInfo,
  type RunOutput,
  type RunResult,
  SendError,
  startRun,
} from "../runner/mod.ts";
import type { OutputEnv } from "./_env.ts";

/** A metric in one line. */
export function metric(
  name: string,
  type: MetricType,
  contains: MetricContents = "default",
): Metric {
  return { name, type, contains };
}

/** A registry to which values are added. */
export function totals() {
  const metrics = new Registry();
  return {
    metrics,
    add(of: Metric, tags: Readonly<Record<string, string>>, ...values: number[]) {
      const sink = metrics.sink(of, metrics.tags.withAll(tags));
      for (const value of values) sink.add(value);
    },
  };
}

/** A sample: metric, tags, milliseconds since the epoch, value. */
export type GivenSample = readonly [
  of: Metric,
  tags: Readonly<Record<string, string>>,
  ms: number,
  value: number,
];

/** Samples side by side, as outputs take them. */
export function samplesOf(given: readonly GivenSample[]): SampleBatch {
  const { metrics, add } = totals();
  const series = given.map(([of, tags, , value]) => {
    add(of, tags, value);
    const own = metrics.tags.withAll(tags);
    return [...metrics.series(of.name)].find((one) => one.tags === own)!;
  });
  return {
    length: given.length,
    series,
    times: Float64Array.from(given, ([, , ms]) => ms),
    values: Float64Array.from(given, ([, , , value]) => value),
  };
}

/** Variables as outputs read them. */
export function envOf(variables: Readonly<Record<string, string>> = {}): OutputEnv {
  return (name) => variables[name];
}

/** What an output puts when it is flushed with totals. */
export function flushed(
  output: RunOutput,
  metrics: Registry,
  time: number,
  final = false,
): { payload: Uint8Array; count: number }[] {
  const puts: { payload: Uint8Array; count: number }[] = [];
  const put = (payload: Uint8Array, count: number) => void puts.push({ payload, count });
  output.flush?.({ metrics, elapsedMs: 0, time, final }, { put });
  return puts;
}

/** What a run says of itself at its start. */
export const INFO: RunInfo = {
  name: "load.ts",
  id: "8a2b1d0c-0000-4000-8000-000000000000",
  options: {} as RunInfo["options"],
  shards: 1,
  startedAt: 1_700_000_000_000,
};

/** Sends once, without a time limit. */
export async function sent(output: RunOutput, payload: Uint8Array): Promise<void> {
  await output.send!(payload, new AbortController().signal);
}

/** A request as a server got it. */
export interface Got {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  readonly headers: Headers;
  readonly body: Uint8Array;
}

/** An HTTP server that answers as it is told, and what it was asked. */
export async function withServer<T>(
  answer: (got: Got) => Response,
  use: (origin: string, requests: Got[]) => Promise<T>,
): Promise<T> {
  const requests: Got[] = [];
  const onListen = () => {};
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen }, async (request) => {
    const { method, url } = request;
    const { pathname, search } = new URL(url);
    const headers = new Headers(request.headers);
    const got = { method, target: pathname + search, headers, body: await request.bytes() };
    requests.push(got);
    return answer(got);
  });
  try {
    return await use(`http://127.0.0.1:${server.addr.port}`, requests);
  } finally {
    await server.shutdown();
  }
}

/** Checks how an output takes each status: whether it would send the payload again, and when. */
export async function checkStatuses(
  make: (origin: string) => RunOutput,
  statuses: readonly (readonly [status: number, outcome: "sent" | "retried" | "refused"])[],
): Promise<void> {
  for (const [status, outcome] of statuses) {
    const empty = status === 204 || status === 304;
    const answer = () =>
      new Response(empty ? null : "no\n room", {
        status,
        headers: { "retry-after": "7", location: "/elsewhere" },
      });
    await withServer(answer, async (origin) => {
      const trial = sent(make(origin), new Uint8Array([1]));
      if (outcome === "sent") return await trial;
      await assert.rejects(trial, (error) => {
        assert.ok(error instanceof SendError, String(error));
        const retry = outcome === "retried";
        assert.deepEqual([status, error.retry, error.retryAfterMs], [
          status,
          retry,
          retry ? 7000 : 0,
        ]);
        assert.match(error.message, new RegExp(` answers ${status}${empty ? "$" : ": no room$"}`));
        return true;
      });
    });
  }
}

const ORDERS = metric("orders", "counter");
const BASKET = metric("basket", "trend", "time");

/** Metrics that the iterations of `runWith` record, beside those of the engine. */
export async function runWith(
  outputs: readonly RunOutput[],
  iterations: number,
): Promise<RunResult> {
  const { result } = startRun({
    source: { kind: "builtin", name: "shop", args: null, title: "shop" },
    overrides: { vus: 2, iterations, tags: { testid: "shop 1" } },
    env: {},
    inline: true,
    shardEntry: new URL(import.meta.url),
    setup: {
      modules: {},
      builtins: {
        shop: () => ({
          default() {
            const { recorder, tags } = currentContext();
            recorder.sink(ORDERS, tags).add(3);
            recorder.sink(BASKET, tags).add(250);
          },
        }),
      },
    },
    allowNet: [],
    allowRead: [],
    outputs,
  });
  return await result;
}
