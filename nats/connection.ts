import { errors, type NatsConnection, type ServerInfo, type Status } from "@nats-io/nats-core";
import { type Context, currentContext } from "../metrics/mod.ts";
import { type NatsError, natsError } from "./errors.ts";
import { type ConnectionParts, type ConnectionStats, statsOf } from "./connection_parts.ts";
import type { Dependent } from "./dependent.ts";
import { flush } from "./flush.ts";
import { tellAll } from "./guarded.ts";
import type { Handler } from "./handler.ts";
import type { Message, Payload, Responder } from "./message.ts";
import type { NatsSeries, SubjectTags } from "./metrics.ts";
import { Outages } from "./outages.ts";
import { type PayloadOf, Publisher, type PublishOptions } from "./publisher.ts";
import { readRequestOptions, type RequestOptions } from "./request_options.ts";
import { Requests } from "./requests.ts";
import { route } from "./route.ts";
import { endError, statusError } from "./status_error.ts";
import {
  type MessageHandler,
  readSubscribeOptions,
  type SubscribeOptions,
} from "./subscribe_options.ts";
import { checkQueue, checkSubscribeSubject } from "./subject.ts";
import { Subscription } from "./subscription.ts";
import { within } from "./within.ts";

/** Longest wait for what was published to be taken when a connection is closed, in milliseconds. */
const LAST_WORDS_MS = 2000;

/** A connection to NATS (seed `nats.md`, "Connection Management" and "Messaging"). */
export class Connection implements Responder, AsyncDisposable {
  /** nats-core's connection, for what isn't here. */
  readonly core: NatsConnection;
  /** Where samples of this connection go. */
  readonly series: NatsSeries;
  readonly #handler: Handler;
  readonly #context: Context;
  readonly #subjects: SubjectTags;
  readonly #publisher: Publisher;
  readonly #requests: Requests;
  readonly #subscriptions = new Set<Subscription>();
  readonly #listeners = new Set<(error: NatsError) => void>();
  readonly #outages: Outages;
  #flushedMsgs = 0;
  #closing: Promise<void> | undefined;
  readonly #dependents = new Set<Dependent>();
  readonly #over: Promise<void>;
  #error: NatsError | undefined;

