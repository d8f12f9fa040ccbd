import { watchTimeout } from "../../expiry.ts";
import { HostError } from "../errors.ts";
import {
  decodeFailure,
  decodeLine,
  encodeCall,
  encodeFrame,
  type Frame,
  FrameType,
  type Plan,
} from "../protocol/mod.ts";
import { type HostProcess, startProcess } from "./process.ts";

/** How long a process may take until it has an instance. */
const START_MS = 60_000;
const NOTHING = new Uint8Array(0);

/** What a pool keeps to. */
export interface PoolLimits {
  readonly processes: number;
  /** Calls of one process at the same time. */
  readonly instances: number;
  readonly maxWaiting: number;
  readonly memoryMb: number;
  /** How long a process may take to answer that it gave a call up: one that spins never does. */
  readonly giveUpMs: number;
}

/** A call, and what happens to it. */
export interface PoolCall {
  /** Index of the function. */
  readonly index: number;
  /** Name for messages. */
  readonly name: string;
  readonly params: Uint8Array;
  readonly deadlineMs: number;
  readonly signal?: AbortSignal | undefined;
  /** A process has it: `send` sends more frames of it. */
  begun?(send: (frame: Uint8Array) => void, id: number): void;
  /** A frame other than result and failure. @throws {HostError} `protocol` */
  frame?(frame: Frame): void;
}

interface Entry {
  readonly id: number;
  readonly call: PoolCall;
  readonly settle: PromiseWithResolvers<Uint8Array>;
  member: Member | null;
  settled: boolean;
  stop(): void;
}

interface Member {
  readonly process: HostProcess;
  readonly entries: Map<number, Entry>;
  ready: boolean;
  /** Ends the wait for calls that were given up. */
  readonly givenUp: Map<number, () => void>;
}

/** Processes that host one component, and the calls that they have or that wait for them. */
export class Pool {
  readonly #plan: Plan;
  readonly #limits: PoolLimits;
  readonly #log: (line: string) => void;
  readonly #members = new Set<Member>();
  readonly #ending = new Set<Promise<void>>();
  /** Calls that wait, oldest first. */
  readonly #waiting = new Map<number, Entry>();
  #nextId = 1;
  #closed = false;

  constructor(plan: Plan, limits: PoolLimits, log: (line: string) => void) {
    this.#plan = plan;
    this.#limits = limits;
    this.#log = log;
  }

  /** Starts the first process; resolves when it has an instance. @throws {HostError} `start_failed` */
  async warm(): Promise<void> {
    const started = Promise.withResolvers<void>();
    this.#start(started);
    await started.promise;
  }

  /** Calls that run or wait. */
  get open(): number {
    let open = this.#waiting.size;
    for (const { entries } of this.#members) open += entries.size;
    return open;
  }

  /** Has a process do a call. @throws {HostError} of the phases `start` and `call` */
  call(call: PoolCall): Promise<Uint8Array> {
    if (this.#closed) return Promise.reject(error("closed", `${call.name}: the host is closed`));
    if (call.signal?.aborted) return Promise.reject(aborted(call));
    const entry: Entry = {
      id: this.#nextId,
      call,
      settle: Promise.withResolvers(),
      member: null,
      settled: false,
      stop: () => {},
    };
    this.#nextId = this.#nextId % 0xffffffff + 1;
    const member = this.#memberWithRoom();
    if (member === null && this.#waiting.size >= this.#limits.maxWaiting) {
      const most = this.#limits.maxWaiting;
      return Promise.reject(
        error("overloaded", `${call.name}: ${most} calls wait, as many as may`),
      );
    }
    this.#watch(entry);
    if (member === null) this.#waiting.set(entry.id, entry);
    else this.#hand(entry, member);
    return entry.settle.promise;
  }

  /** Ends all processes; open calls fail with `closed`. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const entry of this.#waiting.values()) this.#fail(entry, closed(entry.call));
    this.#waiting.clear();
    for (const { process, entries } of this.#members) {
      for (const entry of entries.values()) this.#fail(entry, closed(entry.call));
      process.kill("the host was closed");
    }
    await Promise.all(this.#ending);
  }

  #watch(entry: Entry): void {
    const { call } = entry;
    const stopTimer = watchTimeout(call.deadlineMs, () => {
      const message = `${call.name} wasn't over after ${call.deadlineMs} ms`;
      this.#giveUp(entry, error("deadline", message));
    });
    const onAbort = () => this.#giveUp(entry, aborted(call));
    call.signal?.addEventListener("abort", onAbort, { once: true });
    entry.stop = () => {
      stopTimer();
      call.signal?.removeEventListener("abort", onAbort);
    };
  }

  /** The process with the fewest calls; a new one before two calls share one. */
  #memberWithRoom(): Member | null {
    let best: Member | null = null;
    for (const member of this.#members) {
      if (best === null || member.entries.size < best.entries.size) best = member;
    }
    const mayStart = this.#members.size < this.#limits.processes;
    if ((best === null || best.entries.size > 0) && mayStart) return this.#start();
    return best !== null && best.entries.size < this.#limits.instances ? best : null;
  }

  #hand(entry: Entry, member: Member): void {
    const { id, call } = entry;
    entry.member = member;
    member.entries.set(id, entry);
    member.process.send(encodeCall(id, call.index, call.params));
    call.begun?.((frame) => {
      if (member.entries.has(id)) member.process.send(frame);
    }, id);
  }

