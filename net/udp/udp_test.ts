import assert from "node:assert/strict";
import { OptionError } from "../../internal/mod.ts";
import { newContext, Registry, runInContext } from "../../metrics/mod.ts";
import { bytes, isNetError, text } from "../_sockets_for_tests.ts";
import { formatAddress } from "../address.ts";
import type { SocketAddress } from "../socket.ts";
import type { UdpBindOptions, UdpOptions } from "./options.ts";
import { UDP } from "./udp.ts";

const at = ({ ip, port }: SocketAddress) => formatAddress({ host: ip, port });

Deno.test("UDP.open and UDP.bind: a question and its answer", async () => {
  await using server = await UDP.bind();
  await using client = await UDP.open(at(server.localAddress));
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

Deno.test("UDP.open of IPv6 knows its peer however the address is written", async () => {
  await using server = await UDP.bind({ hostname: "::1" });
  const { port } = server.localAddress;
  await using client = await UDP.open(`[0:0:0:0:0:0:0:1]:${port}`, { ipVersion: 6 });
  assert.deepEqual(client.remoteAddress, { ip: "::1", port });
  await client.write(bytes("six"));
  await server.send(bytes("answer"), (await server.receive())!.address);
  assert.equal(text(await client.read()), "answer");
  const tooMuch = new Uint8Array(65_528);
  await assert.rejects(client.write(tooMuch), isNetError("datagram_too_large", "write", /65527/));
});

Deno.test("UDP.open of an IPv4-mapped address is IPv4", async () => {
  await using server = await UDP.bind();
  await using client = await UDP.open(`[::ffff:127.0.0.1]:${server.localAddress.port}`);
  assert.deepEqual(client.remoteAddress, server.localAddress);
});

Deno.test("what a socket does counts where it was opened", async () => {
  const registry = new Registry();
  const context = newContext(registry);
  await runInContext(context, async () => {
    await using server = await UDP.bind();
    await using client = await UDP.open(at(server.localAddress));
    await client.write(bytes("12345"));
    await server.read(3);
    await assert.rejects(UDP.open("0.0.0.0:9"), isNetError("address_invalid"));
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

Deno.test("UDP.open resolves a name once, and tells of it", async () => {
  await using server = await UDP.bind();
  const { port } = server.localAddress;
  const told: string[] = [];
  await using client = await UDP.open(`localhost:${port}`, {
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

Deno.test("UDP.open takes a lookup function: the first IPv4 address, its port if it has one", async () => {
  await using server = await UDP.bind();
  const { port } = server.localAddress;
  const asked: unknown[] = [];
  await using client = await UDP.open("service.test:1", {
    lookup: (hostname, { port, family }) => {
      asked.push([hostname, port, family]);
      return ["::1", { address: "127.0.0.1", port: server.localAddress.port }, "127.0.0.2"];
    },
  });
  assert.deepEqual(asked, [["service.test", 1, 0]]);
  assert.deepEqual(client.remoteAddress, { ip: "127.0.0.1", port });
  await using six = await UDP.open("service.test:1", {
    lookup: () => ["127.0.0.1", "::1"],
    ipVersion: 6,
  });
  assert.deepEqual(six.remoteAddress, { ip: "::1", port: 1 });
});

Deno.test("UDP.open fails in the phase lookup when there is no address", async () => {
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
      UDP.open("service.test:1", { ...options, eventHandlers }),
      (error: Error & { code?: string; phase?: string }) =>
        error.code === code && error.phase === "lookup",
    );
    assert.deepEqual(told, [code, "close"]);
  }
});

Deno.test("UDP.open stops resolving when its signal aborts", async () => {
  const controller = new AbortController();
  const opening = UDP.open("service.test:1", {
    signal: controller.signal,
    lookup: () => {
      queueMicrotask(() => controller.abort(new Error("enough")));
      return new Promise(() => {});
    },
  });
  await assert.rejects(opening, isNetError("aborted", "lookup", /lookup of service.test aborted/));
  const late = UDP.open("127.0.0.1:9", { signal: controller.signal });
  await assert.rejects(late, isNetError("aborted", "connect"));
  const bound = UDP.bind({ signal: controller.signal });
  await assert.rejects(bound, isNetError("aborted", "listen"));
});

Deno.test("a blocked address isn't sent to", async () => {
  const blockedRanges = ["127.0.0.0/8"];
  const blocked = isNetError("address_blocked", "connect");
  await assert.rejects(UDP.open("127.0.0.1:9", { blockedRanges }), blocked);
  const lookup = () => "127.0.0.1";
  await assert.rejects(UDP.open("service.test:9", { blockedRanges, lookup }), blocked);
});

Deno.test("an address that is no host's is refused", async () => {
  for (const [address, advice] of [["0.0.0.0:9", /127.0.0.1/], ["[::]:9", /::1/]] as const) {
    await assert.rejects(UDP.open(address), isNetError("address_invalid", "connect", advice));
  }
  await assert.rejects(UDP.open("no port"), isNetError("address_invalid"));
});

Deno.test("UDP.open sends from localAddress", async () => {
  await using server = await UDP.bind();
  await using client = await UDP.open(at(server.localAddress), { localAddress: "127.0.0.1" });
  assert.equal(client.localAddress.ip, "127.0.0.1");
  const other = UDP.open(at(server.localAddress), { localAddress: "::1" });
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

Deno.test("UDP.bind of a taken port is refused, of a shared one isn't", async () => {
  await using first = await UDP.bind();
  const { port } = first.localAddress;
  await assert.rejects(
    UDP.bind({ port }),
    isNetError("address_in_use", "listen", /listen on 127.0.0.1:\d+ failed/),
  );
  await using shared = await UDP.bind({ reuseAddress: true });
  await using sharing = await UDP.bind({ reuseAddress: true, port: shared.localAddress.port });
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

/** Runs a module in a process of its own, with the given permissions. */
async function run(code: string, permissions: readonly string[]): Promise<string> {
  const url = new URL("./udp.ts", import.meta.url).href;
  const folder = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${folder}/script.ts`, code.replace("UDP_TS", url));
    const config = new URL("../../deno.json", import.meta.url).pathname;
    const args = ["run", "--no-prompt", "--config", config, ...permissions, `${folder}/script.ts`];
    const signal = AbortSignal.timeout(60_000); // One that doesn't end is killed.
    const { stdout, stderr } = await new Deno.Command("deno", { args, signal }).output();
    return text(stdout)! + text(stderr)!;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("a missing permission says what to allow", async () => {
  const code = `
    import { UDP } from "UDP_TS";
    for (const options of [{}, { multicastTtl: 1 }]) {
      await UDP.open("127.0.0.1:9000", options).catch((error) => console.log(error.code, error.message));
      await UDP.bind({ port: 9001, ...options }).catch((error) => console.log(error.code, error.message));
    }`;
  const opening = "permission_denied connect to 127.0.0.1:9000 failed: no permission to send " +
    "from 127.0.0.1:0, run with --allow-net=127.0.0.1:9000,127.0.0.1:0\n";
  const binding = "permission_denied listen on 127.0.0.1:9001 failed: no permission, " +
    "run with --allow-net=127.0.0.1:9001\n";
  const output = await run(code, ["--allow-net=127.0.0.1:9000"]);
  assert.equal(output, (opening + binding).repeat(2));
});

Deno.test("sending where only the address of this side is allowed is refused", async () => {
  const code = `
    import { UDP } from "UDP_TS";
    for (const options of [{}, { multicastTtl: 1 }]) {
      await using socket = await UDP.open("127.0.0.1:9000", options);
      await socket.write(new Uint8Array(1)).catch((error) => console.log(error.code, error.message));
    }`;
  const output = await run(code, ["--allow-net=127.0.0.1:0"]);
  const line = "permission_denied write to 127.0.0.1:9000 failed: no permission, " +
    "run with --allow-net=127.0.0.1:9000\n";
  assert.equal(output, line.repeat(2));
});

Deno.test("an unref'ed socket lets the process end, a ref'ed one doesn't", async () => {
  const code = `
    import { UDP } from "UDP_TS";
    const idle = await UDP.bind();
    idle.receive();
    idle.unref();
    const early = await UDP.bind();
    early.unref();
    early.receive();
    const socket = await UDP.bind({ idleTimeoutMs: 50 });
    socket.unref();
    socket.ref();
    socket.receive().catch((error) => console.log(error.code));`;
  assert.equal(await run(code, ["--allow-net=127.0.0.1"]), "socket_closed\n");
});
