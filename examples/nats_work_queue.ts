/**
 * A JetStream work queue: jobs come in at a fixed rate, and four workers pull, do and acknowledge
 * them. Each job has an id, so that one published twice is stored once. At the end nothing may be
 * left in the queue.
 *
 *     deno task demo:nats
 *
 * does that against a server of its own. To run it against yours:
 *
 *     deno task downpour run examples/nats_work_queue.ts -e NATS_URL=nats://10.0.0.5:4222
 */
import { check, Counter, env, scenario, Trend } from "@downpour/downpour";
import nats from "@downpour/downpour/nats";

const RATE = 200;
const SECONDS = 3;
const STREAM = "JOBS";
const WORKERS = "workers";

export const options = {
  scenarios: {
    fill: {
      executor: "constant-arrival-rate",
      rate: RATE,
      duration: `${SECONDS}s`,
      gracefulStop: "2s",
      preAllocatedVUs: 20,
      maxVUs: 20,
      exec: "fill",
    },
    // The workers go on for two seconds after the last job.
    work: {
      executor: "constant-vus",
      vus: 4,
      duration: `${SECONDS + 2}s`,
      gracefulStop: "2s",
      exec: "work",
    },
  },
  thresholds: {
    checks: ["rate==1"],
    nats_publish_duration: ["p(95)<100"],
    time_in_queue: ["p(95)<100"],
    jobs_done: [`count>=${RATE * SECONDS * 0.95}`],
    nats_errors: ["count==0"],
  },
};

const jobsDone = new Counter("jobs_done");
const timeInQueue = new Trend("time_in_queue", true);

// Module level runs once for each virtual user: each has a connection of its own, before the load.
const js = nats.jetStream(
  await nats.connect({ urls: [env.NATS_URL ?? "nats://127.0.0.1:4222"] }),
);

/** Makes the queue and its one consumer, which all workers share. */
export async function setup(): Promise<void> {
  await js.addStream(nats.streamConfig({
    name: STREAM,
    subjects: ["jobs.>"],
    retention: "workqueue",
    storage: "memory",
  }));
  const consumer = { stream: STREAM, durable: WORKERS, ackPolicy: "explicit", ackWait: 5 } as const;
  await js.addConsumer(STREAM, nats.consumerConfig(consumer));
}

/** Adds a job; the stream has it once this returns. */
export async function fill(): Promise<void> {
  const id = `job-${scenario.iterationInTest}`;
  const ack = await js.publish("jobs.resize", { id, addedAt: Date.now() }, { msgID: id });
  check(ack, {
    "job is in the stream": ({ stream, duplicate }) => stream === STREAM && !duplicate,
  });
}

let jobs: ReturnType<typeof js.pullSubscribe> | undefined;

/** Takes the next job, if one comes within half a second, and does it. */
export async function work(): Promise<void> {
  jobs ??= js.pullSubscribe(STREAM, "jobs.>", WORKERS);
  for (const job of await js.pullMessages(await jobs, 1, 500)) {
    const { addedAt } = job.json() as { addedAt: number };
    timeInQueue.add(Math.max(0, Date.now() - addedAt));
    job.ack();
    jobsDone.add(1);
  }
}

/** Looks that nothing is left, and removes the queue. */
export async function teardown(): Promise<void> {
  const { state } = await js.getStreamInfo(STREAM);
  check(state, { "queue is empty": ({ messages }) => messages === 0 });
  await js.deleteStream(STREAM);
}
