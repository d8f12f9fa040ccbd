/** The parts of Chromium's trace events that are read (its Trace Event Format). */
export interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  /** Microseconds. */
  readonly ts: number;
  readonly dur?: number;
  /** CPU of the thread, microseconds. */
  readonly tdur?: number;
  readonly args?: { readonly name?: string };
}

/** What is traced: the tasks of threads, and their names. */
export const CATEGORIES: readonly string[] = ["toplevel", "devtools.timeline"];

/** One task of the page's thread: no frame could be shown meanwhile. */
export interface Task {
  /** Milliseconds. */
  readonly at: number;
  readonly ms: number;
  /** Of it on a processor: what the machine's other work does not lengthen. */
  readonly cpuMs: number;
}

/** The tasks of the busiest page of a trace, in their order. */
export function tasksOf(events: readonly TraceEvent[]): Task[] {
  const main = new Set(
    events.filter(({ ph, name, args }) =>
      ph === "M" && name === "thread_name" && args?.name === "CrRendererMain"
    ).map(keyOf),
  );
  const tasks = new Map<string, TraceEvent[]>();
  for (const event of events) {
    if (event.ph !== "X" || !event.name.endsWith("RunTask") || !main.has(keyOf(event))) continue;
    const known = tasks.get(keyOf(event));
    if (known === undefined) tasks.set(keyOf(event), [event]);
    else known.push(event);
  }
  const busy = (all: readonly TraceEvent[]) => all.reduce((sum, { dur = 0 }) => sum + dur, 0);
  const [busiest = []] = [...tasks.values()].sort((a, b) => busy(b) - busy(a));
  return outermost(busiest.toSorted((a, b) => a.ts - b.ts));
}

function keyOf({ pid, tid }: TraceEvent): string {
  return `${pid} ${tid}`;
}

/** Those that are no part of another one. */
function outermost(tasks: readonly TraceEvent[]): Task[] {
  const found: Task[] = [];
  let covered = -Infinity;
  for (const { ts, dur = 0, tdur = 0 } of tasks) {
    if (ts + dur <= covered) continue;
    found.push({ at: ts / 1000, ms: dur / 1000, cpuMs: tdur / 1000 });
    covered = ts + dur;
  }
  return found;
}

/** Of a second with nothing longer nothing was told, milliseconds. */
const NOTHING_MS = 1;

/** The longest task of each second in which something was told. */
export function longestBySecond(tasks: readonly Task[]): Task[] {
  const begin = tasks[0]?.at ?? 0;
  const longest = new Map<number, Task>();
  for (const task of tasks) {
    const second = Math.floor((task.at - begin) / 1000);
    if (task.ms > (longest.get(second)?.ms ?? -1)) longest.set(second, task);
  }
  return [...longest].sort(([a], [b]) => a - b).map(([, task]) => task)
    .filter(({ cpuMs }) => cpuMs >= NOTHING_MS);
}