  #start(started?: PromiseWithResolvers<void>): Member {
    let startFailure: string | null = null;
    const process = startProcess(this.#plan, this.#limits.memoryMb, (frame) => {
      if (frame.type === FrameType.log) return this.#log(decodeLine(frame));
      if (frame.type === FrameType.ready) {
        member.ready = true;
        stopTimer();
        return started?.resolve();
      }
      if (frame.type === FrameType.failure && frame.id === 0) {
        startFailure = decodeFailure(frame).message;
        return process.kill("its component didn't start");
      }
      this.#receive(member, frame);
    });
    const member: Member = { process, entries: new Map(), ready: false, givenUp: new Map() };
    this.#members.add(member);
    const kill = () => process.kill(`it had no instance after ${START_MS} ms`);
    const stopTimer = watchTimeout(START_MS, kill);
    const ended = process.ended.then((reason) => {
      stopTimer();
      const failure = member.ready
        ? error("process_lost", `the process of the call is gone: ${reason}`)
        : new HostError(
          "start_failed",
          "start",
          `a process didn't start: ${startFailure ?? reason}`,
        );
      started?.reject(failure);
      this.#lost(member, failure);
    });
    this.#ending.add(ended);
    void ended.finally(() => this.#ending.delete(ended));
    return member;
  }

  #receive(member: Member, frame: Frame): void {
    const entry = member.entries.get(frame.id);
    if (entry === undefined) throw error("protocol", `got a frame of call ${frame.id}`);
    if (frame.type !== FrameType.result && frame.type !== FrameType.failure) {
      if (!entry.settled) entry.call.frame?.(frame);
      return;
    }
    this.#leave(member, entry);
    if (frame.type === FrameType.result) this.#settle(entry, frame.payload);
    else {
      const { code, message } = decodeFailure(frame);
      this.#fail(entry, error(code, `${entry.call.name}: ${message}`));
    }
    this.#next(member);
  }

  #leave(member: Member, { id }: Entry): void {
    member.entries.delete(id);
    member.givenUp.get(id)?.();
    member.givenUp.delete(id);
  }

  /** Hands the oldest that waits to whoever has room. */
  #next(member: Member): void {
    if (this.#closed || member.entries.size >= this.#limits.instances) return;
    for (const [id, entry] of this.#waiting) {
      this.#waiting.delete(id);
      return this.#hand(entry, member);
    }
  }

  /** Nobody waits for it any more: the process has to let it go, or dies. */
  #giveUp(entry: Entry, reason: HostError): void {
    this.#waiting.delete(entry.id);
    this.#fail(entry, reason);
    const { member, id } = entry;
    if (member === null || !member.entries.has(id)) return;
    member.process.send(encodeFrame(FrameType.cancel, id, NOTHING));
    if (!member.ready) return; // It can't answer yet, and has a limit of its own.
    const kill = () => member.process.kill("a call that was given up goes on in it");
    member.givenUp.set(id, watchTimeout(this.#limits.giveUpMs, kill));
  }

  #lost(member: Member, failure: HostError): void {
    this.#members.delete(member);
    for (const entry of member.entries.values()) {
      this.#leave(member, entry);
      this.#fail(entry, failure);
    }
    if (this.#closed) return;
    // One that can't start would be tried again for ever.
    if (!member.ready) {
      for (const entry of this.#waiting.values()) this.#fail(entry, failure);
      this.#waiting.clear();
    }
    while (this.#waiting.size > 0) {
      const other = this.#memberWithRoom();
      if (other === null) return;
      this.#next(other);
    }
  }

  #settle(entry: Entry, bytes: Uint8Array): void {
    if (entry.settled) return;
    entry.settled = true;
    entry.stop();
    entry.settle.resolve(bytes);
  }

  #fail(entry: Entry, reason: HostError): void {
    if (entry.settled) return;
    entry.settled = true;
    entry.stop();
    entry.settle.reject(reason);
  }
}

function error(code: HostError["code"], message: string): HostError {
  return new HostError(code, "call", message);
}

function aborted({ name, signal }: PoolCall): HostError {
  return new HostError("aborted", "call", `${name} was aborted`, signal?.reason);
}

function closed({ name }: PoolCall): HostError {
  return error("closed", `${name}: the host was closed`);
}
