/**
 * Runs one job of a binary whose calls print many results, and takes them as the worker does.
 * Prints figures as JSON (`LinesFigure`). Arguments: the binary, its RPC address, a folder, users,
 * seconds.
 *
 * @module
 */
import { runBinary } from "@downpour/downpour/agent";

const [binary = "", rpcAddress = "", folder = "", users, seconds] = Deno.args;
let results = 0;
let mostRss = 0;
let runningAt = 0;
let drainingAt = 0;
const watch = setInterval(() => mostRss = Math.max(mostRss, Deno.memoryUsage().rss), 50);
const { error, counts } = await runBinary({
  job: "bench",
  binary,
  spec: { users: Number(users), duration: Number(seconds), rpcAddress },
  folder: `${folder}/own`,
  logs: `${folder}/logs`,
  onState(state) {
    if (state === "running") runningAt = performance.now();
    if (state === "draining") drainingAt = performance.now();
  },
  onResults(batch) {
    results += batch.length;
    return Promise.resolve();
  },
});
clearInterval(watch);
if (error !== null) throw error;
console.log(JSON.stringify({
  linesPerSecond: results / (drainingAt - runningAt) * 1000,
  printed: counts.printed,
  lost: counts.calls * 100 - results,
  mostRssBytes: mostRss,
}));
