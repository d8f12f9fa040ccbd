/**
 * Loads a server over HTTP/2 with this package's client: see `h2_client.ts`.
 *
 * @module
 */
import { Client } from "@downpour/downpour/http";
import { h2Plan, runH2Client } from "./h2_client.ts";

const plan = h2Plan();
await using client = new Client({
  version: 2,
  tls: { caCerts: [await Deno.readTextFile(plan.caFile)] },
});
await runH2Client(plan, async () => (await client.get(plan.url)).status);
