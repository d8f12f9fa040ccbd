import { OptionError } from "../../internal/mod.ts";
import type { Session, SessionGroup, Totals } from "../session/mod.ts";
import { newGroup, newSession } from "./group.ts";
import {
  type LoadPlan,
  type PacketLoadOptions,
  type PacketSendOptions,
  readLoadOptions,
} from "./options.ts";
import { giveStep, PacketSession } from "./packet_session.ts";
import { PacketShelf } from "./packets.ts";
import { compiledOf } from "./parser.ts";

/** Sessions that a load has at most. */
const MAX_SESSIONS = 1_000_000;

/**
 * Packet sessions by the thousand, from TypeScript: what a stress script says, as calls. Sessions are
 * numbered from 0; steps take those from `from` to before `to`, all by default, and resolve when they
 * are done. Sessions that fail are counted in `stats` and the others go on.
 *
 * Connections belong to the place that opens them: those that an iteration opened end with it.
 *
 * ```ts
 * import assert from "node:assert/strict";
 * import { PacketLoad } from "@downpour/downpour/wasm";
 *
 * const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
 * const echo = listener.accept().then((conn) => conn.readable.pipeTo(conn.writable));
 *
 * await using load = new PacketLoad({
 *   endpoints: [`127.0.0.1:${listener.addr.port}`],
 *   headerSize: 4,
 *   packets: { hello: new Uint8Array([5, 0, 0, 0, 104, 101, 108, 108, 111]) },
 * });
 * const session = await load.open();
 * await session.send("hello", { copies: 2 });
 * assert.equal((await session.receive())?.length, 9);
 * assert.equal((await session.receive())?.length, 9);
 * await session.drain();
 * assert.equal(load.stats().packetsSent, 2);
 *
 * await echo;
 * listener.close();
 * ```
 */
export class PacketLoad implements AsyncDisposable {
  readonly #plan: LoadPlan;
  readonly #ending = new AbortController();
  readonly #sessions: Session[] = [];
  readonly #opened = new Set<Session>();
  readonly #faces = new WeakMap<Session, PacketSession>();
  #shared: { readonly group: SessionGroup; readonly shelf: PacketShelf } | null = null;
  #count = 0;

  /** Checks the options; nothing connects yet. @throws {OptionError} @throws {NetError} `address_invalid` */
  constructor(options: PacketLoadOptions) {
    this.#plan = readLoadOptions(options);
  }

  /** Sessions that `create` made. */
  get sessions(): number {
    return this.#sessions.length;
  }

  /**
   * Makes more sessions, which connect to the endpoints in turn.
   *
   * @param sessions how many, at least 1
   * @throws {OptionError} above a million
   * @throws {PacketError} `guest_invalid`, `header_invalid`
   */
  create(sessions: number): void {
    const most = MAX_SESSIONS - this.#sessions.length;
    if (!Number.isInteger(sessions) || sessions < 1 || sessions > most) {
      throw new OptionError("sessions", `create takes 1 to ${most} sessions: ${String(sessions)}`);
    }
    const { group } = this.#share(this.#sessions.length + sessions);
    for (let i = 0; i < sessions; i++) this.#sessions.push(newSession(group, this.#count++, []));
  }

