import assert from "node:assert/strict";
import { OptionError } from "../internal/mod.ts";
import { makeAuthority } from "../internal/certs_for_tests.ts";
import { bytes, isNetError, pattern, readAll, text } from "./_sockets_for_tests.ts";
import { IPC } from "./ipc.ts";
import type { IpcOptions } from "./ipc_options.ts";

Deno.test("a Unix socket carries bytes both ways and knows its file", async () => {
  await using server = IPC.listen();
  await using socket = await IPC.open(server.address);
  await using peer = (await server.accept())!;
  assert.deepEqual([socket.kind, socket.file.path, peer.file.path], [
    "ipc",
    server.address,
    server.address,
  ]);
  assert.deepEqual([socket.remoteAddress, socket.localAddress, socket.tls], [null, null, null]);
  await socket.write(pattern(200_000).subarray(0, 100_000));
  await socket.closeWrite();
  assert.deepEqual(await readAll(peer), pattern(200_000).subarray(0, 100_000));
  await peer.write(bytes("bye"));
  assert.equal(text((await socket.read())!), "bye");
});

Deno.test("closing a server removes its file, and its path can be used again", async () => {
  const server = IPC.listen();
  assert.throws(() => IPC.listen(server.address), isNetError("address_in_use", "listen"));
  server.close();
  await assert.rejects(Deno.stat(server.address), Deno.errors.NotFound);
  IPC.listen(server.address).close();
});

Deno.test("an abstract socket has a name and no file", async () => {
  const path = `\0downpour-${crypto.randomUUID()}`;
  await using server = IPC.listen(path);
  await using socket = await IPC.open(path);
  await using peer = (await server.accept())!;
  await socket.write(bytes("hi"));
  assert.equal(text((await peer.read())!), "hi");
  server.close();
  const shown = new RegExp(`^connect to @downpour-.* failed: connection refused$`);
  await assert.rejects(IPC.open(path), isNetError("connection_refused", "connect", shown));
});

const BAD_PATHS: [path: unknown, message: RegExp][] = [
  ["", /is invalid: it is empty$/],
  ["\0", /is invalid: it is empty$/],
  ["/tmp/a\0b", /is invalid: it has a zero byte inside$/],
  [`/tmp/${"x".repeat(103)}`, /it has 108 bytes, a socket's path holds 107$/],
  [`/tmp/${"ü".repeat(52)}`, /it has 109 bytes, a socket's path holds 107$/],
  [3, /is invalid: it is not text$/],
];
for (const [path, message] of BAD_PATHS) {
  const shown = String(path).slice(0, 20).replaceAll("\0", "\\0");
  Deno.test(`the path ${JSON.stringify(shown)} is refused with the reason`, async () => {
    await assert.rejects(
      IPC.open(path as string),
      isNetError("address_invalid", undefined, message),
    );
  });
}

Deno.test("a file that isn't there, and one that nobody listens on, are told apart", async () => {
  const path = await Deno.makeTempFile();
  await assert.rejects(
    IPC.open(`${path}.sock`),
    isNetError("path_not_found", "connect", /no such socket file: is the server running\?$/),
  );
  await assert.rejects(IPC.open(path), isNetError("connection_refused", "connect"));
  await Deno.remove(path);
});

Deno.test("a signal ends the opening of a Unix socket", async () => {
  await using server = IPC.listen();
  await assert.rejects(
    IPC.open(server.address, { signal: AbortSignal.abort() }),
    isNetError("aborted", "connect"),
  );
});

Deno.test("TLS goes over a Unix socket too", async () => {
  const authority = await makeAuthority();
  const { cert, key } = await authority.issue(["DNS:localhost"]);
  await using inner = Deno.serve(
    { hostname: "127.0.0.1", port: 0, cert, key, onListen() {} },
    () => new Response("secret"),
  );
  // A Unix socket in front of it: Deno has no TLS listener of that kind.
  await using server = IPC.listen();
  const piping = (async () => {
    const peer = (await server.accept())!;
    const origin = await Deno.connect({ hostname: "127.0.0.1", port: inner.addr.port });
    await Promise.allSettled([
      peer.readable.pipeTo(origin.writable),
      origin.readable.pipeTo(peer.writable),
    ]);
  })();
  const socket = await IPC.open(server.address, { tls: { caCerts: [authority.cert] } });
  assert.equal(socket.tls?.engine, "node");
  await socket.write(bytes("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"));
  assert.match(text(await readAll(socket)) ?? "", /\r\n\r\nsecret$/);
  socket.close();
  await piping;
});

Deno.test("options that don't exist are refused by name", async () => {
  for (const options of [{ proxy: "a:1" }, { tls: 3 }, { idleTimeoutMs: -1 }, { signal: {} }]) {
    await assert.rejects(
      IPC.open("/tmp/x", options as unknown as IpcOptions),
      (error) => error instanceof OptionError && error.message.includes(Object.keys(options)[0]!),
    );
  }
});

Deno.test("more connections than the listener's backlog holds wait for their turn", async () => {
  await using server = IPC.listen();
  const opening = Promise.all(Array.from({ length: 1000 }, () => IPC.open(server.address)));
  await new Promise((resolve) => setTimeout(resolve, 0)); // Nobody accepts meanwhile.
  const accepted = [];
  for (let i = 0; i < 1000; i++) accepted.push((await server.accept())!);
  for (const socket of [...accepted, ...await opening]) socket.close();
});
