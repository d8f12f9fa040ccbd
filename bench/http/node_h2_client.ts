/**
 * Loads a server over HTTP/2 with `node:http2`, the yardstick: see `h2_client.ts`.
 *
 * @module
 */
import http2 from "node:http2";
import { h2Plan, runH2Client } from "./h2_client.ts";

const plan = h2Plan();
const url = new URL(plan.url);
const session = http2.connect(url.origin, { ca: await Deno.readTextFile(plan.caFile) });
await new Promise<void>((resolve, reject) => {
  session.once("connect", () => resolve());
  session.once("error", reject);
});

function send(): Promise<number> {
  return new Promise((resolve, reject) => {
    let status = 0;
    const stream = session.request({ ":path": url.pathname });
    stream.once("response", (headers) => status = Number(headers[":status"]));
    stream.once("end", () => resolve(status));
    stream.once("error", reject);
    stream.resume();
    stream.end();
  });
}

await runH2Client(plan, send);
session.close();
