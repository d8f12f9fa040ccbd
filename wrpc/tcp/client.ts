import { OptionError } from "../../internal/mod.ts";
import { type Context, currentContext, runInContext } from "../../metrics/mod.ts";
import { IPC, NetError, type NetErrorCode, type StreamSocket, TCP } from "../../net/mod.ts";
import type { IndexPath, PathPattern } from "../codec/mod.ts";
import { WrpcError } from "../errors.ts";
import { frameHead } from "../framing/frames.ts";
import { encodeHeader } from "../framing/header.ts";
import { FramedInvocation, MAX_SENT_FRAME } from "../framing/invocation.ts";
import { type TransportMeter, transportMeter } from "../metrics.ts";
import type { Invocation, InvokeOptions, Transport } from "../transport.ts";
import {
  type FramedPlan,
  readFramedOptions,
  readWhere,
  type TcpTransportOptions,
  type UnixTransportOptions,
} from "./options.ts";
import { Pool } from "./pool.ts";

/** Opens a connection for one invocation. */
type Open = (limits: { connectTimeoutMs: number; signal?: AbortSignal }) => Promise<StreamSocket>;

/**
 * Calls over TCP or TLS: framed, with a connection for each invocation, as wRPC's `SPEC.md` says.
 *
 * @throws {OptionError} for an option that doesn't exist or a value out of its range
 */
export function tcpTransport(options: string | TcpTransportOptions): Transport {
  const given = typeof options === "string" ? { address: options } : options;
  const plan = readFramedOptions("tcp", "address", given);
  const address = readWhere("tcp", "address", given.address);
  const open: Open = (limits) => TCP.open(address, { ...limits, tls: plan.tls });
  return new FramedTransport("tcp", open, plan);
}

/** Calls over a Unix socket. @throws {OptionError} as `tcpTransport` */
export function unixTransport(options: string | UnixTransportOptions): Transport {
  const given = typeof options === "string" ? { path: options } : options;
  const plan = readFramedOptions("unix", "path", given);
  const path = readWhere("unix", "path", given.path);
  const open: Open = (limits) => IPC.open(path, { ...limits, tls: plan.tls });
  return new FramedTransport("unix", open, plan);
}

/** Headers are few: one for each function. */
const MAX_HEADERS = 1000;
/** Parameters up to here go with the header in one write; longer ones aren't copied. */
const MAX_JOINED = 16 * 1024;
const ROOT: IndexPath = [];
/** How the parts of making a connection say that there was no more time for them. */
const TIMEOUTS: readonly NetErrorCode[] = ["dns_timeout", "connection_timeout", "tls_timeout"];

class FramedTransport implements Transport {
  readonly kind: string;
  readonly #open: Open;
  readonly #connectTimeoutMs: number;
  readonly #context = currentContext();
  readonly #pool: Pool | null;
  readonly #headers = new Map<string, Uint8Array>();
  readonly #invocations = new Set<FramedInvocation>();
  readonly #closing = new AbortController();

  constructor(kind: string, open: Open, { connectTimeoutMs, pool, poolIdleMs }: FramedPlan) {
    this.kind = kind;
    this.#open = open;
    this.#connectTimeoutMs = connectTimeoutMs;
    this.#pool = pool === 0 ? null : new Pool(() => this.#openAhead(), pool, poolIdleMs);
    if (pool > 0) this.#context.owned?.add(this);
  }

  /** What is opened ahead ends with the transport, not with the call that had it opened. */
  #openAhead(): Promise<StreamSocket> {
    const place: Context = { ...this.#context, owned: null };
    return runInContext(place, async () => {
      const socket = await this.#open({ connectTimeoutMs: this.#connectTimeoutMs });
      measureOpening(transportMeter(this.kind), socket);
      return socket;
    });
  }

