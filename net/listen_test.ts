import assert from "node:assert/strict";
import { bytes, isNetError, text } from "./_sockets_for_tests.ts";
import { TCP } from "./tcp.ts";

Deno.test("TCP.listen() gives the sockets that connect until it is closed", async () => {
  await using server = TCP.listen();
  assert.match(server.address, /^127\.0\.0\.1:\d+$/);
  const serving = (async () => {
    let count = 0;
    for await (const peer of server) {
      await using socket = peer;
      const data = await socket.read();
      if (data !== null) await socket.write(data);
      count++;
    }
    return count;
  })();
  for (const word of ["one", "two", "three"]) {
    await using client = await TCP.open(server.address);
    await client.write(bytes(word));
    assert.equal(text(await client.read()), word);
    assert.equal(await client.read(), null);
  }
  server.close();
  server.close();
  assert.equal(await serving, 3);
  assert.equal(await server.accept(), null);
});

Deno.test("TCP.listen() works on a name and on IPv6", async () => {
  for (const hostname of ["localhost", "::1"]) {
    await using server = TCP.listen({ hostname });
    const [client, peer] = await Promise.all([TCP.open(server.address), server.accept()]);
    assert.equal(client.localAddress.port, peer?.remoteAddress.port);
    client.close();
    peer?.close();
  }
});

Deno.test("leaving the loop keeps the server listening", async () => {
  await using server = TCP.listen();
  for (let round = 0; round < 2; round++) {
    await using client = await TCP.open(server.address);
    for await (const peer of server) {
      peer.close();
      break;
    }
    assert.equal(await client.read(), null);
  }
});

Deno.test("closing the server keeps accepted sockets", async () => {
  await using server = TCP.listen();
  await using client = await TCP.open(server.address);
  await using peer = (await server.accept())!;
  server.close();
  await client.write(bytes("on"));
  assert.equal(text(await peer.read()), "on");
});

Deno.test("TCP.listen() on a taken port says so", async () => {
  await using server = TCP.listen();
  const port = Number(server.address.split(":")[1]);
  assert.throws(
    () => TCP.listen({ port }),
    isNetError(
      "address_in_use",
      "listen",
      new RegExp(`^listen on 127\\.0\\.0\\.1:${port} failed`),
    ),
  );
});
