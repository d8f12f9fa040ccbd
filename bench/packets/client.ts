/**
 * A client of `bench packets`, a process of its own: `…_client.ts JSON`. Loads the server all the
 * time, and prints what it did between a lead and the end, as JSON.
 *
 * @module
 */
import process from "node:process";
import type { Traffic } from "./cases.ts";
import type { PacketFigure } from "./figure.ts";

/** What to do. */
export interface ClientTask {
  readonly traffic: Traffic;
  readonly port: number;
  readonly sessions: number;
  readonly bytes: number;
  readonly bareBytes: number;
  /** Path of the parser that answers. */
  readonly guest: string;
  readonly seconds: number;
}

/** Traffic that has begun. */
export interface Running {
  /** How much there was so far. */
  count(): number;
  close(): void;
}

/** How one side does each. */
export type Side = Readonly<Record<Traffic, (task: ClientTask) => Promise<Running>>>;

/** At the beginning, not counted: the code gets compiled. */
const LEAD_SECONDS = 1.5;

const delay = (seconds: number) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));

/** Does what the first argument says. */
export async function runClient(side: Side): Promise<void> {
  const task = JSON.parse(Deno.args[0]!) as ClientTask;
  const rss = Deno.memoryUsage().rss;
  const running = await side[task.traffic](task);
  await delay(LEAD_SECONDS);
  const [count, begin, cpu] = [running.count(), performance.now(), process.cpuUsage()];
  await delay(task.seconds);
  const done = running.count() - count;
  const seconds = (performance.now() - begin) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  const figure: PacketFigure = {
    perSecond: done / seconds,
    cpuUs: (user + system) / done,
    bytesEach: (Deno.memoryUsage().rss - rss) / task.sessions,
  };
  console.log(JSON.stringify(figure));
  running.close();
  Deno.exit(0); // Reads and writes are under way.
}