  /** Made by `connect`. */
  constructor(parts: ConnectionParts) {
    const { core, handler, context, series, subjects } = parts;
    this.core = core;
    this.series = series;
    this.#handler = handler;
    this.#context = context;
    this.#subjects = subjects;
    this.#outages = new Outages(context, series);
    this.#publisher = new Publisher(handler, series, subjects);
    this.#requests = new Requests({
      handler,
      publisher: this.#publisher,
      responder: this,
      series,
      subjects,
      inboxPrefix: parts.inboxPrefix,
      subscribe: (subject, inbound, failed) =>
        void route(core, handler, subject, "", inbound, failed),
    });
    parts.listen({
      status: (status) => this.#status(status),
      lost: (messages) => this.#outages.drop(messages),
    });
    context.owned?.add(this);
    this.#over = core.closed().then(async (error) => {
      this.#ended(error instanceof Error ? error : undefined);
      await new Promise((turn) => setTimeout(turn, 0)); // What was in flight knows by then.
      for (const dependent of this.#dependents) dependent.ended();
    });
  }

  /**
   * Publishes a message. It is written when the turn ends, in order with everything else; `flush`
   * waits for the server.
   *
   * @param data text, bytes, or anything that JSON can hold
   * @throws {NatsError} 1002, 1008, 1009 (`reason`: `max_payload`, `subject_invalid`,
   * `header_invalid`, `buffer_full`)
   */
  publish(subject: string, data?: Payload, options?: PublishOptions): void {
    this.#checkOpen(true);
    this.#publisher.publish(subject, data, options);
  }

  /**
   * Publishes many messages as fast as the connection takes them: `count` of one payload or of what a
   * function makes of 0, 1, 2, …, or all of a list. Resolves with their number once they are written.
   *
   * @throws {NatsError} rejects with 1002, 1008, 1009
   */
  async publishMany(
    subject: string,
    messages: number | Iterable<Payload>,
    payload?: PayloadOf,
  ): Promise<number> {
    this.#checkOpen(true);
    return await this.#publisher.many(subject, messages, payload);
  }

  /**
   * Subscribes: `subscribe(subject, queue, handler)` as in the seed, or with options, or
   * `for await (const message of connection.subscribe(subject))`.
   *
   * @throws {NatsError} 1002, 1003, 1008, 1010
   */
  subscribe(
    subject: string,
    queueOrOptions?: string | SubscribeOptions | null,
    handler?: MessageHandler,
  ): Subscription {
    this.#checkOpen(false);
    const options = readSubscribeOptions(queueOrOptions, handler);
    checkSubscribeSubject(subject);
    checkQueue(options.queue);
    const failed = (error: Error) =>
      subscription.end(natsError(1010, error, subject, "permission_denied"));
    const subscription: Subscription = new Subscription({
      subject,
      options,
      context: currentContext(),
      series: this.series,
      tag: this.#subjects.of(subject),
      responder: this,
      unsubscribe: () => {
        this.#subscriptions.delete(subscription);
        source.end();
      },
      drain: () => source.drain(),
    });
    const source = route(this.core, this.#handler, subject, options.queue, subscription, failed);
    this.#subscriptions.add(subscription);
    void source.closed.then(() => {
      this.#subscriptions.delete(subscription);
      subscription.end();
    });
    return subscription;
  }

  /**
   * Sends a request and waits for the first reply.
   *
   * @param timeout longest wait in milliseconds, or options. Default 30000
   * @throws {NatsError} rejects with 1002, 1006, 1008, 1009, 1011 (`reason`: `no_responders`,
   * `permission_denied`, `disconnected`)
   */
  request(subject: string, data?: Payload, timeout?: number | RequestOptions): Promise<Message> {
    try {
      this.#checkOpen(true);
      const { timeoutMs, headers } = readRequestOptions(timeout);
      return this.#requests.send(subject, data, timeoutMs, headers);
    } catch (error) {
      this.series.failed(currentContext(), error);
      return Promise.reject(error);
    }
  }

  /**
   * Resolves when the server has taken everything published before.
   *
   * @throws {NatsError} rejects with 1013, 1002
   */
  flush(): Promise<void> {
    return this.#flush(0);
  }

  /** `flush` with a limit in milliseconds. @throws {NatsError} rejects with 1006, 1013, 1002 */
  flushTimeout(timeoutMs: number): Promise<void> {
    if (!(timeoutMs > 0)) {
      return Promise.reject(
        natsError(1003, undefined, `flushTimeout takes milliseconds over 0: ${timeoutMs}`),
      );
    }
    return this.#flush(timeoutMs);
  }

  async #flush(timeoutMs: number): Promise<void> {
    this.#checkOpen(false);
    const sent = this.#handler.outMsgs;
    await flush(this.#handler, this.series, timeoutMs);
    this.#flushedMsgs = sent;
  }

  /**
   * Ends the subscriptions, waits until their messages are handled and what was published is taken,
   * and closes.
   *
   * @throws {NatsError} rejects with 1012, 1002
   */
  async drain(): Promise<void> {
    this.#checkOpen(false);
    try {
      await Promise.all([...this.#subscriptions].map((subscription) => subscription.drain()));
      await Promise.all([...this.#dependents].map((dependent) => dependent.idle?.()));
      await this.core.drain();
    } catch (cause) {
      const error = natsError(1012, cause);
      this.series.failed(currentContext(), error);
      throw error;
    }
  }

  /** Closes; what was published before is written first, for at most 2 s. Safe to call again. */
  close(): Promise<void> {
    return this.#closing ??= this.#close();
  }

  async #close(): Promise<void> {
    if (this.#handler.isClosed()) return this.#over;
    if (this.isConnected() && this.#handler.outMsgs > this.#flushedMsgs) {
      await within(this.#handler.flush(), LAST_WORDS_MS).catch(() => {});
    }
    this.#handler.forget();
    await this.core.close();
    await this.#over;
  }

  /** Tells `dependent` of losses and of the connection's end. Returns what stops that. */
  depend(dependent: Dependent): () => void {
    this.#dependents.add(dependent);
    return () => void this.#dependents.delete(dependent);
  }

  /** Resolves when it is closed, with the error that ended it, if one did. */
  async closed(): Promise<NatsError | undefined> {
    await this.core.closed();
    return this.#error;
  }

  /** Whether the server can be reached right now; false while it is being connected again. */
  isConnected(): boolean {
    return this.#handler.connected && !this.#handler.isClosed();
  }

  /** The seed's name of `isConnected`. */
  is_connected(): boolean {
    return this.isConnected();
  }

  /** Whether it is closed for good. */
  isClosed(): boolean {
    return this.#handler.isClosed();
  }

  /** What it has moved so far (the seed's `stats`). */
  stats(): ConnectionStats {
    return statsOf(this.#handler, this.#outages);
  }

  /** What the server tells of itself; undefined while there is none. */
  get info(): ServerInfo | undefined {
    return this.core.info;
  }

  /** The tag `subject` of a subject. */
  subjectTag(subject: string): string {
    return this.#subjects.of(subject);
  }

  /**
   * Calls `listener` on errors that belong to no call: permissions of a publish, the server's errors, a
   * lost connection. Returns what stops it.
   */
  onError(listener: (error: NatsError) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  #status(status: Status): void {
    const error = statusError(status);
    if (status.type === "disconnect") this.#lost();
    else if (status.type === "reconnect") this.#outages.end();
    if (error === undefined) return;
    const cause = status.type === "error" ? status.error : undefined;
    const isPermission = cause instanceof errors.PermissionViolationError;
    if (isPermission && cause.operation === "publish") {
      this.#requests.failAll(error, cause.subject);
    }
    // Subscriptions count theirs themselves.
    if (error.errorCode !== 1010) this.series.failed(this.#context, error);
    tellAll(this.series, this.#context, this.#listeners, error);
  }

  #lost(): void {
    this.#outages.begin();
    for (const dependent of this.#dependents) dependent.lost?.();
    this.#requests.failAll(natsError(1002, undefined, "the connection was lost", "disconnected"));
  }

  #ended(cause: Error | undefined): void {
    this.#context.owned?.delete(this);
    this.#handler.forget();
    if (cause !== undefined) this.#error = endError(cause);
    this.#requests.end(this.#error ?? natsError(1002));
    for (const subscription of this.#subscriptions) subscription.end(this.#error);
    if (this.#error === undefined) return;
    this.series.failed(this.#context, this.#error);
    tellAll(this.series, this.#context, this.#listeners, this.#error);
  }

  #checkOpen(toPublish: boolean): void {
    if (this.#handler.isClosed() || (this.#closing !== undefined && toPublish)) {
      throw natsError(1002, this.#error);
    }
    if (toPublish && this.#handler.noMorePublishing) throw natsError(1002, undefined, "it drains");
  }

  /** Closes. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