  /** Connects; resolves when each has, or has failed. */
  async connect(from?: number, to?: number): Promise<void> {
    await Promise.all(this.#range(from, to).map((session) => session.connect()));
  }

  /**
   * Has each session send a packet; resolves when all are sent, or their sessions have ended. What is
   * asked of sessions that are not connected is sent once they are.
   *
   * @param packet its name in `packets`, or its bytes
   * @throws {OptionError} @throws {PacketError} `packet_unknown`
   */
  async send(
    from: number,
    to: number,
    packet: string | Uint8Array,
    options: PacketSendOptions = {},
  ): Promise<void> {
    const sessions = this.#give(from, to, packet, options);
    for (const session of sessions) session.send(options.copies ?? 1);
    await allIdle(sessions);
  }

  /** As `send`, but nothing is sent until `flood`. */
  prepare(
    from: number,
    to: number,
    packet: string | Uint8Array,
    options: PacketSendOptions = {},
  ): void {
    this.#give(from, to, packet, options);
  }

  /**
   * Has each session send all that it was given and did not send yet, as fast as it goes; with
   * `repeat` over and over until it is drained. Resolves when that is done.
   */
  async flood(from?: number, to?: number): Promise<void> {
    const sessions = this.#range(from, to);
    for (const session of sessions) session.flood();
    await allIdle(sessions);
  }

  /** Has each session finish what it sends, then end; resolves when all have ended. */
  async drain(from?: number, to?: number): Promise<void> {
    const sessions = this.#range(from, to);
    for (const session of sessions) session.drain();
    await Promise.all(sessions.map((session) => session.done()));
  }

  /** Ends sessions at once. */
  disconnect(from?: number, to?: number): Promise<void> {
    for (const session of this.#range(from, to)) session.disconnect();
    return Promise.resolve();
  }

  /** One of the sessions that `create` made. @throws {OptionError} for a number that none has */
  session(index: number): PacketSession {
    const session = this.#sessions[index];
    if (session === undefined) {
      const last = this.#sessions.length - 1;
      throw new OptionError("index", `there is no session ${String(index)}: the last is ${last}`);
    }
    let face = this.#faces.get(session);
    if (face === undefined) this.#faces.set(session, face = this.#faceOf(session, false));
    return face;
  }

  /**
   * Makes one more session, which is in no range, and connects it.
   *
   * @throws {PacketError} `connect_failed`, whose cause says why
   */
  async open(): Promise<PacketSession> {
    const { group } = this.#share(1);
    const session = newSession(group, this.#count++, []);
    const { read } = this.#plan.settings;
    const face = this.#faceOf(session, read && this.#plan.handler === null);
    this.#opened.add(session);
    session.done().then(() => this.#opened.delete(session));
    await session.connect();
    if (session.error !== null) throw session.error;
    return face;
  }

  /** What all sessions did so far. */
  stats(): Readonly<Totals> {
    const { totals } = this.#share(1).group;
    return { ...totals, reasons: { ...totals.reasons } };
  }

  /** Ends all sessions at once, for good. */
  close(): void {
    for (const session of [...this.#sessions, ...this.#opened]) session.disconnect();
    this.#ending.abort();
  }

  /** As `close`. */
  [Symbol.asyncDispose](): Promise<void> {
    this.close();
    return Promise.resolve();
  }

  /** @param sessions how many share the memory for buffers, where that isn't known yet */
  #share(sessions: number): { readonly group: SessionGroup; readonly shelf: PacketShelf } {
    if (this.#shared !== null) return this.#shared;
    const { settings, handler, packets, segment } = this.#plan;
    const guest = handler === null ? null : compiledOf(handler);
    const group = newGroup(settings, guest, { sessions, signal: this.#ending.signal });
    const { transport } = settings;
    const shelf = new PacketShelf({ packets, segment, transport, blockBytes: group.bufferBytes });
    return this.#shared = { group, shelf };
  }

  #faceOf(session: Session, keeps: boolean): PacketSession {
    return new PacketSession(session, this.#share(1).shelf, this.#plan.settings.read, keeps);
  }

  #give(
    from: number,
    to: number,
    packet: string | Uint8Array,
    options: PacketSendOptions,
  ): readonly Session[] {
    const sessions = this.#range(from, to);
    const step = this.#share(1).shelf.step(packet, options);
    for (const session of sessions) giveStep(session, step);
    return sessions;
  }

  #range(from: number = 0, to: number = this.#sessions.length): readonly Session[] {
    const { length } = this.#sessions;
    const isRange = Number.isInteger(from) && Number.isInteger(to) && from >= 0 && from <= to;
    if (isRange && to <= length) return this.#sessions.slice(from, to);
    throw new OptionError(
      "from",
      `sessions ${from} to ${to} are no range of the ${length} there are`,
    );
  }
}

async function allIdle(sessions: readonly Session[]): Promise<void> {
  await Promise.all(sessions.map((session) => session.idle()));
}
