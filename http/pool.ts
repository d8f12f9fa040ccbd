import type { StreamSocket } from "../net/mod.ts";
import { connect, type Connected, type Connecting } from "./connect.ts";
import { HttpError } from "./errors.ts";
import { Connection, type ConnectionOptions } from "./h1/mod.ts";
import type { Session } from "./h2/session.ts";
import type { H2Stream } from "./h2/stream.ts";
import type { Target } from "./target.ts";

/** A lane of either version. */
export type AnyLane = Connection | H2Stream;

/** How many connections there may be, and how long. Times in milliseconds, Infinity for no limit. */
export interface PoolLimits {
  /** Most connections to one origin. */
  readonly maxConnections: number;
  /** Most idle ones that are kept, of one origin. */
  readonly maxIdle: number;
  /** How long an idle one is kept. */
  readonly maxIdleMs: number;
  /** How long one is used. */
  readonly maxAgeMs: number;
}

/** When a connection was made, and last given back. */
interface Age {
  readonly madeAt: number;
  idleSince: number;
}

/** Who waits until there may be another connection to an origin. */
interface Waiter {
  readonly origin: string;
  readonly wake: () => void;
}

/**
 * Connections of one client. The idle one used last is taken first, so that a pool that grew in a
 * burst lets its oldest connections go idle and be closed by the peer. Most pools hold one or two
 * connections, and there is one for each virtual user: a list is smaller and faster than a map.
 *
 * HTTP/2 connections are shared: while one is being made, others wait to see whether it is one.
 */
export class Pool {
  readonly #how: Connecting;
  readonly #options: ConnectionOptions;
  readonly #limits: PoolLimits | null;
  readonly #idle: Connection[] = [];
  readonly #all = new Set<Connection>();
  #ages: WeakMap<Connection, Age> | undefined;
  #sessions: Session[] | undefined;
  #making: Map<string, Promise<void>> | undefined;
  #counts: Map<string, number> | undefined;
  #waiters: Waiter[] | undefined;
  #last: StreamSocket | null = null;
  #closed = false;

  /** @param limits null for none */
  constructor(how: Connecting, options: ConnectionOptions, limits: PoolLimits | null) {
    this.#how = how;
    this.#options = options;
    this.#limits = limits;
  }

  /** The socket used last, or null when it is closed. */
  get lastSocket(): StreamSocket | null {
    return this.#last?.active ? this.#last : null;
  }

  /** A free lane to an origin, or undefined when a new connection must be made. */
  take(origin: string): AnyLane | undefined {
    const idle = this.#idle;
    for (let i = idle.length - 1; i >= 0; i--) {
      const connection = idle[i]!;
      if (connection.origin !== origin) continue;
      if (i === idle.length - 1) idle.pop();
      else idle.splice(i, 1);
      if (this.#limits !== null && this.#isOld(connection)) {
        connection.close();
        continue;
      }
      this.#last = connection.socket;
      return connection;
    }
    return this.#sessions === undefined ? undefined : this.#takeStream(origin);
  }

