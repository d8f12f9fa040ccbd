import { DownpourError } from "../internal/mod.ts";
import { connect, type Connected, type Connecting } from "./connect.ts";
import type { Target } from "./target.ts";
import type { Trace } from "./trace.ts";

/** Connects as `connect` does, and tells of it. @throws what a listener threw, and as `connect` */
export async function tracedConnect(
  target: Target,
  how: Connecting,
  timeoutMs: number,
  signal: AbortSignal | undefined,
  trace: Trace,
): Promise<Connected> {
  const { address } = target;
  let connected: Connected | undefined;
  try {
    await trace.connecting(address);
    connected = await connect(target, how, timeoutMs, signal, trace);
    await trace.tell("connectEnd", { socket: connected.socket });
    return connected;
  } catch (error) {
    connected?.socket.close();
    await trace.settled(); // What a listener threw comes first.
    if (error instanceof DownpourError) await trace.tell("connectError", { address, error });
    throw error;
  }
}
