import { readLines, writeLine } from "./lines.ts";
import type { DatagramLink, Link, Side } from "./link.ts";
import { measure, type Turn } from "./measure.ts";
import { pingPong } from "./ping_pong.ts";
import type { Service } from "./server.ts";
import { download, echo, upload } from "./streams.ts";
import type { Traffic } from "./tally.ts";

/** What a client is to do: its one argument, as JSON. */
export interface ClientPlan {
  readonly service: Service;
  /** Where the service is: `127.0.0.1:port`, or a path. */
  readonly address: string;
  /** File with the authority that TLS trusts. */
  readonly caFile: string;
  readonly connections: number;
  /** Port of the bench, which sends a `Turn` a line and wants a `TurnResult` a line. */
  readonly controlPort: number;
}

/** Loads a service over `side`, the same way for both sides, whenever it is its turn. */
export async function runClient(side: Side): Promise<void> {
  const plan = JSON.parse(Deno.args[0]!) as ClientPlan;
  const open = await Promise.all(
    Array.from({ length: plan.connections }, () => connect(side, plan)),
  );
  const traffic = open.map(([, each]) => each);
  using control = await Deno.connect({ hostname: "127.0.0.1", port: plan.controlPort });
  for await (const turn of readLines(control)) {
    await writeLine(control, await measure(traffic, turn as Turn));
  }
  for (const [link] of open) link.close();
}

async function connect(
  side: Side,
  { service, address, caFile }: ClientPlan,
): Promise<[Link | DatagramLink, Traffic]> {
  switch (service) {
    case "udp-echo": {
      const link = await side.udp(address);
      return [link, pingPong(link)];
    }
    case "unix-echo":
      return over(await side.unix(address), echo);
    case "tls-echo":
      return over(await side.tls(address, await Deno.readTextFile(caFile)), echo);
    case "tcp-echo":
      return over(await side.tcp(address), echo);
    case "tcp-discard":
      return over(await side.tcp(address), upload);
    case "tcp-source":
      return over(await side.tcp(address), download);
  }
}

function over(link: Link, traffic: (link: Link) => Traffic): [Link, Traffic] {
  return [link, traffic(link)];
}
