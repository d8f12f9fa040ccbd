import type { Clock, StreamSocket } from "../net/mod.ts";
import { connect, type Connected, type Connecting } from "./connect.ts";
import { type ConnectionWatcher, ConnectionWatchers } from "./connection_watcher.ts";
import { HttpError } from "./errors.ts";
import { FirstConnections, mayBeShared } from "./first_connections.ts";
import { Connection, type ConnectionOptions, type ConnectionOwner } from "./h1/mod.ts";
import type { Session } from "./h2/session.ts";
import type { H2Stream } from "./h2/stream.ts";
import { retireIdle, takesNone } from "./idle_sessions.ts";
import { Lifetimes } from "./lifetimes.ts";
import type { PoolLimits } from "./pool_limits.ts";
import type { Target } from "./target.ts";
import type { PhaseLimits } from "./timeouts.ts";
import type { Trace } from "./trace.ts";
import { tracedConnect } from "./traced_connect.ts";
import { Waiters } from "./waiters.ts";
import { within } from "./within.ts";

/** A lane of either version. */
export type AnyLane = Connection | H2Stream;

/**
 * Connections of one client. The idle one used last is taken first, so that a pool that grew in a
 * burst lets its oldest connections go idle and be closed by the peer. Most pools hold one or two
 * connections, and there is one for each virtual user: a list is smaller and faster than a map.
 *
 * HTTP/2 connections are shared: while the first one is made, others wait to see whether it is one.
 */
export class Pool implements ConnectionOwner<Connection> {
  readonly #how: Connecting;
  readonly #options: ConnectionOptions;
  readonly #limits: PoolLimits | null;
  readonly #idle: Connection[] = [];
  readonly #all = new Set<Connection>();
  readonly #lifetimes: Lifetimes | null;
  #sessions: Session[] | undefined;
  #first: FirstConnections | undefined;
  #counts: Map<string, number> | undefined;
  #waiters: Waiters<AnyLane> | undefined;
  #watchers: ConnectionWatchers | undefined;
  #last: StreamSocket | null = null;
  #closed = false;

  /** @param limits null for none @param clock of the limits */
  constructor(
    how: Connecting,
    options: ConnectionOptions,
    limits: PoolLimits | null,
    clock?: Pick<Clock, "now" | "after">,
  ) {
    this.#how = how;
    this.#options = options;
    this.#limits = limits;
    this.#lifetimes = limits && new Lifetimes(limits, () => this.#resting(), clock);
  }

  /** The socket used last, or null when it is closed. */
  get lastSocket(): StreamSocket | null {
    return this.#last?.active ? this.#last : null;
  }

