import type { Side } from "./link.ts";
import { measure } from "./measure.ts";
import { pingPong } from "./ping_pong.ts";
import type { Service } from "./server.ts";
import { download, echo, upload } from "./stream_loops.ts";
import type { Tally } from "./tally.ts";

/** What a client is to do: its one argument, as JSON. */
export interface ClientPlan {
  readonly service: Service;
  /** Where the service is: `127.0.0.1:port`, or a path. */
  readonly address: string;
  /** File with the authority that TLS trusts. */
  readonly caFile: string;
  readonly connections: number;
  readonly warmUpSeconds: number;
  readonly seconds: number;
}

/** Loads a service over `side`, the same way for both; prints a `ClientResult`. */
export async function runClient(side: Side): Promise<void> {
  const plan = JSON.parse(Deno.args[0]!) as ClientPlan;
  const loops = await Promise.all(
    Array.from({ length: plan.connections }, () => connect(side, plan)),
  );
  const run = (tally: Tally): Promise<unknown> => Promise.all(loops.map((loop) => loop(tally)));
  console.log(JSON.stringify(await measure(run, plan.warmUpSeconds, plan.seconds)));
}

/** Connects; what is to be done over the connection. */
async function connect(
  side: Side,
  { service, address, caFile }: ClientPlan,
): Promise<(tally: Tally) => Promise<void>> {
  if (service === "udp-echo") {
    const link = await side.udp(address);
    return (tally) => pingPong(link, tally);
  }
  const link = service === "unix-echo"
    ? await side.unix(address)
    : service === "tls-echo"
    ? await side.tls(address, await Deno.readTextFile(caFile))
    : await side.tcp(address);
  const loop = service === "tcp-discard" ? upload : service === "tcp-source" ? download : echo;
  return (tally) => loop(link, tally);
}
