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

/**
 * Who waits for a lane to an origin: is given one, or null when a connection may be made, whose place
 * is counted already.
 */
interface Waiter {
  readonly origin: string;
  readonly given: PromiseWithResolvers<AnyLane | null>;
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
    const { origin, secure } = target;
    const { versions } = this.#how;
    const until = performance.now() + timeoutMs;
    const only2 = versions.length === 1 && versions[0] === 2;
    const mayBeShared = only2 || (secure && versions.includes(2));
    for (;;) {
      if (this.#closed) throw clientClosed();
      const pending = mayBeShared ? this.#making?.get(origin) : undefined;
      if (pending === undefined) {
        if (this.#takePlace(origin)) break;
        const lane = await this.#wait(target, until, signal);
        if (lane === null) break;
        this.#last = lane.socket;
        return lane;
      }
      await within(pending, target, until, signal);
      const lane = this.take(origin);
      if (lane !== undefined) return lane;
    }
    const made = Promise.withResolvers<void>();
    if (mayBeShared) (this.#making ??= new Map()).set(origin, made.promise);
    try {
      const connected = await connect(target, this.#how, until - performance.now(), signal);
      return await this.#adopt(connected, origin);
    } catch (error) {
      this.#givePlace(origin);
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
      const session = new Session(
        socket,
        origin,
        this.#options,
        (gone) => this.#forgetSession(gone),
      );
      session.onRoom = () => this.#giveStreams(origin);
      (this.#sessions ??= []).push(session);
      if (this.#closed) session.close();
      const lane = session.lane();
      this.#giveStreams(origin);
      return lane;
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

  /** Gives a lane back when its exchange is over. Who waits gets it before who comes. */
  put(lane: AnyLane): void {
    if (!(lane instanceof Connection)) return this.#giveStreams(lane.origin);
    if (!lane.usable) return;
    const waiter = this.#nextWaiter(lane.origin);
    if (waiter !== undefined) return waiter.given.resolve(lane);
    if (this.#limits !== null && !this.#mayIdle(lane)) return lane.close();
    this.#idle.push(lane);
  }

  /** Closes all connections; what is under way fails, and so does who waits. */
  close(): void {
    this.#closed = true;
    for (const { given } of this.#waiters?.splice(0) ?? []) given.reject(clientClosed());
    for (const connection of [...this.#all]) connection.close();
    for (const session of [...this.#sessions ?? []]) session.close();
  }

  /** Counts a connection that is about to be made; false when there may be no more. */
  #takePlace(origin: string): boolean {
    if (this.#limits === null) return true;
    const counts = this.#counts ??= new Map();
    const count = counts.get(origin) ?? 0;
    if (count >= this.#limits.maxConnections) return false;
    counts.set(origin, count + 1);
    return true;
  }

  /** A connection is gone, or was not made: its place goes to who waits. */
  #givePlace(origin: string): void {
    if (this.#limits === null) return;
    const waiter = this.#nextWaiter(origin);
    if (waiter !== undefined) return waiter.given.resolve(null);
    const count = this.#counts!.get(origin)! - 1;
    if (count > 0) this.#counts!.set(origin, count);
    else this.#counts!.delete(origin);
  }

  /** Streams that may be opened now go to who waits. */
  #giveStreams(origin: string): void {
    while (this.#waiters?.some((waiter) => waiter.origin === origin)) {
      const stream = this.#takeStream(origin);
      if (stream === undefined) return;
      this.#nextWaiter(origin)!.given.resolve(stream);
    }
  }

  #nextWaiter(origin: string): Waiter | undefined {
    const waiters = this.#waiters;
    if (waiters === undefined || waiters.length === 0) return undefined;
    const at = waiters.findIndex((waiter) => waiter.origin === origin);
    return at < 0 ? undefined : waiters.splice(at, 1)[0];
  }

  /** Waits in line. Who gives up hands on what was given too late. */
  async #wait(
    target: Target,
    until: number,
    signal: AbortSignal | undefined,
  ): Promise<AnyLane | null> {
    const waiter: Waiter = { origin: target.origin, given: Promise.withResolvers() };
    const waiters = this.#waiters ??= [];
    waiters.push(waiter);
    try {
      return await within(waiter.given.promise, target, until, signal);
    } catch (error) {
      const at = waiters.indexOf(waiter);
      if (at >= 0) waiters.splice(at, 1);
      else waiter.given.promise.then((lane) => this.#handOn(lane, target.origin), () => {});
      throw error;
    }
  }

  #handOn(lane: AnyLane | null, origin: string): void {
    if (lane === null) return this.#givePlace(origin);
    if (!(lane instanceof Connection)) lane.close();
    this.put(lane);
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
    this.#givePlace(connection.origin);
  };

  #forgetSession(session: Session): void {
    const at = this.#sessions?.indexOf(session) ?? -1;
    if (at >= 0) this.#sessions!.splice(at, 1);
    this.#givePlace(session.origin);
  }
}

function clientClosed(): HttpError {
  return new HttpError("aborted", "connect", "the client was closed");
}

/** Waits no longer than a connection may take. */
async function within<T>(
  awaited: Promise<T>,
  target: Target,
  until: number,
  signal: AbortSignal | undefined,
): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const onAbort = () =>
    reject(new HttpError("aborted", "connect", "request aborted by its signal", signal!.reason));
  const onTime = () => {
    const message = `no connection to ${target.origin} became free in time`;
    reject(new HttpError("request_timeout", "connect", message));
  };
  const timer = setTimeout(onTime, Math.max(0, until - performance.now()));
  signal?.addEventListener("abort", onAbort);
  awaited.then(resolve, reject);
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", onAbort);
  }
}
