import { PacketError } from "../errors.ts";
import { FAULTS, type GuestLoop, instantiate, STEPS } from "./_instance.ts";
import { limitedLog } from "./_limited_log.ts";
import type { GuestFunction } from "./check.ts";
import type { CompiledGuest } from "./compile.ts";

/**
 * Why a packet got no response: the guest gave none (`none`), trapped (`trap`), or broke its
 * contract; `too_large`: the host has no room for the packet or the response.
 */
export type EmptyReason =
  | "none"
  | "trap"
  | "alloc_failed"
  | "alloc_out_of_bounds"
  | "response_out_of_bounds"
  | "too_large";

/** What a guest did so far. */
export interface GuestStats {
  /** Packets it was given. */
  packets: number;
  /** Headers it was given. */
  headers: number;
  /** Calls that trapped, by function. */
  readonly traps: Record<GuestFunction, number>;
  /** Packets without a response, by reason. */
  readonly empty: Record<EmptyReason, number>;
  /** Instances that were given up for a new one. */
  replaced: number;
  /** True once it trapped 100 times in a row: it is called no more. */
  broken: boolean;
}

/** Who hears of what guests do. */
export interface GuestOptions {
  /** Each call that trapped. Stack overflows and thrown exceptions are traps too. */
  readonly onTrap?: (name: GuestFunction, error: unknown) => void;
  /** Each packet without a response. */
  readonly onEmpty?: (reason: EmptyReason) => void;
  /** Lines about traps for people, 5 in 10 s at most. */
  readonly log?: (line: string) => void;
  /** Milliseconds that only rise, for `log`. Default `performance.now`. */
  readonly clock?: () => number;
}

/** A running packet parser: one a shard, for all its sessions. Nothing here waits. */
export interface Guest {
  /** Whether it reads headers: `bodySize` may be called. */
  readonly hasHeader: boolean;
  /** What it did so far. */
  readonly stats: GuestStats;
  /** The response to the packet of last is at its beginning, until the next call of anything. */
  readonly buffer: Uint8Array;
  /**
   * Hands a packet (header and body, or a datagram) to `handle_body`.
   *
   * @param bytes hold the packet from `start` (default 0) to before `end` (default: their end)
   * @returns bytes of the response, which are in `buffer`; 0 without one
   * @throws {PacketError} `guest_broken` with the 100th trap in a row, and from then on
   */
  respond(bytes: Uint8Array, start?: number, end?: number): number;
  /**
   * Hands a header to `handle_header`: how many bytes of body follow it. 0 is a packet that is all
   * header.
   *
   * @throws {PacketError} `header_invalid` when it is negative, or could not be found out;
   * `guest_broken` as `respond`
   */
  bodySize(bytes: Uint8Array, start?: number, end?: number): number;
}

const PAGE = 65_536;
/** Traps in a row after which a guest is called no more. */
const BREAKER = 100;
/** Bytes up to which a copy byte by byte is faster than a view and its copy. */
const SMALL = 32;

/** Starts a packet parser. @throws {PacketError} `guest_invalid` when it can't be instantiated */
export function createGuest(compiled: CompiledGuest, options: GuestOptions = {}): Guest {
  return new LoopedGuest(compiled, options);
}

class LoopedGuest implements Guest {
  readonly stats: GuestStats = {
    packets: 0,
    headers: 0,
    traps: { alloc: 0, dealloc: 0, handle_body: 0, handle_header: 0 },
    empty: {
      ...{ none: 0, trap: 0, alloc_failed: 0, alloc_out_of_bounds: 0, response_out_of_bounds: 0 },
      too_large: 0,
    },
    replaced: 0,
    broken: false,
  };
  buffer: Uint8Array;
  readonly #compiled: CompiledGuest;
  readonly #options: GuestOptions;
  readonly #log: (line: string) => void;
  readonly #memory: WebAssembly.Memory;
  #loop: GuestLoop;
  /** Traps since a packet went through. */
  #trapsInRow = 0;
  /** Whether this instance trapped: it may have lost a packet's memory and some of its stack. */
  #damaged = false;
  #brokenBy: unknown;

