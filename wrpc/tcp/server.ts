import { checkNames, OptionError } from "../../internal/mod.ts";
import {
  IPC,
  type StreamServer,
  type StreamSocket,
  TCP,
  type TcpListenOptions,
} from "../../net/mod.ts";
import { WrpcError } from "../errors.ts";
import { watchTimeout } from "../expiry.ts";
import { HeaderDecoder } from "../framing/header.ts";
import { FramedInvocation } from "../framing/invocation.ts";
import { type TransportMeter, transportMeter } from "../metrics.ts";
import type { Route, ServerTransport, Serving } from "../transport.ts";
import { measure } from "./client.ts";

/** What a framed server takes. */
export interface FramedServerLimits {
  /** Most invocations at the same time; a connection beyond is closed. @default {10000} */
  readonly maxInvocations?: number;
  /** Longest time until a connection's header is there, in milliseconds. @default {10000} */
  readonly headerTimeoutMs?: number;
}

/**
 * Serves on a TCP port, with TLS where `tls` is given.
 *
 * @throws {OptionError} for a limit out of its range
 */
export function tcpServer(options: TcpListenOptions & FramedServerLimits = {}): ServerTransport {
  const { maxInvocations, headerTimeoutMs, ...listen } = options;
  return framedServer(
    "tcp",
    () => TCP.listen(listen),
    limitsOf("wrpc.tcpServer", { maxInvocations, headerTimeoutMs }),
  );
}

/**
 * Serves on a Unix socket.
 *
 * @param path a fresh one in the temporary folder unless given
 * @throws {OptionError} as `tcpServer`
 */
export function unixServer(path?: string, limits: FramedServerLimits = {}): ServerTransport {
  return framedServer("unix", () => IPC.listen(path), limitsOf("wrpc.unixServer", limits));
}

type Limits = Required<FramedServerLimits>;

const LIMITS: readonly (keyof Limits)[] = ["maxInvocations", "headerTimeoutMs"];

function limitsOf(
  what: string,
  limits: { [K in keyof FramedServerLimits]: FramedServerLimits[K] | undefined },
): Limits {
  checkNames(what, limits, LIMITS);
  const { maxInvocations = 10_000, headerTimeoutMs = 10_000 } = limits;
  if (!(Number.isSafeInteger(maxInvocations) && maxInvocations > 0)) {
    const message = `maxInvocations of ${what} is ${maxInvocations}: give a whole number above 0`;
    throw new OptionError("maxInvocations", message);
  }
  if (!(headerTimeoutMs > 0)) {
    const message = `headerTimeoutMs of ${what} is ${headerTimeoutMs}: give milliseconds above 0`;
    throw new OptionError("headerTimeoutMs", message);
  }
  return { maxInvocations, headerTimeoutMs };
}

/** Serves what a listener accepts. @param kind of transport, for metrics */
export function framedServer(
  kind: string,
  listen: () => StreamServer<StreamSocket>,
  limits: Limits = limitsOf(kind, {}),
): ServerTransport {
  const serve: ServerTransport["serve"] = (routes, onError) =>
    Promise.resolve(new FramedServing(kind, listen(), limits, routes, onError));
  return { kind, serve };
}

class FramedServing implements Serving {
  readonly address: string;
  readonly #listener: StreamServer<StreamSocket>;
  readonly #limits: Limits;
  readonly #routes: ReadonlyMap<string, Route>;
  readonly #onError: (error: WrpcError) => void;
  readonly #meter: TransportMeter;
  /** Connections whose header isn't there yet. */
  readonly #arriving = new Set<StreamSocket>();
  readonly #invocations = new Set<FramedInvocation>();
  readonly #handling = new Set<Promise<void>>();
  readonly #accepting: Promise<void>;

  constructor(
    kind: string,
    listener: StreamServer<StreamSocket>,
    limits: Limits,
    routes: readonly Route[],
    onError: (error: WrpcError) => void,
  ) {
    this.address = listener.address;
    this.#listener = listener;
    this.#limits = limits;
    this.#routes = new Map(routes.map((route) => [`${route.instance}#${route.name}`, route]));
    this.#onError = onError;
    this.#meter = transportMeter(kind);
    this.#accepting = this.#accept();
  }

