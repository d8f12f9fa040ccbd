import { checkNames, formatDuration, OptionError } from "../../internal/mod.ts";
import { type Link, ThrottledConn } from "./_throttled_conn.ts";
import { Waits } from "./_waits.ts";
import { type Clock, SYSTEM_CLOCK } from "../clock.ts";
import type { Conn } from "../conn.ts";
import type { Dialer } from "../dialer.ts";
import { NetError } from "../errors.ts";

/** A slow network. What isn't given isn't limited. */
export interface ThrottleLimits {
  /**
   * Added to each round trip, in milliseconds, at most 600000: what is written arrives so much
   * later, in order. @default {0}
   */
  latencyMs?: number;
  /** Changes each latency by up to so many milliseconds, up or down; at most `latencyMs`. @default {0} */
  jitterMs?: number;
  /** Bytes that come in a second, at least 1. */
  downloadBytesPerSecond?: number;
  /** Bytes that go out in a second, at least 1. */
  uploadBytesPerSecond?: number;
}

const NAMES = ["latencyMs", "jitterMs", "downloadBytesPerSecond", "uploadBytesPerSecond"];
const MAX_LATENCY_MS = 600_000;

/**
 * A layer for `StreamSocket.layer` that behaves like a slow network.
 *
 * A write resolves once the link has taken it in, at most 1 MiB is on its way. Its failure may
 * therefore be that of a later write. `closeWrite` waits until all has arrived; `close` doesn't, and
 * what is still on its way is lost.
 *
 * @param clock for tests
 * @throws {OptionError} for a limit that doesn't exist or a value out of its range
 */
export function throttled(conn: Conn, limits: ThrottleLimits, clock: Clock = SYSTEM_CLOCK): Conn {
  return new ThrottledConn(conn, readLimits(limits), clock);
}

/**
 * A dialer whose connections behave as over a slow network (k6 issue 1098): connecting takes one
 * round trip more, two with TLS, then each socket is `throttled`, above its encryption.
 *
 * @example
 * ```ts
 * import { TCP, throttle } from "@downpour/downpour/net";
 * import assert from "node:assert/strict";
 *
 * const dial = throttle(TCP.open, { latencyMs: 150, downloadBytesPerSecond: 200_000 });
 * const server = TCP.listen();
 * const begin = performance.now();
 * const socket = await dial(server.address);
 * assert(performance.now() - begin > 140);
 * socket.close();
 * server.close();
 * ```
 * @param clock for tests
 * @throws {OptionError} for a limit that doesn't exist or a value out of its range
 */
export function throttle(
  dial: Dialer,
  limits: ThrottleLimits,
  clock: Clock = SYSTEM_CLOCK,
): Dialer {
  if (typeof dial !== "function") {
    throw new OptionError("dial", `throttle takes a function that connects: ${String(dial)}`);
  }
  const link = readLimits(limits);
  return async (address, options) => {
    const { signal, connectTimeoutMs = Infinity } = options ?? {};
    const begin = clock.now();
    const socket = await dial(address, options);
    try {
      const roundTrips = socket.tls === null ? 1 : 2;
      const readyAt = clock.now() + roundTrips * link.latencyMs;
      const cutAt = begin + connectTimeoutMs;
      await waitUntil(Math.min(readyAt, cutAt), clock, signal, address);
      if (readyAt > cutAt) throw timedOut(address, connectTimeoutMs);
      socket.layer((conn) => new ThrottledConn(conn, link, clock));
      return socket;
    } catch (error) {
      socket.close();
      throw error;
    }
  };
}

async function waitUntil(
  time: number,
  clock: Clock,
  signal: AbortSignal | undefined,
  address: string,
): Promise<void> {
  const waits = new Waits(clock);
  const abort = () => {
    const message = `connect to ${address} aborted`;
    waits.end(new NetError("aborted", message, { phase: "connect", cause: signal?.reason }));
  };
  signal?.addEventListener("abort", abort);
  if (signal?.aborted) abort();
  try {
    await waits.until(time);
  } finally {
    signal?.removeEventListener("abort", abort);
  }
}

function timedOut(address: string, afterMs: number): NetError {
  const message = `connect to ${address} failed: timed out after ${formatDuration(afterMs)}`;
  return new NetError("connection_timeout", message, { phase: "connect" });
}

function readLimits(limits: ThrottleLimits): Link {
  checkNames("throttle", limits, NAMES);
  const {
    latencyMs = 0,
    jitterMs = 0,
    downloadBytesPerSecond = Infinity,
    uploadBytesPerSecond = Infinity,
  } = limits;
  checkRange("latencyMs", latencyMs, 0, MAX_LATENCY_MS);
  checkRange("jitterMs", jitterMs, 0, MAX_LATENCY_MS);
  if (jitterMs > latencyMs) {
    throw new OptionError("jitterMs", `jitterMs ${jitterMs} is more than latencyMs ${latencyMs}`);
  }
  checkRange("downloadBytesPerSecond", downloadBytesPerSecond, 1, Infinity);
  checkRange("uploadBytesPerSecond", uploadBytesPerSecond, 1, Infinity);
  return { latencyMs, jitterMs, downloadBytesPerSecond, uploadBytesPerSecond };
}

function checkRange(name: string, value: unknown, least: number, most: number): void {
  if (typeof value === "number" && value >= least && value <= most) return;
  const range = most === Infinity ? `at least ${least}` : `${least} to ${most}`;
  throw new OptionError(name, `${name} must be ${range}: ${String(value)}`);
}
