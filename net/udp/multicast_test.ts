import assert from "node:assert/strict";
import { OptionError } from "../../internal/mod.ts";
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
