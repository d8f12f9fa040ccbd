import assert from "node:assert/strict";
import { OptionError, parseIp } from "../../internal/mod.ts";
import { bytes, text } from "../_sockets_for_tests.ts";
import { KINDS, LOOPBACK, socketOver } from "./_datagrams_for_tests.ts";

const GROUP = "239.255.76.67";

/** Why multicast can't be tested here; null when it can. */
async function obstacle(): Promise<string | null> {
  for (const host of ["0.0.0.0", GROUP]) {
    const { state } = Deno.permissions.querySync({ name: "net", host });
    if (state !== "granted") return `needs --allow-net=${host}`;
  }
  const conn = Deno.listenDatagram({ transport: "udp", hostname: "0.0.0.0", port: 0 });
  try {
    await conn.joinMulticastV4(GROUP, "127.0.0.1");
    return null;
  } catch {
    return "needs multicast on the loopback interface";
  } finally {
    conn.close();
  }
}

const missing = await obstacle();

for (const kind of KINDS) {
  const name = `a socket gets what is sent to a group it has joined (${kind.name})`;
  const ignore = missing !== null;
  Deno.test({ name: ignore ? `${name} (${missing})` : name, ignore }, async () => {
    const binding = { ...LOOPBACK, hostname: "0.0.0.0" };
    const member = socketOver(await kind.open(binding));
    const { port } = member.localAddress;
    const sender = socketOver(await kind.open());
    await member.joinMulticast(GROUP, "127.0.0.1");
    await member.setMulticastTtl(1);
    await member.setMulticastLoopback(true);
    await sender.send(bytes("to all"), { ip: GROUP, port });
    assert.equal(text((await member.receive())?.data ?? null), "to all");
    await member.leaveMulticast(GROUP, "127.0.0.1");
    await sender.send(bytes("too late"), { ip: GROUP, port });
    await sender.send(bytes("to you"), { ip: "127.0.0.1", port });
    assert.equal(text((await member.receive())?.data ?? null), "to you");
    member.close();
    sender.close();
  });
}

/** Of scope 1 (RFC 4291 §2.7): what is sent to it never leaves this machine. Nobody else is in it. */
const GROUP6 = `ff01::4c43:${(1 + Math.floor(Math.random() * 0xfffe)).toString(16)}`;
const IPV6 = { ...LOOPBACK, hostname: "::" };

/** Why multicast over IPv6 can't be tested here; null when it can. */
async function obstacle6(): Promise<string | null> {
  let conn: Deno.DatagramConn | undefined;
  try {
    conn = Deno.listenDatagram({ transport: "udp", hostname: "::", port: 0 });
    await conn.joinMulticastV6(GROUP6, 0);
    await conn.send(bytes("?"), { transport: "udp", hostname: GROUP6, port: 9 });
    return null;
  } catch {
    return "needs multicast over IPv6";
  } finally {
    conn?.close();
  }
}

const missing6 = await obstacle6();

for (const kind of KINDS) {
  for (const multicastLoopback of [true, false]) {
    const what = multicastLoopback ? "" : ", unless its sender has multicastLoopback: false";
    const name = `a member of an IPv6 group gets what is sent to it${what} (${kind.name})`;
    const ignore = missing6 !== null;
    Deno.test({ name: ignore ? `${name} (${missing6})` : name, ignore }, async () => {
      const member = socketOver(await kind.open(IPV6));
      const sender = socketOver(await kind.open({ ...IPV6, multicastLoopback }));
      const { port } = member.localAddress;
      await member.joinMulticast(GROUP6);
      await sender.send(bytes("to all"), { ip: GROUP6, port });
      await sender.send(bytes("to you"), { ip: "::1", port });
      const got = [text((await member.receive())!.data)];
      if (multicastLoopback) got.push(text((await member.receive())!.data));
      assert.deepEqual(got, multicastLoopback ? ["to all", "to you"] : ["to you"]);
      await member.leaveMulticast(GROUP6);
      await sender.send(bytes("too late"), { ip: GROUP6, port });
      await sender.send(bytes("at last"), { ip: "::1", port });
      assert.equal(text((await member.receive())!.data), "at last");
      member.close();
      sender.close();
    });
  }
}

/** Of the loopback interface, on Linux; others number theirs otherwise. */
const LO = 1;

/** The indices of the interfaces on which this machine is in a group. */
async function joined(group: string): Promise<number[]> {
  const list = new Deno.Command("bash", { args: ["-c", "cat /proc/net/igmp6"] });
  const lines = text((await list.output()).stdout)!.split("\n");
  const address = parseIp(group)!.toHex();
  return lines.filter((line) => line.includes(address)).map((line) => Number.parseInt(line));
}

const lacking = Deno.build.os !== "linux"
  ? " (needs Linux)"
  : (await joined("ff01::1")).includes(LO)
  ? ""
  : " (needs IPv6 on the loopback interface)";
Deno.test({
  name: `an IPv6 group is joined and left on the interface of the index${lacking}`,
  ignore: lacking !== "",
  async fn() {
    const [deno, node] = KINDS;
    const member = socketOver(await deno!.open(IPV6));
    await member.joinMulticast(GROUP6, LO);
    assert.deepEqual(await joined(GROUP6), [LO]);
    await member.leaveMulticast(GROUP6, LO);
    assert.deepEqual(await joined(GROUP6), []);
    member.close();
    const other = socketOver(await node!.open(IPV6));
    await assert.rejects(
      other.joinMulticast(GROUP6, LO),
      /networkInterface 1 can't be had on this/,
    );
    assert.deepEqual(await joined(GROUP6), []);
    other.close();
  },
});

for (const kind of KINDS) {
  Deno.test(`groups and interfaces are checked before they are joined (${kind.name})`, async () => {
    const socket = socketOver(await kind.open());
    const wrong: [string, string | number | undefined, RegExp][] = [
      ["10.0.0.1", undefined, /group must be an IPv4 address of 224.0.0.0 to 239.255.255.255/],
      ["240.0.0.1", undefined, /group must be/],
      ["239.1", undefined, /group must be/],
      ["ff02::1", undefined, /group must be an IPv4 address/],
      [GROUP, "eth0", /networkInterface must be an IPv4 address .*: eth0/],
      [GROUP, 1, /networkInterface must be an IPv4 address/],
    ];
    for (const [group, networkInterface, message] of wrong) {
      await assert.rejects(socket.joinMulticast(group, networkInterface), (error) => {
        assert.ok(error instanceof OptionError, String(error));
        assert.match(error.message, message);
        return true;
      });
    }
    socket.close();
    const six = socketOver(await kind.open({ ...LOOPBACK, hostname: "::1" }));
    await assert.rejects(six.joinMulticast(GROUP), /group must be an IPv6 address of ff00::\/8/);
    await assert.rejects(six.joinMulticast("fe80::1"), OptionError);
    await assert.rejects(six.joinMulticast("ff01::fb", "lo"), /index of an interface/);
    six.close();
  });
}
