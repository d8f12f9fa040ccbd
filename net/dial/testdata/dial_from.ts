/**
 * Dials a server of its own. Prints where the peer says the connection comes from and where it says
 * so itself, or the error. Arguments: the local address and the host to dial.
 */
import { dial } from "../dial.ts";
import { NetError } from "../../errors.ts";

const [localAddress, host = ""] = Deno.args;
using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
const accepted = listener.accept();
try {
  const { conn } = await dial({ host, port: listener.addr.port }, {
    ipVersion: 0,
    connectTimeoutMs: 30_000,
    signal: undefined,
    localAddress,
  });
  const peer = await accepted;
  console.log(peer.remoteAddr.hostname, conn.localAddr.hostname);
  peer.close();
  conn.close();
} catch (error) {
  if (!(error instanceof NetError)) throw error;
  console.log(`${error.code} ${error.phase}: ${error.message}`);
  Deno.exit();
}
