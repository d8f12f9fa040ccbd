import assert from "node:assert/strict";
import { OptionError } from "../../internal/mod.ts";
import { bytes, isNetError, pattern, text } from "../_sockets_for_tests.ts";
import { bindIpcDatagram, openIpcDatagram } from "./ipc_datagram.ts";

/** A folder of a test's own. */
async function withFolder(fn: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await fn(folder);
    assert.deepEqual(await Array.fromAsync(Deno.readDir(folder)), [], "closing removed the files");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("Unix datagrams go both ways, with their boundaries", () =>
  withFolder(async (folder) => {
    await using server = bindIpcDatagram(`${folder}/server`);
    await using client = await openIpcDatagram(server.file.path, { localPath: `${folder}/client` });
    assert.equal(client.kind, "ipc");
    assert.deepEqual(server.file, { path: `${folder}/server` });
    assert.deepEqual(client.file, { path: `${folder}/client` });
    assert.equal(client.remoteAddress, null);
    assert.equal(client.localAddress, null);
    for (const message of ["one", "", "three"]) {
      await client.write(bytes(message));
      const asked = await server.receive();
      assert.equal(text(asked?.data ?? null), message);
      assert.equal(asked?.path, client.file.path);
      await server.send(asked!.data, asked!.path!);
      assert.equal(text(await client.read()), message);
    }
    assert.equal(client.received, 3);
    assert.equal(client.empty, 1);
  }));

Deno.test("a sender without a file can't be answered", () =>
  withFolder(async (folder) => {
    await using server = bindIpcDatagram(`${folder}/server`);
    await using client = await openIpcDatagram(server.file.path);
    assert.deepEqual(client.file, server.file, "its own has no name");
    await client.send(bytes("anonymous"));
    const received = await server.receive();
    assert.equal(text(received?.data ?? null), "anonymous");
    assert.equal(received?.path, null);
  }));

Deno.test("what others than the peer send is stray", () =>
  withFolder(async (folder) => {
    await using server = bindIpcDatagram(`${folder}/server`);
    await using client = await openIpcDatagram(server.file.path, { localPath: `${folder}/client` });
    await using stranger = bindIpcDatagram(`${folder}/stranger`);
    await stranger.send(bytes("forged"), client.file.path);
    await server.send(bytes("real"), client.file.path);
    assert.equal(text(await client.read()), "real");
    assert.equal(client.stray, 1);
  }));

Deno.test("a long datagram is cut to the read, and counted", () =>
  withFolder(async (folder) => {
    await using server = bindIpcDatagram(`${folder}/server`);
    await using client = await openIpcDatagram(server.file.path);
    await client.write(pattern(100_000));
    const received = await server.read();
    assert.deepEqual(received, pattern(100_000).subarray(0, 65_535));
    assert.equal(server.cut, 1);
    await client.write(pattern(100_000));
    assert.equal((await server.read(200_000))?.length, 100_000);
    await assert.rejects(
      client.write(pattern(1_000_000)),
      isNetError("datagram_too_large", "write"),
    );
    assert.equal(client.active, true);
  }));

Deno.test("a sender waits while the receiver's queue is full, and nothing is lost", () =>
  withFolder(async (folder) => {
    await using server = bindIpcDatagram(`${folder}/server`);
    await using client = await openIpcDatagram(server.file.path);
    const sending = (async () => {
      for (let i = 0; i < 300; i++) await client.write(bytes(`${i}`));
    })();
    const got: string[] = [];
    for (let i = 0; i < 300; i++) got.push(text(await server.read())!);
    await sending;
    assert.deepEqual(got, Array.from({ length: 300 }, (_, i) => `${i}`));
  }));

Deno.test("a peer that has gone refuses, or its file is missing", () =>
  withFolder(async (folder) => {
    const path = `${folder}/server`;
    await assert.rejects(
      openIpcDatagram(path),
      isNetError("path_not_found", "connect", /no such socket file/),
    );
    // A file that nobody has bound: what a process leaves that was killed.
    const left = Deno.listenDatagram({ transport: "unixpacket", path });
    left.close();
    await using client = await openIpcDatagram(path);
    await assert.rejects(client.write(bytes("x")), isNetError("connection_refused", "write"));
    assert.equal(client.active, false);
    assert.equal(client.refused, 1);
    await using bound = bindIpcDatagram(`${folder}/bound`);
    await assert.rejects(bound.send(bytes("x"), path), isNetError("connection_refused", "write"));
    assert.equal(bound.active, true, "without a peer a refusal is of one datagram");
    await Deno.remove(path);
    await assert.rejects(bound.send(bytes("x"), path), isNetError("path_not_found", "write"));
  }));

Deno.test("paths that can't be bound are typed errors", () =>
  withFolder(async (folder) => {
    await using first = bindIpcDatagram(`${folder}/socket`);
    assert.throws(
      () => bindIpcDatagram(first.file.path),
      isNetError("address_in_use", "listen", /socket failed: address in use/),
    );
    assert.throws(
      () => bindIpcDatagram(`${folder}/none/socket`),
      isNetError("path_not_found", "listen", /there is no such folder/),
    );
    const long = `/tmp/${"x".repeat(103)}`;
    const tooLong = isNetError("address_invalid", undefined, /108 bytes.* 107/);
    assert.throws(() => bindIpcDatagram(long), tooLong);
    await assert.rejects(openIpcDatagram(long), tooLong);
    await assert.rejects(openIpcDatagram(first.file.path, { localPath: long }), tooLong);
    await assert.rejects(first.send(bytes("x"), long), tooLong);
    assert.throws(() => bindIpcDatagram(""), isNetError("address_invalid"));
  }));

Deno.test("closing removes the file, unless another socket has its place by then", () =>
  withFolder(async (folder) => {
    const path = `${folder}/socket`;
    const first = bindIpcDatagram(path);
    await Deno.remove(path);
    const second = bindIpcDatagram(path);
    first.close();
    assert.ok((await Deno.stat(path)).isSocket);
    second.close();
    second.close();
    await assert.rejects(Deno.stat(path), Deno.errors.NotFound);
  }));

Deno.test("close() ends what is pending", () =>
  withFolder(async (folder) => {
    const server = bindIpcDatagram(`${folder}/server`);
    const receiving = server.receive();
    const reading = server.read();
    server.close();
    assert.equal(await receiving, null);
    await assert.rejects(reading, isNetError("socket_closed", "read"));
    await server.done();
  }));

Deno.test("a socket without a peer doesn't write, one with a peer sends to no other", () =>
  withFolder(async (folder) => {
    await using server = bindIpcDatagram(`${folder}/server`);
    await using client = await openIpcDatagram(server.file.path);
    await assert.rejects(
      server.write(bytes("x")),
      isNetError("not_connected", "write", /use send\(data, path\)/),
    );
    await assert.rejects(client.send(bytes("x"), "/tmp/other"), OptionError);
  }));

Deno.test("an abstract name has no file", async () => {
  const name = `\0downpour-${crypto.randomUUID()}`;
  await using server = bindIpcDatagram(name);
  await using client = await openIpcDatagram(name);
  await client.write(bytes("abstract"));
  assert.equal(text(await server.read()), "abstract");
});

Deno.test("options are checked, an aborted signal counts, silence times out", () =>
  withFolder(async (folder) => {
    const path = `${folder}/server`;
    assert.throws(
      () => bindIpcDatagram(path, { localPath: "x" } as Record<string, string>),
      /IPC.bindDatagram has no option localPath/,
    );
    await assert.rejects(openIpcDatagram(path, { idleTimeoutMs: -1 }), OptionError);
    await using server = bindIpcDatagram(path, { idleTimeoutMs: 40 });
    const told: string[] = [];
    server.on("timeout", () => told.push("timeout"));
    const signal = AbortSignal.abort();
    await assert.rejects(openIpcDatagram(path, { signal }), isNetError("aborted", "connect"));
    await assert.rejects(server.receive(), isNetError("socket_closed", "read"));
    await assert.rejects(server.done(), isNetError("idle_timeout"));
    assert.deepEqual(told, ["timeout"]);
  }));
