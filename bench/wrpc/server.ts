/**
 * What the scripts of `bench wrpc` call, served by our own `serve` in a process of its own:
 * `server.ts blaster|http tcp|unix|nats WHERE`. Prints the address on its first line.
 *
 * @module
 */
import wrpc, { type ServerTransport } from "@downpour/downpour/wrpc";

const [what, over, where = ""] = Deno.args;

function transport(): ServerTransport {
  if (over === "tcp") return wrpc.tcpServer();
  return over === "unix" ? wrpc.unixServer(where) : wrpc.natsServer({ url: where });
}

const serving = what === "http"
  ? await wrpc.serveHttp(transport(), () => new Response("hello"))
  : await wrpc.serve(transport(), {
    wit: await Deno.readTextFile(new URL("../../components/wit/blaster.wit", import.meta.url)),
    interface: "xk6:wrpc/blaster@0.0.1",
    implementation: { blast: () => {} },
  });
console.log(`serving ${serving.address}`);