  #takeStream(origin: string): H2Stream | undefined {
    for (const session of this.#sessions!) {
      if (session.origin === origin && session.usable && session.room > 0) {
        this.#last = session.socket;
        return session.lane();
      }
    }
    return undefined;
  }

  /**
   * A lane on a connection that is new, or that became free while waiting for one.
   *
   * @throws {NetError | HttpError}
   */
  async connect(
    target: Target,
    timeoutMs: number,
    signal: AbortSignal | undefined,
  ): Promise<AnyLane> {
    const until = performance.now() + timeoutMs;
    const mayBeShared = target.secure && this.#how.versions.includes(2) ||
      this.#how.versions.length === 1 && this.#how.versions[0] === 2;
    for (;;) {
      const pending = mayBeShared ? this.#making?.get(target.origin) : undefined;
      if (pending !== undefined) await within(pending, until, target, signal);
      else if (this.#mayConnect(target.origin)) break;
      else await this.#wait(until, target, signal);
      const lane = this.take(target.origin);
      if (lane !== undefined) return lane;
    }
    const { origin } = target;
    const made = Promise.withResolvers<void>();
    if (mayBeShared) (this.#making ??= new Map()).set(origin, made.promise);
    this.#count(origin, 1);
    try {
      const connected = await connect(target, this.#how, until - performance.now(), signal);
      return await this.#adopt(connected, origin);
    } catch (error) {
      this.#count(origin, -1);
      throw error;
    } finally {
      if (mayBeShared) this.#making!.delete(origin);
      made.resolve();
    }
  }

  async #adopt({ socket, version, proxy }: Connected, origin: string): Promise<AnyLane> {
    this.#last = socket;
    if (version === 2) {
      const { Session } = await import("./h2/session.ts"); // Only for those who need it.
      const session = new Session(socket, origin, this.#options, this.#forgetSession);
      (this.#sessions ??= []).push(session);
      if (this.#closed) session.close();
      return session.lane();
    }
    const connection = new Connection(socket, origin, this.#options, this.#forget);
    connection.proxy = proxy;
    this.#all.add(connection);
    if (this.#limits !== null) {
      const now = performance.now();
      (this.#ages ??= new WeakMap()).set(connection, { madeAt: now, idleSince: now });
    }
    if (this.#closed) connection.close();
    return connection;
  }

  /** Gives a lane back when its exchange is over. */
  put(lane: AnyLane): void {
    if (!(lane instanceof Connection)) return this.#wake(lane.origin);
    if (!lane.usable) return;
    if (this.#limits !== null && !this.#mayIdle(lane)) return lane.close();
    this.#idle.push(lane);
    if (this.#waiters !== undefined) this.#wake(lane.origin);
  }

  /** Closes all connections; what is under way fails. */
  close(): void {
    this.#closed = true;
    for (const connection of [...this.#all]) connection.close();
    for (const session of [...this.#sessions ?? []]) session.close();
    for (const { wake } of this.#waiters?.splice(0) ?? []) wake();
  }

  #mayConnect(origin: string): boolean {
    if (this.#limits === null || this.#closed) return true;
    return (this.#counts?.get(origin) ?? 0) < this.#limits.maxConnections;
  }

  /** Counts connections of an origin, those being made among them; only where there is a limit. */
  #count(origin: string, change: number): void {
    if (this.#limits === null) return;
    const counts = this.#counts ??= new Map();
    const count = (counts.get(origin) ?? 0) + change;
    if (count > 0) counts.set(origin, count);
    else counts.delete(origin);
    if (change < 0) this.#wake(origin);
  }

  /** Waits until a connection is free or may be made. Who gives up hands on what came too late. */
  async #wait(until: number, target: Target, signal: AbortSignal | undefined): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const waiter: Waiter = { origin: target.origin, wake: resolve };
    const waiters = this.#waiters ??= [];
    waiters.push(waiter);
    try {
      await within(promise, until, target, signal);
    } catch (error) {
      const at = waiters.indexOf(waiter);
      if (at >= 0) waiters.splice(at, 1);
      else this.#wake(target.origin);
      throw error;
    }
  }

  #wake(origin: string): void {
    const waiters = this.#waiters;
    if (waiters === undefined) return;
    const at = waiters.findIndex((waiter) => waiter.origin === origin);
    if (at >= 0) waiters.splice(at, 1)[0]!.wake();
  }

  #isOld(connection: Connection): boolean {
    const { maxAgeMs, maxIdleMs } = this.#limits!;
    const age = this.#ages!.get(connection)!;
    const now = performance.now();
    return now - age.madeAt > maxAgeMs || now - age.idleSince > maxIdleMs;
  }

  #mayIdle(connection: Connection): boolean {
    const { maxIdle, maxAgeMs } = this.#limits!;
    const age = this.#ages!.get(connection)!;
    age.idleSince = performance.now();
    if (age.idleSince - age.madeAt > maxAgeMs) return false;
    return this.#idle.filter(({ origin }) => origin === connection.origin).length < maxIdle;
  }

  readonly #forget = (connection: Connection): void => {
    this.#all.delete(connection);
    const at = this.#idle.indexOf(connection);
    if (at >= 0) this.#idle.splice(at, 1);
    this.#count(connection.origin, -1);
  };

  readonly #forgetSession = (session: Session): void => {
    const at = this.#sessions?.indexOf(session) ?? -1;
    if (at >= 0) this.#sessions!.splice(at, 1);
    this.#count(session.origin, -1);
  };
}

/** Waits for a lane no longer than a connection may take. */
async function within(
  free: Promise<void>,
  until: number,
  target: Target,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const onAbort = () =>
    reject(new HttpError("aborted", "connect", "request aborted by its signal", signal!.reason));
  const onTime = () =>
    reject(
      new HttpError("request_timeout", "connect", `no connection to ${target.origin} became free`),
    );
  const timer = setTimeout(onTime, Math.max(0, until - performance.now()));
  signal?.addEventListener("abort", onAbort);
  free.then(resolve);
  try {
    await promise;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", onAbort);
  }
}