  get open(): number {
    return this.#arriving.size + this.#invocations.size;
  }

  async close(): Promise<void> {
    this.#listener.close();
    await this.#accepting;
    const refused = [...this.#arriving].map(refuse);
    this.#arriving.clear(); // Nothing of it has failed.
    const error = new WrpcError("closed", "serve", "the server was closed");
    for (const invocation of this.#invocations) invocation.drop(error);
    await Promise.all(refused);
    await Promise.all(this.#handling);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #accept(): Promise<void> {
    for (;;) {
      let socket: StreamSocket | null;
      try {
        socket = await this.#listener.accept();
      } catch (cause) {
        // One that can't be accepted (no descriptors, no handshake) isn't the end of the others.
        this.#failed(new WrpcError("connection_failed", "serve", "accepting failed", cause));
        await new Promise((resolve) => setTimeout(resolve, 10));
        continue;
      }
      if (socket === null) return;
      const handled = this.#handle(socket);
      this.#handling.add(handled);
      handled.finally(() => this.#handling.delete(handled));
    }
  }

  async #handle(socket: StreamSocket): Promise<void> {
    const limit = this.#limits.maxInvocations;
    if (this.open >= limit) {
      const message = `${limit} invocations are open, which is the limit`;
      this.#failed(new WrpcError("overloaded", "serve", message));
      return refuse(socket);
    }
    this.#arriving.add(socket);
    const stop = watchTimeout(this.#limits.headerTimeoutMs, () => {
      this.#arriving.delete(socket);
      this.#failed(new WrpcError("deadline", "receive", "no header came in time"));
      refuse(socket);
    });
    let begun: { route: Route; rest: Uint8Array } | null = null;
    try {
      begun = await this.#readHeader(socket);
    } catch (cause) {
      if (this.#arriving.has(socket)) this.#failed(asError(cause));
    }
    stop();
    if (!this.#arriving.delete(socket)) return; // Closed meanwhile, even if its header came still.
    if (begun === null) return refuse(socket);
    const { route, rest } = begun;
    const invocation = new FramedInvocation(socket, route.paths, true, () => {
      this.#invocations.delete(invocation);
      measure(this.#meter, socket);
    });
    this.#invocations.add(invocation);
    this.#meter.add("invocationsIn", 1);
    invocation.receive(rest);
    await route.handle(invocation);
  }

  /** Null when the peer went without a word, as one that looks whether the port is open. */
  async #readHeader(socket: StreamSocket): Promise<{ route: Route; rest: Uint8Array } | null> {
    const decoder = new HeaderDecoder();
    for (;;) {
      const bytes = await socket.read(4096);
      if (bytes === null) {
        if (socket.bytesIn === 0) return null;
        throw new WrpcError("truncated", "receive", "the stream ended inside its header");
      }
      const read = decoder.push(bytes);
      if (read === null) continue;
      const { header: { instance, name }, rest } = read;
      const route = this.#routes.get(`${instance}#${name}`);
      if (route !== undefined) return { route, rest };
      throw new WrpcError("function_unknown", "serve", `${instance}#${name} isn't served`);
    }
  }

  #failed(error: WrpcError): void {
    this.#meter.failed(error);
    this.#onError(error);
  }
}

/** How long a peer that is refused may take to be told, in milliseconds: TLS needs a handshake. */
const REFUSE_MS = 1000;

/** Ends inside a frame: see `FramedInvocation.abort`. */
async function refuse(socket: StreamSocket): Promise<void> {
  const stop = watchTimeout(REFUSE_MS, () => socket.close());
  await socket.write(Uint8Array.of(0)).then(() => socket.closeWrite()).catch(() => {});
  stop();
  socket.close();
}

function asError(cause: unknown): WrpcError {
  if (cause instanceof WrpcError) return cause;
  return new WrpcError("connection_lost", "receive", "the connection broke in its header", cause);
}
