import assert from "node:assert/strict";
import type { JobSummary } from "./collector/mod.ts";
import type { ResultLine } from "./result.ts";

/** Result number `n`: by it, each can be found again. */
export function result(n: number, more: Partial<ResultLine> = {}): ResultLine {
  return {
    sequenceID: `r${n}`,
    url: "http://shop.example/cart",
    method: "GET",
    status: 200,
    size: 512,
    timestamp: new Date(1_700_000_000_000 + n).toISOString(),
    duration: 2_000_000,
    error: null,
    ...more,
  };
}

/** Results from number `from` on. */
export function results(count: number, from = 0): ResultLine[] {
  return Array.from({ length: count }, (_, i) => result(from + i));
}

/** Fails unless `taken` are results 0 up to `count`, each once, in any order. */
export function assertEach(taken: readonly ResultLine[], count: number): void {
  const seen = new Uint32Array(count);
  for (const { sequenceID } of taken) seen[Number(sequenceID.slice(1))]! += 1;
  const missing = seen.findIndex((times) => times !== 1);
  assert.equal(missing, -1, `result ${missing} came ${seen[missing]} times`);
  assert.equal(taken.length, count);
}

/** Posts a body as an agent does; gives status and text. */
export async function post(
  url: string,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<[status: number, body: string]> {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const response = await fetch(url, { method: "POST", headers, body: text });
  return [response.status, await response.text()];
}

/** A job's summary, as a collector shows it. */
export async function getSummary(
  url: string,
  job: string,
): Promise<JobSummary & { duplicates: number; rejected: number }> {
  return await (await fetch(`${url}/jobs/${encodeURIComponent(job)}/summary`)).json();
}

/** Results in a job's file. */
export async function keptResults(folder: string, job: string): Promise<ResultLine[]> {
  const text = await Deno.readTextFile(`${folder}/${job}/results.ndjson`);
  return text.split("\n").slice(0, -1).map((line) => JSON.parse(line));
}
