import { type JobCounts, NO_COUNTS } from "../job.ts";
import { JOB_STATES } from "../job_states.ts";
import type { JobQueue } from "../queue.ts";
import type { AgentStore } from "../store/mod.ts";

/** What the server has counted. */
export interface ServedCounts {
  /** Answers by `METHOD PATH STATUS`. */
  readonly answers: Map<string, number>;
  uploads: number;
  uploadedBytes: number;
  readonly startedAtMs: number;
}

const COUNTS = Object.keys(NO_COUNTS) as (keyof JobCounts)[];

/** The agent in Prometheus' text format 0.0.4. */
export function prometheusText(store: AgentStore, queue: JobQueue, served: ServedCounts): string {
  const states = new Map<string, number>(JOB_STATES.map((state) => [state, 0]));
  const sums = { ...NO_COUNTS } as Record<keyof JobCounts, number>;
  for (const { job } of store.jobs.all()) {
    states.set(job.state, (states.get(job.state) ?? 0) + 1);
    for (const name of COUNTS) sums[name] += job.counts[name];
  }
  const lines: string[] = [];
  const family = (name: string, type: string, help: string, samples: [string, number][]) => {
    lines.push(`# HELP downpour_agent_${name} ${help}`, `# TYPE downpour_agent_${name} ${type}`);
    for (const [labels, value] of samples) {
      lines.push(`downpour_agent_${name}${labels} ${value}`);
    }
  };
  const up = (performance.now() - served.startedAtMs) / 1000;
  family("up_seconds", "gauge", "Time since the agent began", [["", up]]);
  family(
    "jobs",
    "gauge",
    "Jobs that are kept, by state",
    [...states].map(([state, count]) => [`{state="${state}"}`, count]),
  );
  family("queue_length", "gauge", "Jobs that wait", [["", queue.length]]);
  family(
    "job_counts",
    "gauge",
    "What the jobs that are kept have done",
    COUNTS.map((name) => [`{of="${snakeCase(name)}"}`, sums[name]]),
  );
  family("uploads_total", "counter", "Uploads that were stored", [["", served.uploads]]);
  family("uploaded_bytes_total", "counter", "Bytes of them", [["", served.uploadedBytes]]);
  family("stored_bytes", "gauge", "Bytes of all uploads", [["", store.uploads.bytes]]);
  family(
    "http_requests_total",
    "counter",
    "Answers by method, path and status",
    [...served.answers].map(([key, count]) => {
      const [method, path, status] = key.split(" ");
      return [`{method="${method}",path="${path}",status="${status}"}`, count];
    }),
  );
  return `${lines.join("\n")}\n`;
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
