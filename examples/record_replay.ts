/**
 * Answers that were given once are given again, without a server: a transport that records and
 * replays, under a client like any other. Only what really went over the network is in the metrics.
 *
 *     deno task downpour run examples/record_replay.ts -e TARGET=http://127.0.0.1:8000
 */
import { check, env } from "@downpour/downpour";
import { Client, HttpTransport, type Response, type Transport } from "@downpour/downpour/http";

export const options = { vus: 1, iterations: 3, thresholds: { http_reqs: ["count==2"] } };

const network = new HttpTransport();
const tape = new Map<string, Response>();
const transport: Transport = {
  async send(request) {
    const name = `${request.method} ${request.url}`;
    if (!tape.has(name)) tape.set(name, await network.send(request));
    return tape.get(name)!.clone();
  },
};
const client = new Client({ transport, baseUrl: env.TARGET ?? "http://127.0.0.1:8000" });

/** Two pages: recorded the first time, replayed from then on. */
export default async function () {
  for (const page of ["/get", "/json"]) {
    const known = tape.size;
    const response = await client.get(page);
    console.log(`${page} ${response.status} ${tape.size > known ? "recorded" : "replayed"}`);
    const body = await response.json();
    check(body, { "page has JSON": (value) => typeof value === "object" });
  }
}
