import { withFolder } from "../_folders_for_tests.ts";
import { type JobQueue, openQueue, type QueueOptions } from "../queue.ts";
import { type AgentStore, openStore, type StoreOptions } from "../store/mod.ts";
import { type AgentApiOptions, startApi } from "./mod.ts";

/** A token for tests. */
export const TOKEN = "0123456789abcdef0123456789abcdef";

/** An agent without a worker, and how to ask it. */
export interface Served {
  readonly url: string;
  readonly port: number;
  readonly folder: string;
  readonly logs: string;
  readonly store: AgentStore;
  readonly queue: JobQueue;
  /** Asks, with the token, and reads the answer. */
  ask(method: string, path: string, init?: RequestInit): Promise<Answered>;
  /** Uploads bytes; the id. */
  upload(bytes?: Uint8Array<ArrayBuffer>): Promise<string>;
  /** Queues a job; its id. */
  queueJob(job: Record<string, unknown>): Promise<string>;
}

/** An answer, read. */
export interface Answered {
  readonly status: number;
  readonly text: string;
  readonly headers: Headers;
}

/** What may be set of an agent for tests. */
export interface ServedOptions extends Partial<Omit<AgentApiOptions, "store" | "agent" | "logs">> {
  readonly store?: Partial<StoreOptions>;
  readonly queue?: QueueOptions;
}

/** Serves an agent in a folder that is gone afterwards. */
export async function withAgent(
  use: (served: Served) => Promise<void>,
  { store: storeOptions = {}, queue: queueOptions = {}, ...options }: ServedOptions = {},
): Promise<void> {
  await withFolder(async (folder) => {
    await using store = await openStore({ folder: `${folder}/data`, ...storeOptions });
    const queue = openQueue(store.jobs, { uploads: store.uploads, ...queueOptions });
    const logs = `${folder}/logs`;
    await using server = startApi({
      address: { port: 0 },
      onError: (error) => console.error(error),
      security: { token: TOKEN },
      ...options,
      ...{ store, logs, agent: queue },
    });
    const ask: Served["ask"] = async (method, path, init = {}) => {
      const headers = new Headers(init.headers);
      if (!headers.has("authorization")) headers.set("authorization", `Bearer ${TOKEN}`);
      const response = await fetch(`${server.url}${path}`, { ...init, method, headers });
      return { status: response.status, text: await response.text(), headers: response.headers };
    };
    await use({
      ...{ url: server.url, port: server.port, folder, logs, store, queue, ask },
      async upload(bytes = new TextEncoder().encode("#!/bin/sh\n")) {
        const { text } = await ask("POST", "/upload", { body: form(bytes) });
        return (JSON.parse(text) as { binary: string }).binary;
      },
      async queueJob(job) {
        const { headers, text } = await ask("POST", "/queue", { body: JSON.stringify(job) });
        const location = headers.get("location");
        if (location === null) throw new Error(text);
        return location.slice("/jobs/".length);
      },
    });
  });
}

/** A form with a file, as golo-cli names it. */
export function form(bytes: Uint8Array<ArrayBuffer>, name = "file"): FormData {
  const data = new FormData();
  data.append(name, new Blob([bytes]), "./schedule");
  return data;
}

/** Sends bytes as they are; what comes back until the server closes, or `enough` of it. */
export async function raw(
  port: number,
  text: string,
  { end = false, enough = () => false }: { end?: boolean; enough?: (text: string) => boolean } = {},
): Promise<string> {
  using connection = await Deno.connect({ hostname: "127.0.0.1", port });
  await connection.write(new TextEncoder().encode(text));
  if (end) await connection.closeWrite();
  const buffer = new Uint8Array(64 * 1024);
  let answer = "";
  for (;;) {
    const count = await connection.read(buffer).catch(() => null);
    if (count === null) return answer;
    answer += new TextDecoder().decode(buffer.subarray(0, count));
    if (enough(answer)) return answer;
  }
}