  constructor(compiled: CompiledGuest, options: GuestOptions) {
    this.#compiled = compiled;
    this.#options = options;
    const { log = () => {}, clock = () => performance.now() } = options;
    this.#log = limitedLog(log, clock);
    this.#memory = new WebAssembly.Memory({ initial: 1, maximum: compiled.maxPages });
    this.buffer = new Uint8Array(this.#memory.buffer);
    this.#loop = instantiate(compiled, this.#memory);
  }

  get hasHeader(): boolean {
    return this.#compiled.hasHeader;
  }

  respond(bytes: Uint8Array, start = 0, end: number = bytes.length): number {
    if (this.stats.broken) throw this.#brokenError();
    this.stats.packets++;
    if (!this.#stage(bytes, start, end)) return this.#noResponse("too_large");
    let size: number;
    try {
      size = this.#loop.respond(end - start);
    } catch (error) {
      this.#noResponse("trap");
      this.#trapped(error);
      return 0;
    }
    this.#trapsInRow = 0;
    if (size <= 0) return this.#noResponse(size === 0 ? "none" : this.#fault());
    // The loop makes the memory longer for a long response, which detaches the view.
    if (size > this.buffer.length) this.buffer = new Uint8Array(this.#memory.buffer);
    return size;
  }

  bodySize(bytes: Uint8Array, start = 0, end: number = bytes.length): number {
    if (this.stats.broken) throw this.#brokenError();
    this.stats.headers++;
    if (!this.#stage(bytes, start, end)) throw headerError(`it has ${end - start} bytes`);
    let size: number;
    try {
      size = this.#loop.bodySize(end - start);
    } catch (error) {
      const name = this.#trapped(error);
      throw headerError(`${name} trapped`, error);
    }
    if (size >= 0) return size;
    const fault = FAULTS[this.#loop.fault.value as number];
    if (fault === "negative") throw headerError(`handle_header says ${size} bytes of body`);
    throw headerError(fault === "alloc_failed" ? "alloc gave 0" : "alloc gave no valid place");
  }

  /** Copies to where the loop takes it from. False when there is no room. */
  #stage(bytes: Uint8Array, start: number, end: number): boolean {
    const size = end - start;
    if (!(start >= 0 && size >= 0 && end <= bytes.length)) {
      throw new RangeError(`bytes ${start} to ${end} of a packet in ${bytes.length} bytes`);
    }
    if (size > this.buffer.length && !this.#makeRoom(size)) return false;
    const buffer = this.buffer;
    if (size === bytes.length) {
      buffer.set(bytes);
    } else if (size > SMALL) {
      buffer.set(bytes.subarray(start, end));
    } else {
      for (let i = 0; i < size; i++) buffer[i] = bytes[start + i]!;
    }
    return true;
  }

  #makeRoom(size: number): boolean {
    const more = Math.ceil((size - this.#memory.buffer.byteLength) / PAGE);
    try {
      if (more > 0) this.#memory.grow(more);
    } catch {
      return false;
    }
    this.buffer = new Uint8Array(this.#memory.buffer);
    return true;
  }

  #fault(): EmptyReason {
    const reason = FAULTS[this.#loop.fault.value as number] as EmptyReason;
    // What a trap left behind may be why there is no memory.
    if (reason === "alloc_failed" && this.#damaged) this.#replace();
    return reason;
  }

  #noResponse(reason: EmptyReason): 0 {
    this.stats.empty[reason]++;
    this.#options.onEmpty?.(reason);
    return 0;
  }

  /** Counts a trap, and decides how to go on. */
  #trapped(error: unknown): GuestFunction {
    const name = STEPS[this.#loop.step.value as number] ?? "alloc";
    this.stats.traps[name]++;
    this.#trapsInRow++;
    this.#options.onTrap?.(name, error);
    this.#log(`${name} of the guest trapped: ${describe(error)}`);
    if (this.#trapsInRow >= BREAKER) {
      this.stats.broken = true;
      this.#brokenBy = error;
      throw this.#brokenError();
    }
    // After `dealloc` its allocator is in doubt, after an overflow its stack, and a second trap in
    // a row may be for what the first one left behind.
    const overflow = error instanceof RangeError;
    if (name === "dealloc" || overflow || this.#trapsInRow > 1) this.#replace();
    else this.#damaged = true;
    return name;
  }

  #replace(): void {
    this.stats.replaced++;
    this.#damaged = false;
    try {
      this.#loop = instantiate(this.#compiled, this.#memory);
    } catch (error) {
      this.stats.broken = true;
      this.#brokenBy = error;
      throw this.#brokenError();
    }
  }

  #brokenError(): PacketError {
    const why = this.#trapsInRow >= BREAKER
      ? `it trapped ${BREAKER} times in a row, last with "${describe(this.#brokenBy)}"`
      : "no new instance could be made";
    return new PacketError("guest_broken", `the guest is given up: ${why}`, {
      ...{ phase: "parse", cause: this.#brokenBy },
    });
  }
}

function headerError(why: string, cause?: unknown): PacketError {
  return new PacketError("header_invalid", `the header can't be used: ${why}`, {
    ...{ phase: "header", cause },
  });
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
