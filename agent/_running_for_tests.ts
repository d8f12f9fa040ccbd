import { freePort } from "../internal/programs_for_tests.ts";
import { withFolder } from "./_folders_for_tests.ts";
import { type Agent, startAgent } from "./agent.ts";
import { type CollectorServer, startCollector } from "./collector/mod.ts";
import type { Job } from "./job.ts";
import type { AgentOptions } from "./options.ts";

/** Token of the agents of tests. */
export const TOKEN = "0123456789abcdef0123456789abcdef";

/** An agent with its collector, and a client. */
export interface Running {
  readonly agent: Agent;
  readonly collector: CollectorServer;
  /** All of it is below. */
  readonly folder: string;
  /** Of binaries that name none. */
  readonly rpcAddress: string;
  /** What people were told. */
  readonly notes: readonly string[];
  /** Asks the agent, with the token. */
  ask(path: string, init?: RequestInit): Promise<Response>;
  /** Queues a job, and gives it once `so`; at its end unless told. */
  run(job: Readonly<Record<string, unknown>>, so?: (job: Job) => boolean): Promise<Job>;
  /** One of its logs. */
  log(name: string, file: string): Promise<string>;
}

/** Starts an agent in a folder: on free ports, with no rest between jobs. */
export async function startIn(
  folder: string,
  collector: CollectorServer,
  given: Partial<AgentOptions> = {},
): Promise<Running> {
  const notes: string[] = [];
  const rpcAddress = given.rpcAddress ?? `127.0.0.1:${freePort()}`;
  const agent = await startAgent({
    folder: `${folder}/data`,
    logs: `${folder}/logs`,
    address: { port: 0 },
    security: { token: TOKEN },
    collector: { url: collector.url },
    cooldownMs: 0,
    onNote: (text) => notes.push(text),
    ...given,
    rpcAddress,
  });
  const ask = (path: string, init: RequestInit = {}): Promise<Response> => {
    const headers = { authorization: `Bearer ${TOKEN}`, ...init.headers };
    return fetch(agent.url + path, { ...init, headers });
  };
  return {
    ...{ agent, collector, folder, rpcAddress, notes, ask },
    async run(job, so = ({ endedAt, state }) => endedAt !== null && state !== "cooling") {
      const queued = await ask("/queue", { method: "POST", body: JSON.stringify(job) });
      const text = await queued.text();
      if (queued.status !== 201) throw new Error(`${queued.status} ${text}`);
      for (;;) {
        const now: Job = await (await ask(queued.headers.get("location")!)).json();
        if (so(now) || now.endedAt !== null) return now;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
    log: (name, file) => Deno.readTextFile(`${folder}/logs/${name}/${file}`),
  };
}

/** Uploads a file as golo-cli does; gives its id. */
export async function upload(ask: Running["ask"], path: string): Promise<string> {
  const form = new FormData();
  form.append("file", new Blob([await Deno.readFile(path)]), path);
  const response = await ask("/upload", { method: "POST", body: form });
  const text = await response.text();
  if (response.status !== 200) throw new Error(`${response.status} ${text}`);
  return JSON.parse(text).binary;
}

/** Calls `use` with an agent and its collector, which keeps files. */
export function withAgent(
  use: (running: Running) => Promise<void>,
  given: Partial<AgentOptions> = {},
): Promise<void> {
  return withFolder(async (folder) => {
    const store = { kind: "files", folder: `${folder}/collected` } as const;
    await using collector = startCollector({ address: { port: 0 }, store });
    const running = await startIn(folder, collector, given);
    await using _agent = running.agent;
    await use(running);
  });
}
