import { type AddressOptions, checked, findAddresses } from "./addresses.ts";
import { connectTo } from "./_connect.ts";
import { cutError } from "../_cut_error.ts";
import { Cutoff } from "../_cutoff.ts";
import type { NodeConn } from "../_node_conn.ts";
import { type Address, formatAddress } from "../address.ts";
import { ipVersionOf } from "../../internal/mod.ts";
import { NetError, netError } from "../errors.ts";
import { interleave, race } from "./happy_eyeballs.ts";
import type { LookupEvent, SocketTimings } from "../socket.ts";

/** How to make a connection. */
export interface DialOptions extends AddressOptions {
  /** Limit of lookup and connecting together, in milliseconds. */
  readonly connectTimeoutMs: number;
  /** Stops the attempt. */
  readonly signal: AbortSignal | undefined;
  /** Told what a name resolved to, when that was a step of its own; must not throw. */
  readonly onLookup?: ((event: LookupEvent) => void) | undefined;
}

/** A fresh connection. */
export interface Dialed {
  /** Owned by the caller. */
  readonly conn: Deno.TcpConn | NodeConn;
  /** How long it took. */
  readonly timings: Pick<SocketTimings, "lookupMs" | "connectMs">;
}

/**
 * Resolves a host and connects to it: to the first of its addresses that answers (Happy Eyeballs,
 * see `race`).
 *
 * Ranges in `blocked` are compared with the addresses that this very connection would go to, so a
 * name that resolves to something else than last time gains nothing. Blocked addresses are left
 * out; it is an error when no other is left.
 *
 * @throws {NetError} of the phase `lookup` or `connect`
 */
export async function dial(target: Address, options: DialOptions): Promise<Dialed> {
  const { host } = target;
  const cutoff = new Cutoff(options.signal, options.connectTimeoutMs);
  let phase: "lookup" | "connect" = "lookup";
  const begin = performance.now();
  let connectBegin = begin;
  try {
    let addresses: readonly Address[] | null = null;
    if (ipVersionOf(host) !== 0) addresses = checked([target], target, options);
    else if (!cutoff.signal.aborted) {
      addresses = await findAddresses(target, options, cutoff.signal);
      if (addresses !== null) {
        connectBegin = performance.now();
        addresses = interleave(addresses, familyOf);
        options.onLookup?.({
          host,
          addresses: addresses.map((address) => address.host),
          durationMs: connectBegin - begin,
        });
      }
    }
    phase = "connect";
    const left = options.connectTimeoutMs - (connectBegin - begin);
    const conn = await connectToAny(addresses ?? [target], target, options, cutoff.signal, left);
    const timings = {
      lookupMs: connectBegin - begin,
      connectMs: performance.now() - connectBegin,
    };
    return { conn, timings };
  } catch (error) {
    throw cutoff.signal.aborted
      ? cutError(
        cutoff,
        options.connectTimeoutMs,
        phase,
        phase === "lookup" ? host : formatAddress(target),
      )
      : netError(error, phase, host);
  } finally {
    cutoff.clear();
  }
}

function familyOf(address: Address): 4 | 6 {
  return ipVersionOf(address.host) === 6 ? 6 : 4;
}

async function connectToAny(
  addresses: readonly Address[],
  target: Address,
  { localAddress }: DialOptions,
  signal: AbortSignal,
  leftMs: number,
): Promise<Deno.TcpConn | NodeConn> {
  const shown = formatAddress(target);
  const connect = async (address: Address, signal: AbortSignal) => {
    try {
      return await connectTo(address, localAddress, signal);
    } catch (error) {
      const what = address.host === target.host ? shown : `${shown} (${show(address, target)})`;
      throw netError(signal.aborted ? new Deno.errors.TimedOut() : error, "connect", what);
    }
  };
  if (addresses.length === 1) return connect(addresses[0]!, signal);
  // RFC 8305 §5 has 250 ms, and never below 10; a short limit must leave every address its turn.
  const delayMs = Math.min(250, Math.max(10, leftMs / addresses.length));
  try {
    return await race(addresses, connect, { signal, delayMs, isFinal });
  } catch (error) {
    throw error instanceof AggregateError ? allFailed(addresses, target, error) : error;
  }
}

/** Without descriptors or memory no address can be reached; another may have free ports. */
function isFinal(error: unknown): boolean {
  if (!(error instanceof NetError) || error.code !== "generator_saturated") return false;
  return (error.cause as { code?: unknown } | undefined)?.code !== "EADDRNOTAVAIL";
}

/** One error for several addresses, which says why for each. */
function allFailed(
  addresses: readonly Address[],
  target: Address,
  cause: AggregateError,
): NetError {
  const errors: readonly NetError[] = cause.errors;
  const byReason = Map.groupBy(addresses, (_, index) => reasonOf(errors[index]!));
  const reasons = Array.from(byReason, ([reason, group]) => {
    return `${reason} (${join(group.map((address) => show(address, target)), ", ")})`;
  });
  const message = `connect to ${formatAddress(target)} failed: ${join(reasons, "; ")}`;
  return new NetError(mostTelling(errors).code, message, { phase: "connect", cause });
}

/** Some of what there is, and how much more. */
function join(texts: readonly string[], separator: string): string {
  const rest = texts.length - 4;
  return rest > 0 ? [...texts.slice(0, 4), `${rest} more`].join(separator) : texts.join(separator);
}

const NOT_ANSWERED = ["generator_saturated", "permission_denied", "host_unreachable"];

/** An answer of the target, or its silence, says more than that this machine has no way to it. */
function mostTelling(errors: readonly NetError[]): NetError {
  return errors.find(({ code }) => !NOT_ANSWERED.includes(code)) ??
    errors.find(({ code }) => code !== "host_unreachable") ?? errors[0]!;
}

function reasonOf({ message }: NetError): string {
  const mark = " failed: ";
  return message.slice(message.indexOf(mark) + mark.length);
}

function show({ host, port }: Address, target: Address): string {
  return port === target.port ? host : formatAddress({ host, port });
}
