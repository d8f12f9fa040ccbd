/**
 * Makes connections until no more can be had, then one by name; prints the errors' codes, phases
 * and system codes, a line each. Argument: the local address, if any.
 */
import { dial } from "../dial.ts";
import { NetError } from "../../errors.ts";

const [ownPort, localAddress] = Deno.args;
const listener = Deno.listen({ hostname: "127.0.0.1", port: Number(ownPort) });
const { port } = listener.addr;
const common = { ipVersion: 0, connectTimeoutMs: 30_000, signal: undefined, localAddress } as const;
const conns: { close(): void }[] = [];

async function fill(host: string): Promise<string> {
  for (;;) {
    try {
      conns.push((await dial({ host, port }, common)).conn);
    } catch (error) {
      if (!(error instanceof NetError)) throw error;
      const cause = error.cause as { code?: string } | undefined;
      return `${error.code} ${error.phase} ${cause?.code ?? error.cause}`;
    }
  }
}

console.log(await fill("127.0.0.1"));
console.log(await fill("localhost"));
console.log(conns.length > 0);
Deno.exit();
