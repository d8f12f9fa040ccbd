/**
 * An agent that runs one job of a binary whose calls print many results, which go to a collector in
 * another process. Prints figures as JSON (`LinesFigure`). Arguments: the binary, its RPC address, a
 * folder, the collector's URL, users, seconds.
 *
 * @module
 */
import { type Job, startAgent } from "@downpour/downpour/agent";

const [binary = "", rpcAddress = "", folder = "", collector = "", users, seconds] = Deno.args;
let mostRss = 0;
const watch = setInterval(() => mostRss = Math.max(mostRss, Deno.memoryUsage().rss), 50);
await using agent = await startAgent({
  folder: `${folder}/agent`,
  address: { port: 0 },
  security: { token: null, goloCompat: true },
  collector: { url: collector },
  cooldownMs: 0,
  rpcAddress,
});

const form = new FormData();
form.append("file", new Blob([await Deno.readFile(binary)]), "load");
const uploaded = await ask("/upload", { method: "POST", body: form });
const { binary: id } = await uploaded.json() as { binary: string };
const spec = { name: "bench", users: Number(users), duration: Number(seconds), binary: id };
const queued = await ask("/queue", { method: "POST", body: JSON.stringify(spec) });
await queued.body?.cancel();

let job: Job;
do {
  await new Promise((resolve) => setTimeout(resolve, 50));
  job = await (await ask(queued.headers.get("location")!)).json() as Job;
} while (job.endedAt === null);
clearInterval(watch);
if (job.error !== null) throw new Error(`run the job: ${job.error.message}`);
const { calls, printed, collected, rejected } = job.counts;
console.log(JSON.stringify({
  // From the start of the binary until the collector has taken the last.
  linesPerSecond: collected / (Date.parse(job.endedAt) - Date.parse(job.startedAt!)) * 1000,
  printed,
  lost: Math.max(printed - collected - rejected, calls * 100 - collected),
  mostRssBytes: mostRss,
}));

async function ask(path: string, init?: RequestInit): Promise<Response> {
  const response = await fetch(agent.url + path, init);
  if (!response.ok) throw new Error(`ask for ${path}: ${await response.text()}`);
  return response;
}
