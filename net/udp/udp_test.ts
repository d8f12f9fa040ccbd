import assert from "node:assert/strict";
import { OptionError } from "../../internal/mod.ts";
import { newContext, Registry, runInContext } from "../../metrics/mod.ts";
import { bytes, isNetError, text } from "../_sockets_for_tests.ts";
import { formatAddress } from "../address.ts";
import type { SocketAddress } from "../socket.ts";
import type { UdpBindOptions, UdpOptions, UdpSocketOptions } from "./options.ts";
import { UDP } from "./udp.ts";

const at = ({ ip, port }: SocketAddress) => formatAddress({ host: ip, port });

/** A test for each of the two ways of making a socket; its options are what asks for that one. */
function testBoth(name: string, fn: (kind: UdpSocketOptions) => Promise<void>): void {
  Deno.test(`${name} (deno)`, () => fn({}));
  Deno.test(`${name} (node)`, () => fn({ broadcast: false })); // Deno's sockets can't do that.
}

testBoth("UDP.open and UDP.bind: a question and its answer", async (kind) => {
  await using server = await UDP.bind(kind);
  await using client = await UDP.open(at(server.localAddress), kind);
  assert.equal(client.kind, "udp");
  assert.equal(client.active, true);
  assert.equal(client.file, null);
  assert.equal(client.tls, null);
  assert.deepEqual(client.remoteAddress, server.localAddress);
  assert.equal(server.remoteAddress, null);
  assert.equal(client.localAddress.ip, "127.0.0.1");
  await client.write(bytes("question"));
  const asked = await server.receive();
  assert.ok(asked !== null);
  assert.equal(text(asked.data), "question");
  await server.send(bytes("answer"), asked.address);
  assert.equal(text(await client.read()), "answer");
});

testBoth(
  "datagrams that come twice or late are handed on as they come, each counted",
  async (kind) => {
    await using server = await UDP.bind(kind);
    await using client = await UDP.open(at(server.localAddress), kind);
    const order = ["2", "1", "1", "4", "3", "2"];
    const read: unknown[] = [];
    for (const number of order) await server.send(bytes(number), client.localAddress);
    for (const _ of order) read.push(text(await client.read()));
    assert.deepEqual(read, order);
    const { received, bytesIn, stray } = client;
    assert.deepEqual({ received, bytesIn, stray }, { received: 6, bytesIn: 6, stray: 0 });
  },
);

testBoth("UDP.open of IPv6 knows its peer however the address is written", async (kind) => {
  await using server = await UDP.bind({ ...kind, hostname: "::1" });
  const { port } = server.localAddress;
  await using client = await UDP.open(`[0:0:0:0:0:0:0:1]:${port}`, { ...kind, ipVersion: 6 });
  assert.deepEqual(client.remoteAddress, { ip: "::1", port });
  await client.write(bytes("six"));
  await server.send(bytes("answer"), (await server.receive())!.address);
  assert.equal(text(await client.read()), "answer");
  const tooMuch = new Uint8Array(65_528);
  await assert.rejects(client.write(tooMuch), isNetError("datagram_too_large", "write", /65527/));
});

testBoth("UDP.open of an IPv4-mapped address is IPv4", async (kind) => {
  await using server = await UDP.bind(kind);
  await using client = await UDP.open(`[::ffff:127.0.0.1]:${server.localAddress.port}`, kind);
  assert.deepEqual(client.remoteAddress, server.localAddress);
});

testBoth("what a socket does counts where it was opened", async (kind) => {
  const registry = new Registry();
  const context = newContext(registry);
  await runInContext(context, async () => {
    await using server = await UDP.bind(kind);
    await using client = await UDP.open(at(server.localAddress), kind);
    await client.write(bytes("12345"));
    await server.read(3);
    await assert.rejects(UDP.open("0.0.0.0:9", kind), isNetError("address_invalid"));
  });
  const { sent, received } = context.io.of("udp");
  assert.deepEqual({ sent, received }, { sent: 5, received: 3 });
  const count = (name: string) => {
    const series = registry.select(name, { kind: "udp" });
    return series?.type === "counter" ? series.total : undefined;
  };
  assert.equal(count("net_sockets"), 2);
  assert.equal(count("net_errors"), 1);
});

