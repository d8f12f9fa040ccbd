import { Buffer } from "node:buffer";
import assert from "node:assert/strict";
import { isNetError } from "../_sockets_for_tests.ts";
import type { NetErrorCode } from "../errors.ts";
import type { StartTlsLimits } from "../socket.ts";
import { TCP } from "../tcp.ts";
import { readUpTo, writeAll } from "../_io.ts";
import { startServer } from "./_servers_for_tests.ts";
import { readProxy } from "./options.ts";
import { tunnelSocket } from "./tunnel_socket.ts";

const TARGET = { host: "example.org", port: 443 };
const HEAD = "CONNECT example.org:443 HTTP/1.1\r\nHost: example.org:443\r\n\r\n";

/** Asks a proxy that gives `answer` for a tunnel; gives what its failing leaves behind. */
async function failWith(
  answer: string,
  limits: StartTlsLimits,
  code: NetErrorCode,
  onHead: () => void = () => {},
): Promise<void> {
  await using proxy = startServer(async (conn) => {
    await readUpTo(conn, HEAD.length);
    onHead();
    await writeAll(conn, Buffer.from(answer));
    await conn.read(Buffer.alloc(1));
  });
  const address = `127.0.0.1:${proxy.port}`;
  const socket = await TCP.open(address);
  const closed: string[] = [];
  socket.on("close", () => closed.push("close"));
  const done = socket.done();
  await assert.rejects(
    tunnelSocket(socket, readProxy(address, TARGET)!, TARGET, limits),
    isNetError(code, "proxy"),
  );
  socket.close();
  await done;
  assert.deepEqual(closed, ["close"]);
}

Deno.test("the socket of a tunnel that failed can still be closed, and tells of it", async () => {
  const patient = { timeoutMs: 30_000 };
  await failWith("HTTP/1.1 403 No\r\n\r\n", patient, "proxy_refused");
  await failWith("HTTP/1.1 407 Who\r\n\r\n", patient, "proxy_auth");
  await failWith("", { timeoutMs: 20 }, "proxy_timeout");
  const { signal, abort } = abortable();
  await failWith("", { signal, timeoutMs: 30_000 }, "aborted", abort);
});

Deno.test("a socket that is closed by who stops the tunnel is closed once", async () => {
  const { signal, abort } = abortable();
  await using silent = startServer(async (conn) => void await conn.read(Buffer.alloc(1000)));
  const address = `127.0.0.1:${silent.port}`;
  const socket = await TCP.open(address, { eventHandlers: { close: abort } });
  const limits = { signal, timeoutMs: 30_000 };
  const tunnelling = tunnelSocket(socket, readProxy(address, TARGET)!, TARGET, limits);
  socket.close();
  await assert.rejects(tunnelling, isNetError("aborted", "proxy"));
  await socket.done();
});

function abortable() {
  const controller = new AbortController();
  return { signal: controller.signal, abort: () => controller.abort(new Error("enough")) };
}
