import assert from "node:assert/strict";
import { type AddressInfo, createServer } from "node:net";
import { newContext, Registry, runInContext } from "../metrics/mod.ts";
import { bytes, connectPair, isNetError, pattern, readAll, text } from "./_sockets_for_tests.ts";
import type { NetErrorCode, NetPhase } from "./errors.ts";
import { TCP } from "./tcp.ts";
import type { TcpOptions } from "./tcp_options.ts";

/** A server that resets the connection once it is sent something. Deno's own can't be made to. */
async function startResetting(): Promise<AsyncDisposable & { address: string }> {
  const server = createServer((socket) => {
    socket.on("error", () => {});
    socket.once("data", () => socket.resetAndDestroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    address: `127.0.0.1:${port}`,
    [Symbol.asyncDispose]: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

const OPENING: [phase: NetPhase, options: (address: string) => TcpOptions][] = [
  ["tls", () => ({ tls: true })],
  ["tls", () => ({ tls: { insecureSkipVerify: true } })],
  ["proxy", (address) => ({ proxy: address })],
  ["proxy", (address) => ({ proxy: `socks5h://${address}` })],
];
for (const [phase, options] of OPENING) {
  const shown = JSON.stringify(options("HOST:PORT"));
  Deno.test(`a reset while opening with ${shown} is of the phase ${phase}, and counted`, async () => {
    await using server = await startResetting();
    const registry = new Registry();
    await runInContext(newContext(registry), async () => {
      await assert.rejects(
        TCP.open(server.address, options(server.address)),
        isNetError("connection_reset", phase),
      );
    });
    const total = registry.select("net_errors", {
      kind: "tcp",
      phase,
      error: "connection_reset",
    });
    assert.deepEqual(total, { type: "counter", total: 1 });
    assert.equal(registry.select("net_sockets"), undefined, "nothing was opened");
  });
}

Deno.test("a refused connection is of the phase connect", async () => {
  const server = TCP.listen();
  server.close();
  await assert.rejects(TCP.open(server.address), isNetError("connection_refused", "connect"));
});

Deno.test("a reset between reads and one between writes name their phase, and count once", async () => {
  for (const phase of ["read", "write"] as const) {
    await using server = await startResetting();
    const registry = new Registry();
    await runInContext(newContext(registry), async () => {
      const socket = await TCP.open(server.address);
      await socket.write(bytes("two"));
      if (phase === "read") {
        await assert.rejects(socket.read(), isNetError("connection_reset", "read"));
      } else {
        const writing = (async () => {
          for (;;) await socket.write(pattern(100_000));
        })();
        await assert.rejects(writing, (error) => {
          const { code } = error as { code: NetErrorCode };
          return isNetError(code === "broken_pipe" ? code : "connection_reset", "write")(error);
        });
      }
      await assert.rejects(socket.done());
      socket.close();
    });
    assert.deepEqual(registry.select("net_errors", { kind: "tcp", phase }), {
      type: "counter",
      total: 1,
    });
  }
});

Deno.test("each side may end its half first, and the other goes on", async () => {
  for (const first of ["client", "peer"] as const) {
    await using pair = await connectPair();
    const [ending, going] = first === "client"
      ? [pair.client, pair.peer]
      : [pair.peer, pair.client];
    await ending.closeWrite();
    assert.equal(await going.read(), null);
    await going.write(pattern(300_000));
    await going.closeWrite();
    assert.deepEqual(await readAll(ending), pattern(300_000));
    assert.equal(ending.active, false, "both halves have ended");
  }
});

Deno.test("bytes can be read one by one", async () => {
  await using pair = await connectPair();
  await pair.peer.write(bytes("drizzle"));
  await pair.peer.closeWrite();
  let seen = "";
  for (let byte = await pair.client.read(1); byte !== null; byte = await pair.client.read(1)) {
    assert.equal(byte.length, 1);
    seen += text(byte);
  }
  assert.equal(seen, "drizzle");
});

Deno.test("a write after close fails at once and names the peer", async () => {
  await using pair = await connectPair();
  pair.client.close();
  const named = new RegExp(`^write to ${pair.server.address} failed: the socket was closed$`);
  await assert.rejects(pair.client.write(bytes("x")), isNetError("socket_closed", "write", named));
  await assert.rejects(pair.client.startTls(), isNetError("socket_closed"));
  assert.throws(() => pair.client.layer((conn) => conn), isNetError("socket_closed"));
});

Deno.test("close during a TLS handshake ends it", async () => {
  await using pair = await connectPair();
  const starting = pair.client.startTls({ serverName: "localhost" });
  await assert.rejects(pair.client.read(), isNetError("socket_reading", "tls"));
  await assert.rejects(pair.client.write(bytes("x")), isNetError("socket_reading", "tls"));
  pair.client.close();
  await assert.rejects(starting, isNetError("aborted", "tls"));
});

Deno.test("a handshake has a limit of its own on an open socket", async () => {
  await using pair = await connectPair();
  await assert.rejects(
    pair.client.startTls({ serverName: "localhost" }, { timeoutMs: 30 }),
    isNetError("tls_timeout", "tls", /timed out after 30ms$/),
  );
  assert.equal(pair.client.active, false);
});