  /** Tells what becomes of connections from now on; returns what stops that. */
  watch(watcher: ConnectionWatcher): () => void {
    return (this.#watchers ??= new ConnectionWatchers()).add(watcher);
  }

  /** A free lane to an origin, or undefined when a new connection must be made. */
  take(origin: string): AnyLane | undefined {
    const idle = this.#idle;
    for (let i = idle.length - 1; i >= 0; i--) {
      const connection = idle[i]!;
      if (connection.origin !== origin) continue;
      if (i === idle.length - 1) idle.pop();
      else idle.splice(i, 1);
      if (this.#lifetimes?.use(connection) === false) {
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
        if (this.#lifetimes?.use(session) === false) {
          session.retire();
          return this.#takeStream(origin); // The list may have changed.
        }
        this.#last = session.socket;
        return session.lane();
      }
    }
    return undefined;
  }

  /**
   * A lane on a connection that is new, or that became free while waiting for one.
   *
   * @param trace told of the waiting and the connecting
   * @param limits of the steps of connecting
   * @throws {NetError | HttpError}
   */
  async connect(
    target: Target,
    timeoutMs: number,
    signal: AbortSignal | undefined,
    trace: Trace | undefined,
    limits?: PhaseLimits,
  ): Promise<AnyLane> {
    const { origin } = target;
    const until = performance.now() + timeoutMs;
    let isTold = trace === undefined;
    for (;;) {
      if (this.#closed) throw clientClosed();
      const pending = this.#first?.pending(origin);
      if (!isTold && (pending !== undefined || this.#mustWait(origin))) {
        isTold = true;
        await trace!.queued(origin, pending === undefined ? "limit" : "connecting");
        const lane = this.take(origin); // It may have become free meanwhile.
        if (lane !== undefined) return lane;
        continue;
      }
      if (pending === undefined) {
        if (this.#takePlace(origin)) break;
        const lane = await this.#wait(origin, until, signal);
        if (lane === null && this.#limits === null) continue;
        if (lane === null) break; // Its place is counted already.
        this.#last = lane.socket;
        return lane;
      }
      await within(pending, origin, until, signal);
      const lane = this.take(origin);
      if (lane !== undefined) return lane;
    }
    const made = mayBeShared(target, this.#how)
      ? (this.#first ??= new FirstConnections()).begin(origin)
      : undefined;
    try {
      const left = until - performance.now();
      const how = limits === undefined ? this.#how : { ...this.#how, limits };
      const connected = trace === undefined
        ? await connect(target, how, left, signal)
        : await tracedConnect(target, how, left, signal, trace);
      return await this.#adopt(connected, origin);
    } catch (error) {
      this.#givePlace(origin);
      throw error;
    } finally {
      made?.();
    }
  }

  async #adopt({ socket, version, proxy }: Connected, origin: string): Promise<AnyLane> {
    // Only for those who need it.
    const h2 = version === 2 ? await import("./h2/session.ts") : null;
    if (this.#closed) {
      socket.close();
      this.#watchers?.closed(socket, null);
      throw clientClosed();
    }
    this.#last = socket;
    this.#first?.agreed(origin, version);
    if (h2 !== null) {
      const forget = (gone: Session): void => this.#forgetSession(gone);
      const session = new h2.Session(socket, origin, this.#options, forget);
      session.onRoom = () => this.#roomCame(origin);
      (this.#sessions ??= []).push(session);
      this.#lifetimes?.made(session);
      const lane = session.lane();
      if (this.#how.single) session.retire();
      else this.#giveStreams(origin);
      return lane;
    }
    const connection = new Connection(socket, origin, this.#options, this);
    connection.proxy = proxy;
    this.#all.add(connection);
    this.#lifetimes?.made(connection);
    return connection;
  }

  /** Gives a lane back when its exchange is over. Who waits gets it before who comes. */
  put(lane: AnyLane): void {
    if (!(lane instanceof Connection)) {
      if (lane.socket.active) this.#watchers?.released(lane.socket);
      this.#giveStreams(lane.origin);
      if (this.#limits) retireIdle(this.#sessions ?? [], lane.origin, this.#limits.maxIdle);
      return this.#lifetimes?.restAll();
    }
    if (!lane.usable) return;
    lane.letGo();
    if (this.#lifetimes?.isOld(lane)) return lane.close();
    const isAwaited = this.#waiters?.has(lane.origin) === true;
    if (!isAwaited && this.#limits !== null && !this.#mayIdle(lane)) return lane.close();
    this.#watchers?.released(lane.socket);
    if (isAwaited && this.#waiters!.give(lane.origin, lane)) return;
    this.#idle.push(lane);
    this.#lifetimes?.rest(lane);
  }

  /** Closes connections that nobody uses now. */
  closeIdle(): void {
    for (const one of [...this.#resting()]) one.close();
  }

  *#resting(): Generator<Connection | Session> {
    yield* this.#idle;
    for (const session of this.#sessions ?? []) if (session.idle) yield session;
  }

  /** Closes all connections; what is under way fails, and so does who waits. */
  close(): void {
    this.#closed = true;
    this.#lifetimes?.stop();
    this.#waiters?.fail(clientClosed());
    for (const connection of [...this.#all]) connection.close();
    for (const session of [...this.#sessions ?? []]) session.close();
  }

  /** Counts a connection that is about to be made; false when there may be no more. */
  #takePlace(origin: string): boolean {
    if (this.#mustWait(origin)) return false;
    if (this.#limits === null) return true;
    const counts = this.#counts ??= new Map();
    counts.set(origin, (counts.get(origin) ?? 0) + 1);
    return true;
  }

  #mustWait(origin: string): boolean {
    if (this.#sessions !== undefined && takesNone(this.#sessions, origin)) return true;
    return this.#limits !== null &&
      (this.#counts?.get(origin) ?? 0) >= this.#limits.maxConnections;
  }

  /** A connection is gone, or was not made: its place goes to who waits. */
  #givePlace(origin: string): void {
    if (this.#limits === null) return this.#wake(origin);
    if (this.#waiters?.give(origin, null)) return;
    const count = this.#counts!.get(origin)! - 1;
    if (count > 0) this.#counts!.set(origin, count);
    else this.#counts!.delete(origin);
  }

  /** All who wait look anew: where connections have no limit, only one that took no stream held them. */
  #wake(origin: string): void {
    while (this.#waiters?.give(origin, null));
  }

  /** An HTTP/2 connection takes streams, or more of them. */
  #roomCame(origin: string): void {
    this.#giveStreams(origin);
    if (this.#limits === null) this.#wake(origin);
  }

  /** Streams that may be opened now go to who waits. */
  #giveStreams(origin: string): void {
    while (this.#waiters?.has(origin)) {
      const stream = this.#takeStream(origin);
      if (stream === undefined) return;
      this.#waiters.give(origin, stream);
    }
  }

  /** Waits in line. Who gives up hands on what was given too late. */
  #wait(
    origin: string,
    until: number,
    signal: AbortSignal | undefined,
  ): Promise<AnyLane | null> {
    const waiters = this.#waiters ??= new Waiters();
    return waiters.wait(origin, until, signal, (lane) => this.#handOn(lane, origin));
  }

  #handOn(lane: AnyLane | null, origin: string): void {
    if (lane === null) return this.#givePlace(origin);
    if (!(lane instanceof Connection)) lane.close();
    this.put(lane);
  }

  #mayIdle(connection: Connection): boolean {
    const idle = this.#idle.filter(({ origin }) => origin === connection.origin);
    return idle.length < this.#limits!.maxIdle;
  }

  /** For its connections: one is gone. */
  forget(connection: Connection): void {
    this.#all.delete(connection);
    const at = this.#idle.indexOf(connection);
    if (at >= 0) this.#idle.splice(at, 1);
    this.#givePlace(connection.origin);
    this.#watchers?.closed(connection.socket, connection.error ?? null);
  }

  #forgetSession(session: Session): void {
    const at = this.#sessions?.indexOf(session) ?? -1;
    if (at >= 0) this.#sessions!.splice(at, 1);
    this.#givePlace(session.origin);
    this.#watchers?.closed(session.socket, session.error);
  }
}

function clientClosed(): HttpError {
  return new HttpError("aborted", "connect", "the client was closed");
}
