import { type Context, currentContext, runInContext } from "../../metrics/mod.ts";
import type { Inbound, MessageFrame } from "../../nats/mod.ts";
import { WrpcError } from "../errors.ts";
import { type TransportMeter, transportMeter } from "../metrics.ts";
import type { Route, ServerTransport, Serving } from "../transport.ts";
import { FAILURE_HEADER } from "./invocation.ts";
import { type Link, openLink } from "./link.ts";
import { type NatsServerOptions, readServerOptions } from "./options.ts";
import { ServingInvocation } from "./serving.ts";
import { invocationSubject } from "./subjects.ts";

const NOTHING = new Uint8Array(0);
const decoder = new TextDecoder();

/**
 * Serves over NATS, under a prefix and in a queue group; its `Serving.address` is the prefix.
 *
 * @throws {OptionError} for an option's value that can't be
 */
export function natsServer(options: NatsServerOptions = {}): ServerTransport {
  const plan = readServerOptions(options);
  return {
    kind: "nats",
    async serve(routes, onError) {
      const context = currentContext();
      const serving = new NatsServing(plan, routes, onError, context);
      await serving.start();
      return serving;
    },
  };
}

class NatsServing implements Serving {
  readonly address: string;
  readonly #plan: ReturnType<typeof readServerOptions>;
  readonly #routes: readonly Route[];
  readonly #onError: (error: WrpcError) => void;
  readonly #context: Context;
  readonly #meter: TransportMeter;
  readonly #invocations = new Set<ServingInvocation>();
  readonly #handling = new Set<Promise<void>>();
  #unsubscribe: (() => void)[] = [];
  #link: Link | null = null;
  #closing: Promise<void> | null = null;

  constructor(
    plan: ReturnType<typeof readServerOptions>,
    routes: readonly Route[],
    onError: (error: WrpcError) => void,
    context: Context,
  ) {
    this.address = plan.prefix;
    this.#plan = plan;
    this.#routes = routes;
    this.#onError = onError;
    this.#context = context;
    this.#meter = transportMeter("nats");
  }

  get open(): number {
    return this.#invocations.size;
  }

  /** Connects and subscribes. @throws {WrpcError} `connection_failed`, also when it isn't allowed to */
  async start(): Promise<void> {
    const { prefix, queueGroup } = this.#plan;
    let refused: Error | null = null;
    const link = this.#link = await openLink(this.#plan, "params", this.#context, {
      lost: (error, over) => {
        for (const invocation of this.#invocations) invocation.drop(error);
        if (!over || this.#closing !== null) return;
        refused ??= error;
        this.#failed(error);
      },
      denied: () => {}, // The caller's inbox: there is nobody to tell.
      idle: async () => void await Promise.all(this.#handling),
    });
    this.#unsubscribe = this.#routes.map((route) => {
      const subject = invocationSubject(prefix, route.instance, route.name);
      const inbound: Inbound = {
        deliver: (frame) => this.#deliver(link, route, frame),
        settle() {},
      };
      return link.line.subscribe(subject, queueGroup, inbound, (error) => {
        refused = error;
        this.#failed(failed(`subscribing to ${subject} failed: ${error.message}`, error));
      });
    });
    try {
      await link.connection.flush();
    } catch (cause) {
      refused ??= cause instanceof Error ? cause : new Error(String(cause));
    }
    if (refused === null) return;
    await this.close();
    throw failed(`serving over NATS failed: ${(refused as Error).message}`, refused);
  }

  #deliver(link: Link, route: Route, frame: MessageFrame): void {
    try {
      this.#begin(link, route, frame);
    } catch (cause) {
      // One that can't be answered isn't the end of the others.
      this.#failed(cause instanceof WrpcError ? cause : failed("answering failed", cause));
    }
  }

  #begin(link: Link, route: Route, frame: MessageFrame): void {
    const { buffer, replyStart, replyEnd } = frame;
    if (replyStart < 0) {
      const message = `a request for ${route.instance}#${route.name} names no inbox to answer to`;
      return this.#failed(new WrpcError("handshake_invalid", "receive", message));
    }
    const replyTo = decoder.decode(buffer.subarray(replyStart, replyEnd));
    const limit = this.#plan.maxInvocations;
    if (this.#closing !== null || this.open >= limit) {
      const headers = link.nats.encodeHeaders({ [FAILURE_HEADER]: "overloaded" });
      link.line.send(replyTo, NOTHING, headers, NOTHING);
      const message = `${limit} invocations are open, which is the limit`;
      return this.#failed(new WrpcError("overloaded", "serve", message));
    }
    this.#meter.add("invocationsIn", 1);
    const { paths } = route;
    const onClose = () => this.#invocations.delete(invocation);
    const parts = { link, paths, meter: this.#meter, onClose };
    const invocation: ServingInvocation = new ServingInvocation(parts);
    this.#invocations.add(invocation);
    invocation.begin(replyTo, frame);
    const handled = runInContext(this.#context, () => route.handle(invocation));
    this.#handling.add(handled);
    handled.finally(() => this.#handling.delete(handled));
  }

  close(): Promise<void> {
    return this.#closing ??= this.#close();
  }

  async #close(): Promise<void> {
    for (const end of this.#unsubscribe) end();
    const error = new WrpcError("closed", "serve", "the server was closed");
    for (const invocation of this.#invocations) invocation.abort(error);
    await Promise.all(this.#handling);
    await this.#link?.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #failed(error: WrpcError): void {
    this.#meter.failed(error);
    this.#onError(error);
  }
}

function failed(message: string, cause: unknown): WrpcError {
  return new WrpcError("connection_failed", "serve", message, cause);
}
