import { type Context, currentContext } from "../../metrics/mod.ts";
import type { PathPattern } from "../codec/mod.ts";
import { WrpcError } from "../errors.ts";
import { watchTimeout } from "../expiry.ts";
import { transportMeter } from "../metrics.ts";
import type { Invocation, InvokeOptions, Transport } from "../transport.ts";
import { CallingInvocation } from "./calling.ts";
import { type Link, openLink } from "./link.ts";
import { type NatsPlan, type NatsTransportOptions, readNatsOptions } from "./options.ts";
import { invocationSubject } from "./subjects.ts";

/** Subjects are few: one for each function. */
const MAX_SUBJECTS = 1000;
const NOTHING = new Uint8Array(0);

/**
 * Calls over NATS (wRPC `SPEC.md` of 0.16, "NATS.io"). It connects with the first call, by
 * `nats.connect`, whose options it takes; a connection that is lost fails what is open and is made
 * again.
 *
 * @throws {OptionError} for a prefix that is no subject, or options that don't go together
 */
export function natsTransport(options: NatsTransportOptions = {}): Transport {
  return new NatsTransport(readNatsOptions("wrpc.natsTransport", options), currentContext());
}

class NatsTransport implements Transport {
  readonly kind = "nats";
  readonly #plan: NatsPlan;
  readonly #context: Context;
  readonly #subjects = new Map<string, string>();
  readonly #invocations = new Set<CallingInvocation>();
  #opening: Promise<Link> | null = null;
  #link: Link | null = null;
  #closed = false;

  constructor(plan: NatsPlan, context: Context) {
    this.#plan = plan;
    this.#context = context;
    context.owned?.add(this);
  }

  async invoke(
    instance: string,
    name: string,
    params: Uint8Array,
    paths: readonly PathPattern[],
    options: InvokeOptions,
  ): Promise<Invocation> {
    if (this.#closed) throw closed();
    const link = this.#link ?? await this.#connected(options);
    const { headers: given } = options;
    const headers = given === undefined ? NOTHING : encodeHeaders(link, given);
    const meter = transportMeter(this.kind);
    const invocation: CallingInvocation = new CallingInvocation(
      { link, paths, meter, onClose: () => this.#invocations.delete(invocation) },
      { subject: this.#subjectOf(instance, name), headers, params },
    );
    this.#invocations.add(invocation);
    invocation.begin();
    meter.add("invocationsOut", 1);
    return invocation;
  }

  #subjectOf(instance: string, name: string): string {
    const key = `${instance}#${name}`;
    let subject = this.#subjects.get(key);
    if (subject === undefined) {
      if (this.#subjects.size >= MAX_SUBJECTS) this.#subjects.clear();
      this.#subjects.set(key, subject = invocationSubject(this.#plan.prefix, instance, name));
    }
    return subject;
  }

  /** Waits for the connection as long as the call may; it goes on for the calls that come. */
  async #connected({ signal, timeoutMs }: InvokeOptions): Promise<Link> {
    const { promise: given_up, reject } = Promise.withResolvers<never>();
    const onAbort = () =>
      reject(new WrpcError("aborted", "connect", "the invocation was aborted", signal?.reason));
    const stop = watchTimeout(timeoutMs, () => {
      reject(new WrpcError("deadline", "connect", `no connection within ${timeoutMs} ms`));
    });
    signal?.addEventListener("abort", onAbort);
    if (signal?.aborted) onAbort();
    try {
      const link = await Promise.race([this.#opening ??= this.#open(), given_up]);
      if (this.#closed) throw closed();
      return link;
    } finally {
      stop();
      signal?.removeEventListener("abort", onAbort);
    }
  }

  async #open(): Promise<Link> {
    try {
      const link = await openLink(this.#plan, "results", this.#context, {
        lost: (error, over) => {
          if (over) this.#link = this.#opening = null;
          for (const invocation of this.#invocations) invocation.drop(error);
        },
        denied: (subject, cause) => this.#denied(subject, cause),
        idle: () => Promise.resolve(),
      });
      if (this.#closed) await link.close();
      else this.#link = link;
      return link;
    } catch (error) {
      this.#opening = null; // The next call tries again.
      throw error;
    }
  }

  #denied(subject: string, cause: Error): void {
    for (const invocation of this.#invocations) {
      if (invocation.request.subject !== subject) continue;
      const message = `the server doesn't allow to publish to ${subject}`;
      invocation.drop(new WrpcError("connection_failed", "send", message, cause));
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#context.owned?.delete(this);
    for (const invocation of this.#invocations) invocation.abort(closed());
    const link = await this.#opening?.catch(() => null);
    await link?.close();
  }
}

function encodeHeaders({ nats }: Link, headers: Readonly<Record<string, string>>): Uint8Array {
  try {
    return nats.encodeHeaders(headers);
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new WrpcError("value_invalid", "encode", message, cause);
  }
}

function closed(): WrpcError {
  return new WrpcError("closed", "send", "the transport was closed");
}
