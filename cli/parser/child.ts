/**
 * The process that a parser is tried in: it has no permissions, reads its task from standard input
 * and says on standard output how it goes.
 *
 * @module
 */
import { describeError } from "../../internal/mod.ts";
import { compileGuest, createGuest, type Guest } from "../../wasm/guest/mod.ts";
import type { ProbeLine, ProbeTask } from "./probe.ts";
import { framed, type Trial, trials } from "./trials.ts";

/** How often one packet is given at the end, to find memory that is never freed. */
const REPEATS = 20_000;
const BENCH_SIZES = [64, 1024];
const BENCH_MS = 1000;
/** Packets between two looks at the clock. */
const BATCH = 1000;

const encoder = new TextEncoder();

function say(line: ProbeLine): void {
  let bytes = encoder.encode(`${JSON.stringify(line)}\n`);
  while (bytes.length > 0) bytes = bytes.subarray(Deno.stdout.writeSync(bytes));
}

/** The parser under test, and what is wrong with it, each kind said once. */
class Subject {
  readonly guest: Guest;
  readonly #told = new Set<string>();
  #at = "its beginning";

  constructor(module: Uint8Array) {
    say({ kind: "at", name: "compiling" });
    this.guest = createGuest(compileGuest(module), {
      onTrap: (name, error) => this.fault(`${name} traps`, describeError(error)),
      onEmpty: (reason) => {
        if (reason !== "none" && reason !== "trap" && reason !== "too_large") this.fault(reason);
      },
    });
  }

  fault(what: string, more = ""): void {
    if (this.#told.has(what)) return;
    this.#told.add(what);
    const text = `${what.replaceAll("_", " ")} at ${this.#at}`;
    say({ kind: "fault", text: more === "" ? text : `${text}: ${more}` });
  }

  /** The response to a packet; null once the guest is given up. */
  respond({ name, packet }: Trial): Uint8Array | null {
    this.#at = name;
    try {
      const size = this.guest.respond(packet);
      return this.guest.buffer.slice(0, size);
    } catch (error) {
      this.fault("the guest is given up", describeError(error));
      return null;
    }
  }

  /** Reads a header; one that can't be used ends a session, and is no fault. */
  header({ name, packet }: Trial, size: number): void {
    if (!this.guest.hasHeader || packet.length < size || this.guest.stats.broken) return;
    this.#at = `the header of ${name}`;
    try {
      this.guest.bodySize(packet, 0, size);
    } catch { /* see onTrap */ }
  }
}

function check({ module, packet, header, seed }: ProbeTask): Guest {
  const subject = new Subject(Uint8Array.fromBase64(module));
  const sample = packet === null ? null : Uint8Array.fromBase64(packet);
  for (const trial of trials(header, sample, seed)) {
    say({ kind: "at", name: trial.name });
    subject.header(trial, header);
    const first = subject.respond(trial);
    const second = first === null ? null : subject.respond(trial);
    if (second === null) return subject.guest;
    if (!isSame(first!, second)) subject.fault("the second response is another");
  }
  const again = { name: `one packet ${REPEATS} times`, packet: sample ?? framed(header, 1024) };
  say({ kind: "at", name: again.name });
  for (let i = 0; i < REPEATS && !subject.guest.stats.broken; i++) subject.respond(again);
  return subject.guest;
}

function bench({ module, packet, header }: ProbeTask): Guest {
  const { guest } = new Subject(Uint8Array.fromBase64(module));
  const packets = packet === null
    ? BENCH_SIZES.map((size) => framed(header, Math.max(0, size - header)))
    : [Uint8Array.fromBase64(packet)];
  for (const bytes of packets) {
    say({ kind: "at", name: `a packet of ${bytes.length} bytes` });
    rate(guest, bytes, BENCH_MS / 4); // To warm up.
    say({ kind: "rate", bytes: bytes.length, perSecond: rate(guest, bytes, BENCH_MS) });
  }
  return guest;
}

/** Packets a second. */
function rate(guest: Guest, packet: Uint8Array, ms: number): number {
  const begin = performance.now();
  let count = 0;
  let now = begin;
  while (now - begin < ms) {
    for (let i = 0; i < BATCH; i++) guest.respond(packet);
    count += BATCH;
    now = performance.now();
  }
  return count / (now - begin) * 1000;
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

if (import.meta.main) {
  const task: ProbeTask = await new Response(Deno.stdin.readable).json();
  try {
    const { stats } = task.task === "check" ? check(task) : bench(task);
    say({ kind: "end", stats });
  } catch (error) {
    say({ kind: "fault", text: describeError(error) });
    Deno.exitCode = 1;
  }
}
