/**
 * The page of a run that has gone on for a while, by the page's own path: seconds up to `FROM` are
 * told at once, those after it one a second, until it is ended.
 * `deno run --allow-net=127.0.0.1 hour_for_tests.ts FROM PORT` says when the page is there.
 *
 * @module
 */
import { type MetricContents, type MetricType, Registry } from "../../metrics/mod.ts";
import { duration, fakeRecord, seeded } from "../../results/record_for_tests.ts";
import { resultOf } from "../../results/mod.ts";
import type { RunProgress, RunStatus } from "../../runner/mod.ts";
import { type LivePage, serveLivePage } from "./live_page.ts";

const [ENDPOINTS, SCENARIOS, EACH] = [24, 4, 15];
const TOTAL_MS = 2 * 3_600_000;

/** Serves the page of a run in its second `from`. */
async function serveLong(from: number, port: number): Promise<void> {
  const { options, iterations } = resultOf(fakeRecord({ seconds: 1 }));
  const metrics = new Registry();
  const second = load(metrics);
  let elapsedMs = 0;
  const stand = () => ({
    ...{ phase: "running" as const, paused: false, elapsedMs, totalMs: TOTAL_MS, vus: 40 },
    ...{ vusMax: 50, iterations },
  });
  // More of a status is of no matter to the page.
  const status = () => ({ ...stand(), stopped: false, exitCode: 0, thresholds: [] });
  const run = { name: "an hour", handle: { status: () => status() as unknown as RunStatus } };
  const closed = { api: refuse, refuse: () => Promise.resolve(null) };
  const page: LivePage = await serveLivePage({ hostname: "127.0.0.1", port }, run, closed);
  page.events.planned(options);
  const next = () => {
    elapsedMs += 1000;
    second();
    page.events.progress({ ...stand(), metrics } as unknown as RunProgress);
  };
  while (elapsedMs < from * 1000) next();
  console.log("ready");
  setInterval(next, 1000);
}

const refuse = () => Promise.resolve(new Response(null, { status: 405 }));

/** Adds a second of requests to `metrics` whenever it is called. */
function load(metrics: Registry): () => void {
  const random = seeded(1);
  const sinkOf = (
    name: string,
    type: MetricType,
    tags: Record<string, string>,
    contains: MetricContents = "default",
  ) => metrics.sink({ name, type, contains }, metrics.tags.withAll(tags));
  const endpoints = Array.from({ length: ENDPOINTS }, (_, i) => {
    const tags = {
      ...{ name: `http://127.0.0.1:8000/${i}`, method: i % 3 === 0 ? "POST" : "GET" },
      ...{ scenario: `scenario ${i % SCENARIOS}`, proto: "HTTP/1.1" },
    };
    const sinks = (status: string) => ({
      requests: sinkOf("http_reqs", "counter", { ...tags, status }),
      failed: sinkOf("http_req_failed", "rate", { ...tags, status }),
      time: sinkOf("http_req_duration", "trend", { ...tags, status }, "time"),
      iterations: sinkOf("iterations", "counter", { scenario: tags.scenario }),
      iteration: sinkOf("iteration_duration", "trend", { scenario: tags.scenario }, "time"),
      received: sinkOf("data_received", "counter", { scenario: tags.scenario }, "data"),
    });
    return { median: 2 + i, good: sinks("200"), bad: sinks("503") };
  });
  const vus = sinkOf("vus", "gauge", {});
  return () => {
    for (const { median, good, bad } of endpoints) {
      for (let n = 0; n < EACH; n++) {
        const hasFailed = random() < 0.02;
        const to = hasFailed ? bad : good;
        const ms = duration(random, median, 6);
        to.requests.add(1);
        to.failed.add(hasFailed ? 1 : 0);
        to.time.add(ms);
        to.iterations.add(1);
        to.iteration.add(ms);
        to.received.add(500);
      }
    }
    vus.add(30 + Math.round(random() * 10));
  };
}

if (import.meta.main) await serveLong(Number(Deno.args[0]), Number(Deno.args[1]));
