import { AgentError } from "../errors.ts";
import { backoffWaits, connectRpc, type RpcClient } from "../rpc/mod.ts";
import { sleep } from "../sleep.ts";
import type { BinaryCounts } from "./counts.ts";
import type { BinaryLimits } from "./limits.ts";

const METHOD = "Server.Run";
/** Between tries while every answer is an error. */
const ERROR_WAITS = { firstMs: 10, mostMs: 1000 };

/** What is called, how often and for how long. */
export interface CallPlan {
  /** `host:port` of the program's RPC server. */
  readonly address: string;
  /** Calls in flight. */
  readonly users: number;
  /** Seconds from the first answer on. */
  readonly duration: number;
  readonly limits: BinaryLimits;
  /** Is added to. */
  readonly counts: BinaryCounts;
  /** Ends it early: nothing is waited for. */
  readonly stop: AbortSignal;
  /** The first call was answered. */
  onRunning(): void;
  /** The time is over: calls in flight are waited for. */
  onDraining(): void;
}

/**
 * Calls `Server.Run`: until it answers once, then with so many calls in flight until the time is
 * over, then waits for those in flight. Resolves when it was stopped, too.
 *
 * @throws {AgentError} `rpc_unreachable`, `rpc_error` when every answer was an error, `rpc_timeout`
 *   when the first never came, `rpc_invalid`, `rpc_closed` when no connection lasts
 */
export async function callProgram(plan: CallPlan): Promise<void> {
  const { address, stop, duration, limits, counts } = plan;
  let client = await firstAnswer(plan);
  if (client === null) return;
  plan.onRunning();
  const over = new AbortController();
  const end = (): void => over.abort();
  const timer = setTimeout(end, duration * 1000);
  stop.addEventListener("abort", end, { once: true });
  if (stop.aborted) end();
  let answeredAt = performance.now();
  let waits = backoffWaits(ERROR_WAITS);
  try {
    for (;;) {
      const before = counts.calls;
      await callUntil(client, over.signal, plan);
      if (over.signal.aborted) return;
      const reason = await client.closed;
      if (reason.code === "rpc_invalid") throw reason;
      if (counts.calls > before) {
        answeredAt = performance.now();
        waits = backoffWaits(ERROR_WAITS);
      } else if (performance.now() - answeredAt >= limits.reconnectSeconds * 1000) {
        throw keepsClosing(address, limits.reconnectSeconds, reason);
      }
      await client.close();
      await sleep(waits.next().value, over.signal);
      client = await connect(plan, limits.reconnectSeconds, over.signal);
      if (client === null) return;
    }
  } finally {
    clearTimeout(timer);
    stop.removeEventListener("abort", end);
    await client?.close();
  }
}

/** A client whose server has answered; null when it was stopped. */
async function firstAnswer(plan: CallPlan): Promise<RpcClient | null> {
  const { address, stop, limits, counts } = plan;
  const deadline = performance.now() + limits.startSeconds * 1000;
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), limits.startSeconds * 1000);
  const signal = AbortSignal.any([stop, late.signal]);
  let client: RpcClient | null = null;
  let last: AgentError | null = null;
  try {
    for (const waits = backoffWaits(ERROR_WAITS);;) {
      const left = Math.max(0, (deadline - performance.now()) / 1000);
      const tried: RpcClient | null = client ?? await connect(plan, left, stop);
      if (tried === null) return null;
      client = tried;
      try {
        await tried.call(METHOD, signal);
        counts.calls++;
        client = null;
        return tried;
      } catch (error) {
        if (!(error instanceof AgentError) || error.code === "rpc_invalid") throw error;
        if (error.code === "rpc_error") {
          counts.calls++;
          counts.callErrors++;
          last = error;
        } else counts.unanswered++;
        if (error.code === "rpc_closed") {
          await tried.close();
          client = null;
        }
      }
      await sleep(waits.next().value, signal);
      if (stop.aborted) return null;
      if (late.signal.aborted) throw neverAnswered(address, limits.startSeconds, last);
    }
  } finally {
    clearTimeout(timer);
    await client?.close();
  }
}

function neverAnswered(address: string, seconds: number, last: AgentError | null): AgentError {
  return last === null
    ? new AgentError("rpc_timeout", `${address} did not answer ${METHOD} within ${seconds} s`, {
      phase: "start",
    })
    : new AgentError(
      "rpc_error",
      `${address} answered ${METHOD} with errors alone for ${seconds} s: ${last.message}`,
      { phase: "start", cause: last },
    );
}

function keepsClosing(address: string, seconds: number, cause: AgentError): AgentError {
  return new AgentError(
    "rpc_closed",
    `${address} ended every connection for ${seconds} s without an answer: ${cause.message}`,
    { phase: "run", cause },
  );
}

/** Connects; null when it was stopped meanwhile. */
async function connect(
  { address }: CallPlan,
  seconds: number,
  signal: AbortSignal,
): Promise<RpcClient | null> {
  try {
    return await connectRpc(address, { signal, backoff: { timeoutMs: seconds * 1000 } });
  } catch (error) {
    if (error instanceof AgentError && error.code === "rpc_aborted") return null;
    throw error;
  }
}

/** Keeps calls in flight until `over` or the end of the connection, and waits for the last ones. */
async function callUntil(client: RpcClient, over: AbortSignal, plan: CallPlan): Promise<void> {
  const { users, counts, stop, limits } = plan;
  const user = async (): Promise<void> => {
    let waits = backoffWaits(ERROR_WAITS);
    let failing = false;
    while (!over.aborted) {
      try {
        await client.call(METHOD);
        counts.calls++;
        if (failing) waits = backoffWaits(ERROR_WAITS);
        failing = false;
      } catch (error) {
        if (!(error instanceof AgentError) || error.code !== "rpc_error") {
          counts.unanswered++;
          return;
        }
        counts.calls++;
        counts.callErrors++;
        failing = true;
        await sleep(waits.next().value, over);
      }
    }
  };
  let timer: number | undefined;
  const close = (): void => void client.close();
  const drain = (): void => {
    if (stop.aborted) return close();
    plan.onDraining();
    timer = setTimeout(close, limits.drainSeconds * 1000) as unknown as number;
  };
  over.addEventListener("abort", drain, { once: true });
  stop.addEventListener("abort", close, { once: true });
  if (over.aborted) drain();
  try {
    await Promise.all(Array.from({ length: users }, user));
  } finally {
    clearTimeout(timer);
    over.removeEventListener("abort", drain);
    stop.removeEventListener("abort", close);
  }
}
