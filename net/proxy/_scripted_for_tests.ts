import { Buffer } from "node:buffer";
import type { Conn } from "../conn.ts";
import { type ProxyOption, readProxy } from "./options.ts";
import { tunnel } from "./tunnel.ts";

/** A connection whose peer says what a test wants, in pieces of `step` bytes, then ends. */
export class ScriptedConn implements Conn {
  /** All that was written. */
  readonly written: number[] = [];
  /** How many times it was closed. */
  closes = 0;
  /** How many bytes of the answer were read. */
  taken = 0;
  readonly #answer: Uint8Array;
  readonly #step: number;

  constructor(answer: Uint8Array | string, step: number = Infinity) {
    this.#answer = typeof answer === "string" ? Buffer.from(answer, "latin1") : answer;
    this.#step = step;
  }

  read(buffer: Uint8Array): Promise<number | null> {
    const left = this.#answer.length - this.taken;
    if (left === 0) return Promise.resolve(null);
    const count = Math.min(buffer.length, this.#step, left);
    buffer.set(this.#answer.subarray(this.taken, this.taken + count));
    this.taken += count;
    return Promise.resolve(count);
  }

  /** Takes three bytes at most. */
  write(data: Uint8Array): Promise<number> {
    const part = data.subarray(0, 3);
    this.written.push(...part);
    return Promise.resolve(part.length);
  }

  closeWrite(): Promise<void> {
    return Promise.resolve();
  }

  close(): void {
    this.closes++;
  }

  ref(): void {}
  unref(): void {}

  /** What was written, as text. */
  get text(): string {
    return Buffer.from(this.written).toString("latin1");
  }
}

/** Asks for a tunnel to `example.org:443`, or another target, over a connection. */
export function tunnelOver(
  conn: Conn,
  option: ProxyOption,
  target: { host: string; port: number } = { host: "example.org", port: 443 },
  signal: AbortSignal = new AbortController().signal,
): Promise<Conn> {
  return tunnel(conn, readProxy(option, target)!, target, signal);
}

/** All that a connection still says. */
export async function readRest(conn: Conn): Promise<string> {
  let text = "";
  const buffer = new Uint8Array(7);
  for (let count = await conn.read(buffer); count !== null; count = await conn.read(buffer)) {
    text += Buffer.from(buffer.subarray(0, count)).toString("latin1");
  }
  return text;
}

/** Random numbers from a seed: mulberry32. */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
