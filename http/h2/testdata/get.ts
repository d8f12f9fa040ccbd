/**
 * Sends one request to the URL that is its argument and stays until the connection is closed; with
 * the argument `leave` it leaves the connection as it is.
 */
import { TCP } from "../../../net/mod.ts";
import { Session } from "../mod.ts";

const url = new URL(Deno.args[0]!);
const socket = await TCP.open(url.host);
const leaves = Deno.args[1] === "leave";
const { promise: closed, resolve } = Promise.withResolvers<void>();
const options = { maxBodyBytes: 1 << 20, letsProcessEnd: leaves };
const session = new Session(socket, url.origin, options, () => resolve());
const request = {
  method: "GET",
  scheme: "http" as const,
  authority: url.host,
  path: url.pathname,
  fields: [["user-agent", "downpour"]] as const,
  body: null,
  stream: null,
};
const lane = session.lane();
await lane.exchange(request, "keep", performance.now(), 5000).then(
  () => console.log(lane.status),
  (error) => console.log(error.code, error.message),
);
if (!leaves) await closed;
