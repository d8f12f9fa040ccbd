import assert from "node:assert/strict";
import { netError } from "../errors.ts";
import { bytes, pattern, text } from "../_sockets_for_tests.ts";
import { type Kind, LOOPBACK, testKinds } from "./_datagrams_for_tests.ts";
import type { UdpBackend } from "./backend.ts";

/** Two backends, closed at the end. */
async function withTwo(
  kind: Kind,
  fn: (a: UdpBackend, b: UdpBackend) => Promise<void>,
): Promise<void> {
  const [a, b] = [await kind.open(), await kind.open()];
  try {
    await fn(a, b);
  } finally {
    a.close();
    b.close();
  }
}

testKinds(
  "a backend knows its address, and tells where a datagram came from",
  (kind) =>
    withTwo(kind, async (a, b) => {
      assert.equal(a.addr.hostname, "127.0.0.1");
      assert.ok(a.addr.port > 0);
      assert.equal(await a.send(bytes("hello"), b.addr), 5);
      const buffer = new Uint8Array(100);
      const [data, from] = await b.receive(buffer);
      assert.equal(text(data), "hello");
      assert.equal(data.buffer, buffer.buffer, "a view of the caller's buffer");
      assert.equal(from.hostname, a.addr.hostname);
      assert.equal(from.port, a.addr.port);
    }),
);

testKinds(
  "datagrams keep their boundaries, the empty ones too",
  (kind) =>
    withTwo(kind, async (a, b) => {
      const lengths = [0, 1, 1000, 0, 9000];
      const buffer = new Uint8Array(10_000);
      for (const length of lengths) {
        assert.equal(await a.send(pattern(length), b.addr), length);
        const [data] = await b.receive(buffer);
        assert.deepEqual(data, pattern(length));
      }
    }),
);

testKinds(
  "a datagram longer than the buffer is cut, and the next one is whole",
  (kind) =>
    withTwo(kind, async (a, b) => {
      await a.send(pattern(500), b.addr);
      await a.send(bytes("next"), b.addr);
      const [cut] = await b.receive(new Uint8Array(10));
      assert.deepEqual(cut, pattern(500).subarray(0, 10));
      const [next] = await b.receive(new Uint8Array(10));
      assert.equal(text(next), "next");
    }),
);

testKinds("a receive that waits gets the next datagram", (kind) =>
  withTwo(kind, async (a, b) => {
    const receiving = b.receive(new Uint8Array(10));
    await a.send(bytes("late"), b.addr);
    assert.equal(text((await receiving)[0]), "late");
  }));

testKinds(
  "the largest datagram passes, one byte more is refused by its size",
  (kind) =>
    withTwo(kind, async (a, b) => {
      const data = pattern(65_507);
      assert.equal(await a.send(data, b.addr), 65_507);
      const [received] = await b.receive(new Uint8Array(65_508));
      assert.deepEqual(received, data);
      await assert.rejects(
        a.send(pattern(65_508), b.addr),
        (cause) => netError(cause, "write", "x").code === "datagram_too_large",
      );
    }),
);

testKinds("closing rejects a pending receive", async (kind) => {
  const backend = await kind.open();
  const receiving = backend.receive(new Uint8Array(10));
  backend.close();
  await assert.rejects(
    receiving,
    (cause) => netError(cause, "read", "x").code === "socket_closed",
  );
});

testKinds("a taken port is an address in use", async (kind) => {
  const first = await kind.open();
  try {
    await assert.rejects(
      async () => await kind.open({ ...LOOPBACK, port: first.addr.port }),
      (cause) => netError(cause, "listen", "x").code === "address_in_use",
    );
  } finally {
    first.close();
  }
});

testKinds("broadcast addresses may be sent to, as the options of opening say", async (kind) => {
  const backend = await kind.open({ ...LOOPBACK, broadcast: true });
  try {
    await backend.setBroadcast(true);
    // Bound to the loopback address, what is sent to its broadcast address stays on this machine.
    const to = { transport: "udp", hostname: "127.255.255.255", port: 9 } as const;
    const granted = Deno.permissions.querySync({ name: "net", host: "127.255.255.255:9" });
    if (granted.state === "granted") assert.equal(await backend.send(bytes("all"), to), 3);
  } finally {
    backend.close();
  }
});

testKinds("IPv6 works the same", async (kind) => {
  const [a, b] = [
    await kind.open({ ...LOOPBACK, hostname: "::1" }),
    await kind.open({ ...LOOPBACK, hostname: "::1" }),
  ];
  try {
    await a.send(bytes("six"), b.addr);
    const [data, from] = await b.receive(new Uint8Array(10));
    assert.equal(text(data), "six");
    assert.equal(from.hostname, "::1");
    assert.equal(from.port, a.addr.port);
  } finally {
    a.close();
    b.close();
  }
});
