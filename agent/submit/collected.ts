import { DeltaDecoder, type Registry } from "../../metrics/mod.ts";
import { AgentError } from "../errors.ts";
import type { Server } from "./agent_client.ts";

/** Most bytes of a job's totals. */
const MAX_BYTES = 64 * 1024 * 1024;

/** Begins a new run of a job at a collector: what was pushed before counts no more. @throws {AgentError} */
export async function startRun(collector: Server, job: string): Promise<void> {
  await collector.ask("begin a run", "POST", `/jobs/${encodeURIComponent(job)}/runs`, [201]);
}

/** Adds what a collector has of a job to `into`. @throws {AgentError} */
export async function addTotals(collector: Server, job: string, into: Registry): Promise<void> {
  const path = `/jobs/${encodeURIComponent(job)}/totals`;
  const response = await collector.ask("sum up", "GET", path, [200]);
  const bytes = new Uint8Array(await response.arrayBuffer());
  try {
    decodeTotals(bytes, into);
  } catch (cause) {
    const message = `${collector.host.name} gives totals that can't be read`;
    throw new AgentError("totals_malformed", message, { phase: "sum up", cause });
  }
}

/** Adds totals as `GET /jobs/{job}/totals` gives them: deltas, each behind its length. */
export function decodeTotals(bytes: Uint8Array, into: Registry): void {
  if (bytes.length > MAX_BYTES) {
    throw new Error(`they have ${bytes.length} bytes, above ${MAX_BYTES}`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const decoder = new DeltaDecoder(into);
  for (let at = 0; at < bytes.length;) {
    if (at + 4 > bytes.length) throw new Error("they end in a length");
    const end = at + 4 + view.getUint32(at);
    if (end > bytes.length) throw new Error(`${end - bytes.length} bytes of them are missing`);
    decoder.apply(bytes.subarray(at + 4, end));
    at = end;
  }
}