testBoth("UDP.open resolves a name once, and tells of it", async (kind) => {
  await using server = await UDP.bind(kind);
  const { port } = server.localAddress;
  const told: string[] = [];
  await using client = await UDP.open(`localhost:${port}`, {
    ...kind,
    eventHandlers: {
      lookup: ({ host, addresses }) =>
        told.push(`lookup ${host} ${addresses.includes("127.0.0.1")}`),
      connect: ({ address }) => told.push(`connect ${address?.ip}`),
    },
  });
  assert.deepEqual(told, ["lookup localhost true", "connect 127.0.0.1"]);
  assert.ok(client.timings.lookupMs > 0);
  client.on("lookup", ({ host }) => told.push(`past lookup ${host}`));
  client.on("connect", ({ address }) => told.push(`past connect ${address?.port}`));
  assert.equal(told.length, 2, "not within on()");
  await Promise.resolve();
  assert.deepEqual(told.slice(2), ["past lookup localhost", `past connect ${port}`]);
});

Deno.test("who listens late is told unless it has gone, and ends the socket if it throws", async () => {
  await using client = await UDP.open("127.0.0.1:9");
  const told: string[] = [];
  client.on("connect", () => told.push("gone"))();
  client.on("connect", () => {
    throw new RangeError("in the listener");
  });
  client.on("connect", () => told.push("connect"));
  await assert.rejects(client.done(), /in the listener/);
  assert.equal(client.active, false);
  await Promise.resolve();
  assert.deepEqual(told, ["connect"]);
});

testBoth(
  "UDP.open takes a lookup function: the first IPv4 address, its port if it has one",
  async (kind) => {
    await using server = await UDP.bind(kind);
    const { port } = server.localAddress;
    const asked: unknown[] = [];
    await using client = await UDP.open("service.test:1", {
      ...kind,
      lookup: (hostname, { port, family }) => {
        asked.push([hostname, port, family]);
        return ["::1", { address: "127.0.0.1", port: server.localAddress.port }, "127.0.0.2"];
      },
    });
    assert.deepEqual(asked, [["service.test", 1, 0]]);
    assert.deepEqual(client.remoteAddress, { ip: "127.0.0.1", port });
    await using six = await UDP.open("service.test:1", {
      ...kind,
      lookup: () => ["127.0.0.1", "::1"],
      ipVersion: 6,
    });
    assert.deepEqual(six.remoteAddress, { ip: "::1", port: 1 });
  },
);

testBoth("UDP.open fails in the phase lookup when there is no address", async (kind) => {
  const failing: [UdpOptions, string][] = [
    [{ lookup: () => null }, "dns_not_found"],
    [{ lookup: () => "a name" }, "dns_failed"],
    [{
      lookup: () => {
        throw new Error("no idea");
      },
    }, "dns_failed"],
  ];
  for (const [options, code] of failing) {
    const told: string[] = [];
    const eventHandlers = {
      error: (error: Error) => told.push((error as Error & { code: string }).code),
      close: () => told.push("close"),
    };
    await assert.rejects(
      UDP.open("service.test:1", { ...kind, ...options, eventHandlers }),
      (error: Error & { code?: string; phase?: string }) =>
        error.code === code && error.phase === "lookup",
    );
    assert.deepEqual(told, [code, "close"]);
  }
});

testBoth("UDP.open stops resolving when its signal aborts", async (kind) => {
  const controller = new AbortController();
  const opening = UDP.open("service.test:1", {
    ...kind,
    signal: controller.signal,
    lookup: () => {
      queueMicrotask(() => controller.abort(new Error("enough")));
      return new Promise(() => {});
    },
  });
  await assert.rejects(opening, isNetError("aborted", "lookup", /lookup of service.test aborted/));
  const late = UDP.open("127.0.0.1:9", { ...kind, signal: controller.signal });
  await assert.rejects(late, isNetError("aborted", "connect"));
  const bound = UDP.bind({ ...kind, signal: controller.signal });
  await assert.rejects(bound, isNetError("aborted", "listen"));
});

testBoth("a blocked address isn't sent to", async (kind) => {
  const blockedRanges = ["127.0.0.0/8"];
  const blocked = isNetError("address_blocked", "connect");
  await assert.rejects(UDP.open("127.0.0.1:9", { ...kind, blockedRanges }), blocked);
  const lookup = () => "127.0.0.1";
  await assert.rejects(UDP.open("service.test:9", { ...kind, blockedRanges, lookup }), blocked);
});

Deno.test("an address that is no host's is refused", async () => {
  for (const [address, advice] of [["0.0.0.0:9", /127.0.0.1/], ["[::]:9", /::1/]] as const) {
    await assert.rejects(UDP.open(address), isNetError("address_invalid", "connect", advice));
  }
  await assert.rejects(UDP.open("no port"), isNetError("address_invalid"));
});