  async invoke(
    instance: string,
    name: string,
    params: Uint8Array,
    paths: readonly PathPattern[],
    { signal, timeoutMs, headers }: InvokeOptions,
  ): Promise<Invocation> {
    if (this.#closing.signal.aborted) throw closed();
    if (headers !== undefined) {
      throw new OptionError("headers", `${this.kind} has no headers: NATS alone carries them`);
    }
    const meter = transportMeter(this.kind);
    const { socket, reading } = this.#pool?.take() ??
      { socket: await this.#connected(meter, signal, timeoutMs), reading: null };
    const onClose = () => {
      this.#invocations.delete(invocation);
      measure(meter, socket);
    };
    const invocation = new FramedInvocation(socket, paths, false, onClose, reading);
    this.#invocations.add(invocation);
    meter.add("invocationsOut", 1);
    // What fails here is told to who reads.
    for (const bytes of this.#begin(instance, name, params)) socket.write(bytes).catch(() => {});
    return invocation;
  }

  async #connected(
    meter: TransportMeter,
    signal: AbortSignal | undefined,
    timeoutMs: number,
  ): Promise<StreamSocket> {
    const connectTimeoutMs = Math.min(this.#connectTimeoutMs, timeoutMs);
    const socket = await this.#connect({ connectTimeoutMs, ...(signal && { signal }) }, timeoutMs);
    if (this.#closing.signal.aborted) {
      socket.close();
      throw closed();
    }
    measureOpening(meter, socket);
    return socket;
  }

  async #connect(
    limits: { connectTimeoutMs: number; signal?: AbortSignal },
    timeoutMs: number,
  ): Promise<StreamSocket> {
    try {
      return await this.#open(limits);
    } catch (cause) {
      if (!(cause instanceof NetError)) throw cause;
      if (cause.code === "aborted") {
        throw new WrpcError("aborted", "connect", "the invocation was aborted", cause);
      }
      if (TIMEOUTS.includes(cause.code) && limits.connectTimeoutMs === timeoutMs) {
        throw new WrpcError("deadline", "connect", `no connection within ${timeoutMs} ms`, cause);
      }
      throw new WrpcError("connection_failed", "connect", cause.message, cause);
    }
  }

  /** Header and root frame, in one piece: one write. Large parameters are cut, and not copied. */
  *#begin(instance: string, name: string, params: Uint8Array): Generator<Uint8Array> {
    const header = this.#headerOf(instance, name);
    if (params.length <= MAX_JOINED) {
      const head = frameHead(ROOT, params.length);
      const bytes = new Uint8Array(header.length + head.length + params.length);
      bytes.set(header);
      bytes.set(head, header.length);
      bytes.set(params, header.length + head.length);
      yield bytes;
      return;
    }
    yield header;
    for (let at = 0; at < params.length; at += MAX_SENT_FRAME) {
      const data = params.subarray(at, at + MAX_SENT_FRAME);
      yield frameHead(ROOT, data.length);
      yield data;
    }
  }

  #headerOf(instance: string, name: string): Uint8Array {
    const key = `${instance}#${name}`;
    let header = this.#headers.get(key);
    if (header === undefined) {
      if (this.#headers.size >= MAX_HEADERS) this.#headers.clear();
      this.#headers.set(key, header = encodeHeader({ instance, name }));
    }
    return header;
  }

  close(): Promise<void> {
    this.#closing.abort();
    this.#context.owned?.delete(this);
    this.#pool?.close();
    for (const invocation of this.#invocations) invocation.drop(closed());
    return Promise.resolve();
  }
}

function measureOpening(meter: TransportMeter, { timings }: StreamSocket): void {
  meter.add("connecting", timings.lookupMs + timings.connectMs + timings.tlsMs);
}

/** Counts what a socket moved. */
export function measure(meter: TransportMeter, { bytesIn, bytesOut }: StreamSocket): void {
  meter.add("bytesIn", bytesIn);
  meter.add("bytesOut", bytesOut);
}

function closed(): WrpcError {
  return new WrpcError("closed", "send", "the transport was closed");
}
