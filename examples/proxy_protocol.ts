/**
 * Requests that seem to come from many clients: each connection begins with a PROXY protocol header
 * (version 1), as a load balancer would write it (k6 issue 2510). The server must expect it, for
 * example nginx with `listen 8000 proxy_protocol`.
 *
 *     deno task downpour run examples/proxy_protocol.ts -e TARGET=http://127.0.0.1:8000
 */
import { check, env, vu } from "@downpour/downpour";
import { Client } from "@downpour/downpour/http";
import { parseAddress, TCP } from "@downpour/downpour/net";

export const options = { vus: 3, iterations: 9 };

const client = new Client({
  dial: async (address) => {
    const socket = await TCP.open(address);
    const { port } = parseAddress(address);
    const source = `203.0.113.${vu.idInTest}`;
    const header = `PROXY TCP4 ${source} ${socket.remoteAddress.ip} 40000 ${port}\r\n`;
    await socket.write(new TextEncoder().encode(header));
    return socket;
  },
});

/** A request on this user's connection. */
export default async function () {
  const response = await client.get(env.TARGET ?? "http://127.0.0.1:8000/");
  const body = await response.text();
  check(body, {
    "the server sees the client": (text) => text.includes(`203.0.113.${vu.idInTest}`),
  });
}
