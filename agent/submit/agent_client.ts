import { describeError } from "../../internal/mod.ts";
import { Client, type Response } from "../../http/mod.ts";
import type { ShownJob } from "../api/mod.ts";
import { AgentError } from "../errors.ts";
import type { Host } from "./hosts.ts";

/** How agents and collectors are asked. */
export interface Access {
  /** Sent as `Authorization: Bearer`; null for none. */
  readonly token: string | null;
  /** Takes any certificate. */
  readonly insecure: boolean;
}

/** What a job is, as `POST /queue` takes it. */
export interface QueueRequest {
  readonly name: string;
  readonly users: number;
  readonly duration: number;
  readonly binary?: string;
  readonly script?: string;
}

/** Longest time for an answer, uploads aside, milliseconds. */
const ANSWER_MS = 15_000;
const EXCERPT = 200;
/** What is read of a file at a time. */
const UPLOAD_BYTES = 256 * 1024;

/**
 * One server, an agent or a collector, and requests to it. What it answers with another status than
 * expected is an `AgentError`: `host_unreachable`, `host_refused`, or `host_failed` for 5xx and 429.
 */
export class Server implements AsyncDisposable {
  readonly host: Host;
  readonly #client: Client;

  constructor(host: Host, { token, insecure }: Access) {
    this.host = host;
    this.#client = new Client({
      headers: token === null ? {} : { authorization: `Bearer ${token}` },
      timeout: ANSWER_MS,
      connectTimeout: ANSWER_MS,
      maxRedirects: 0,
      jar: null,
      tls: { insecureSkipVerify: insecure },
    });
  }

  /** Asks for a path below the base. @throws {AgentError} for another status than `expected` */
  async ask(
    what: string,
    method: string,
    path: string,
    expected: readonly number[],
    options: Parameters<Client["request"]>[2] = {},
  ): Promise<Response> {
    const response = await this.#client.request(method, this.host.url + path, {
      name: path.split("/")[1] ?? "",
      ...options,
    });
    const { status, error } = response;
    const { name } = this.host;
    if (error !== null) {
      throw new AgentError(
        "host_unreachable",
        `${name} can't be reached to ${what}: ${describeError(error)}`,
        {
          phase: what,
          cause: error,
        },
      );
    }
    if (expected.includes(status)) return response;
    const text = (await response.text()).replace(/[\s\p{Cc}]+/gu, " ").trim().slice(0, EXCERPT);
    const code = status >= 500 || status === 429 ? "host_failed" : "host_refused";
    throw new AgentError(code, `${name} answers ${status} to ${what}: ${text}`, { phase: what });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#client[Symbol.asyncDispose]();
  }
}

/** Uploads a file; gives its id. @throws {AgentError} */
export async function upload(agent: Server, path: string, signal: AbortSignal): Promise<string> {
  // Closed here whatever becomes of the request, which may not get as far as reading it.
  using file = await Deno.open(path);
  const { size } = await file.stat();
  const filename = path.replace(/^.*\//, "");
  const response = await agent.ask("upload", "POST", "/upload", [200], {
    multipart: [{ name: "file", filename, data: chunksOf(file), size }],
    timeout: 0,
    signal,
  });
  const { binary } = await response.json() as { binary?: unknown };
  if (typeof binary === "string" && binary !== "") return binary;
  throw new AgentError("host_refused", `${agent.host.name} gives no id for the upload`);
}

async function* chunksOf(file: Deno.FsFile): AsyncGenerator<Uint8Array> {
  for (;;) {
    const chunk = new Uint8Array(UPLOAD_BYTES);
    const length = await file.read(chunk);
    if (length === null) return;
    yield chunk.subarray(0, length);
  }
}

/**
 * Queues a job; gives where it is to be seen. Null for go-lo's agent, which shows no jobs.
 *
 * @throws {AgentError}
 */
export async function enqueue(agent: Server, job: QueueRequest): Promise<string | null> {
  const response = await agent.ask("queue", "POST", "/queue", [201], { json: job });
  const location = response.headers.get("location");
  return location !== null && /^\/jobs\/[\w-]{1,64}$/.test(location) ? location : null;
}

/** A job as its agent shows it. @throws {AgentError} */
export async function getJob(agent: Server, location: string): Promise<ShownJob> {
  const response = await agent.ask("show its job", "GET", location, [200]);
  const job = await response.json() as Partial<ShownJob> | null;
  if (typeof job?.state === "string" && typeof job.counts === "object") return job as ShownJob;
  throw new AgentError("host_refused", `${agent.host.name} shows no job at ${location}`);
}

/** Cancels a job. @throws {AgentError} */
export async function cancelJob(agent: Server, location: string): Promise<void> {
  await agent.ask("cancel its job", "DELETE", location, [200, 202, 404, 409]);
}