testBoth("UDP.open sends from localAddress", async (kind) => {
  await using server = await UDP.bind(kind);
  await using client = await UDP.open(at(server.localAddress), {
    ...kind,
    localAddress: "127.0.0.1",
  });
  assert.equal(client.localAddress.ip, "127.0.0.1");
  const other = UDP.open(at(server.localAddress), { ...kind, localAddress: "::1" });
  await assert.rejects(other, isNetError("address_invalid", "connect"));
});

Deno.test("the options of opening and binding are checked", async () => {
  const wrong: [unknown, RegExp][] = [
    [{ ipVersoin: 4 }, /did you mean ipVersion/],
    [{ ipVersion: 5 }, /ipVersion must be 0, 4 or 6: 5/],
    [{ ipVersion: 6 }, /ipVersion 6 does not fit the address 127.0.0.1:9/],
    [{ localAddress: "here" }, /localAddress must be an IP address: here/],
    [{ lookup: "dns" }, /lookup must be a function/],
    [{ broadcast: 1 }, /broadcast must be true or false: 1/],
    [{ multicastTtl: 0 }, /multicastTtl must be a whole number of 1 to 255: 0/],
    [{ multicastLoopback: "no" }, /multicastLoopback must be true or false: no/],
    [{ idleTimeoutMs: 0 }, /idleTimeoutMs must be above 0/],
    [{ signal: {} }, /signal must be an AbortSignal/],
    [{ eventHandlers: { dta: () => {} } }, /no event dta: did you mean data/],
  ];
  for (const [options, message] of wrong) {
    await assert.rejects(UDP.open("127.0.0.1:9", options as UdpOptions), (error) => {
      assert.ok(error instanceof OptionError, String(error));
      assert.match(error.message, message);
      return true;
    });
  }
  const wrongBinds: [unknown, RegExp][] = [
    [{ host: "127.0.0.1" }, /UDP.bind has no option host: did you mean/],
    [{ hostname: "" }, /hostname must be a name or an IP address/],
    [{ port: 65_536 }, /port must be 0 to 65535: 65536/],
    [{ reuseAddress: "yes" }, /reuseAddress must be true or false/],
  ];
  for (const [options, message] of wrongBinds) {
    await assert.rejects(UDP.bind(options as UdpBindOptions), (error) => {
      assert.ok(error instanceof OptionError, String(error));
      assert.match(error.message, message);
      return true;
    });
  }
});

testBoth("UDP.bind of a taken port is refused, of a shared one isn't", async (kind) => {
  await using first = await UDP.bind(kind);
  const { port } = first.localAddress;
  await assert.rejects(
    UDP.bind({ ...kind, port }),
    isNetError("address_in_use", "listen", /listen on 127.0.0.1:\d+ failed/),
  );
  await using shared = await UDP.bind({ ...kind, reuseAddress: true });
  await using sharing = await UDP.bind({
    ...kind,
    reuseAddress: true,
    port: shared.localAddress.port,
  });
  assert.equal(sharing.localAddress.port, shared.localAddress.port);
});

Deno.test("what Deno's sockets don't offer, node's do: broadcast: false, multicastTtl", async () => {
  await using plain = await UDP.bind();
  await plain.setBroadcast(true);
  await assert.rejects(plain.setBroadcast(false), /open or bind it with { broadcast: false }/);
  await assert.rejects(plain.setMulticastTtl(3), /open or bind it with { multicastTtl: 3 }/);
  await assert.rejects(plain.setMulticastLoopback(false), OptionError);
  await using quiet = await UDP.bind({ broadcast: false, multicastTtl: 4 });
  await quiet.setBroadcast(true);
  await quiet.setMulticastTtl(5);
  await quiet.setMulticastLoopback(false);
  await assert.rejects(quiet.setMulticastTtl(256), OptionError);
  await using client = await UDP.open(at(quiet.localAddress), { multicastTtl: 2 });
  await client.write(bytes("hi"));
  assert.equal(text((await quiet.receive())?.data ?? null), "hi");
});

Deno.test("broadcast: false refuses broadcast addresses, and those alone", async () => {
  await using socket = await UDP.bind({ broadcast: false });
  // Bound to the loopback address, what is sent to its broadcast address stays on this machine.
  const send = () => socket.send(bytes("all"), "127.255.255.255:9");
  const refused = isNetError(
    "permission_denied",
    "write",
    /^write to 127.255.255.255:9 failed: the socket may not broadcast, see setBroadcast$/,
  );
  await assert.rejects(send(), refused);
  assert.equal(await socket.send(bytes("one"), "127.0.0.1:9"), 3);
  await socket.setBroadcast(true);
  assert.equal(await send(), 3);
  await socket.setBroadcast(false);
  await assert.rejects(send(), refused);
});
