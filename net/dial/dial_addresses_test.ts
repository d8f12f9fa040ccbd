import assert from "node:assert/strict";
import {
  dialName,
  dialTo,
  finds,
  freePort,
  fullListener,
  listenOn,
  peerOf,
  replaceConnect,
} from "./_dial_for_tests.ts";
import { isNetError } from "../_sockets_for_tests.ts";
import { blockedRanges } from "./blocked.ts";
import type { NetErrorCode } from "../errors.ts";
import type { LookupEvent } from "../socket.ts";

const onLinux = Deno.build.os === "linux"; // Others refuse when a queue is full.
const hasIpv6 = await canListen("::1");

async function canListen(hostname: string): Promise<boolean> {
  try {
    const listener = await Promise.resolve(Deno.listen({ hostname, port: 0 }));
    listener.close();
    return true;
  } catch {
    return false;
  }
}

Deno.test({
  name: `a dead IPv6 address doesn't keep from the live IPv4 one${hasIpv6 ? "" : " (needs ::1)"}`,
  ignore: !hasIpv6 || !onLinux,
  async fn() {
    using dead = await fullListener("::1");
    using live = listenOn();
    const lookup = finds([`[::1]:${dead.port}`, `127.0.0.1:${live.port}`]);
    for (const connectTimeoutMs of [30_000, 200]) {
      const peer = await peerOf(dialName({ lookup, connectTimeoutMs }));
      assert.equal(peer, `127.0.0.1:${live.port}`);
    }
  },
});

Deno.test({
  name: "several addresses that don't answer end with the limit, or with the signal",
  ignore: !onLinux,
  async fn() {
    using one = await fullListener("127.0.0.1");
    using two = await fullListener("127.0.0.1");
    const lookup = finds([`127.0.0.1:${one.port}`, `127.0.0.1:${two.port}`]);
    await assert.rejects(
      dialName({ lookup, connectTimeoutMs: 100 }),
      isNetError("connection_timeout", "connect", /^connect to some\.test:9 failed: timed out/),
    );
    const controller = new AbortController();
    const onLookup = () => queueMicrotask(() => controller.abort());
    await assert.rejects(
      dialName({ lookup, signal: controller.signal, onLookup }),
      isNetError("aborted", "connect", /^connect to some\.test:9 aborted$/),
    );
  },
});

Deno.test("when all addresses fail, the error says why for each", async () => {
  const [port, other] = [freePort(), freePort()];
  const lookup = finds(["127.0.0.1", `127.0.0.1:${other}`]);
  await assert.rejects(dialName({ lookup }, port), (error) => {
    isNetError("connection_refused", "connect")(error);
    const { message, cause } = error as Error & { cause: AggregateError };
    const list = port === other ? "127.0.0.1, 127.0.0.1" : `127.0.0.1, 127.0.0.1:${other}`;
    assert.equal(message, `connect to some.test:${port} failed: connection refused (${list})`);
    return cause.errors.length === 2;
  });
});

/** The system's codes for one address after the other, and what the whole is. */
const FAILURES: [string, NetErrorCode, RegExp][] = [
  ["ENETUNREACH ECONNREFUSED", "connection_refused", /unreachable \(.*1\); .*refused \(.*2\)$/],
  ["ECONNREFUSED EHOSTUNREACH", "connection_refused", /refused \(.*1\); .*unreachable \(.*2\)$/],
  ["ETIMEDOUT ECONNREFUSED", "connection_timeout", /timed out \(.*1\); .*refused \(.*2\)$/],
  ["EADDRNOTAVAIL ECONNREFUSED", "connection_refused", /local ports.*; .*refused \(.*2\)$/],
  ["ENETUNREACH EADDRNOTAVAIL", "generator_saturated", /unreachable.*; .*local ports/],
  ["EPERM ENETUNREACH", "permission_denied", /allow-net=.*; .*unreachable/],
  ["EPERM ECONNREFUSED", "connection_refused", /allow-net=.*; .*refused/],
  ["ENETUNREACH ENETUNREACH", "host_unreachable", /unreachable \(127\.0\.0\.1, 127\.0\.0\.2\)$/],
  ["ECONNREFUSED EMFILE", "generator_saturated", /some\.test:9 \(127\.0\.0\.2\) .*descriptors/],
  ["EMFILE never-tried", "generator_saturated", /some\.test:9 \(127\.0\.0\.1\) .*descriptors/],
];
for (const [codes, expected, message] of FAILURES) {
  Deno.test(`addresses that fail with ${codes} are ${expected}`, async () => {
    const left = codes.split(" ");
    using _ = replaceConnect(() => {
      const code = left.shift()!;
      assert.notEqual(code, "never-tried");
      if (code === "EPERM") throw new Deno.errors.NotCapable('Requires net access to "10.0.0.1"');
      throw Object.assign(new Error(code), { code });
    });
    await assert.rejects(
      dialName({ lookup: finds(["127.0.0.1", "127.0.0.2"]) }),
      isNetError(expected, "connect", message),
    );
  });
}

Deno.test("the error of many addresses names a few and counts the others", async () => {
  let asked = 0;
  using _ = replaceConnect(({ hostname }) => {
    if (++asked <= 30) throw new Deno.errors.ConnectionRefused();
    throw new Error(`no luck with ${hostname}`);
  });
  const addresses = Array.from({ length: 60 }, (_, i) => `127.0.0.${i + 1}`);
  await assert.rejects(dialName({ lookup: finds(addresses) }), (error) => {
    const refused = "connection refused (127.0.0.1, 127.0.0.2, 127.0.0.3, 127.0.0.4, 26 more)";
    const others = [31, 32, 33].map((i) => `no luck with 127.0.0.${i} (127.0.0.${i})`);
    const reasons = [refused, ...others, "27 more"].join("; ");
    assert.equal((error as Error).message, `connect to some.test:9 failed: ${reasons}`);
    return true;
  });
});

Deno.test("a blocked address is refused, with the range that has it", async () => {
  const blocked = blockedRanges(["10.0.0.0/8", "127.0.0.0/8"]);
  await assert.rejects(
    dialTo({ host: "127.0.0.1", port: 9 }, { blocked }),
    isNetError(
      "address_blocked",
      "connect",
      /^connect to 127\.0\.0\.1:9 failed: 127\.0\.0\.1 is in the blocked range 127\.0\.0\.0\/8$/,
    ),
  );
  await assert.rejects(
    dialTo({ host: "::ffff:127.0.0.1", port: 9 }, { blocked }),
    isNetError("address_blocked", "connect", /^connect to \[::ffff:127\.0\.0\.1\]:9 failed: /),
  );
  await assert.rejects(
    dialTo({ host: "localhost", port: 9 }, { blocked, ipVersion: 4 }),
    isNetError("address_blocked", "connect", /^connect to localhost:9 failed: 127\.0\.0\.1 is in/),
  );
});

Deno.test("a name that resolves into a blocked range later on is refused then", async () => {
  using server = listenOn();
  const answers = ["127.0.0.1", "127.0.0.2", "::ffff:127.0.0.2"];
  const lookup = () => answers.shift();
  const blocked = blockedRanges(["127.0.0.2"]);
  const open = () => peerOf(dialName({ lookup, blocked }, server.port));
  assert.equal(await open(), `127.0.0.1:${server.port}`);
  for (const address of ["127.0.0.2", "::ffff:127.0.0.2"]) {
    await assert.rejects(open(), (error) => {
      isNetError("address_blocked", "connect")(error);
      const reason = `${address} is in the blocked range 127.0.0.2`;
      const expected = `connect to some.test:${server.port} failed: ${reason}`;
      assert.equal((error as Error).message, expected);
      return true;
    });
  }
});

Deno.test("of several addresses the blocked ones are left out", async () => {
  using server = listenOn();
  let addresses: readonly string[] = [];
  const peer = await peerOf(dialName({
    lookup: finds(["127.0.0.2", "127.0.0.1", "127.0.0.3"]),
    blocked: blockedRanges(["127.0.0.2/31"]),
    onLookup: (event: LookupEvent) => addresses = event.addresses,
  }, server.port));
  assert.equal(peer, `127.0.0.1:${server.port}`);
  assert.deepEqual(addresses, ["127.0.0.1"]);
});

Deno.test({
  name: "with blocked ranges a grant of the name alone is not enough",
  permissions: { net: ["localhost"] },
  async fn() {
    await assert.rejects(
      dialTo({ host: "localhost", port: 9 }, { blocked: blockedRanges(["10.0.0.0/8"]) }),
      isNetError("permission_denied", "connect", /run with --allow-net=127\.0\.0\.1:9$/),
    );
  },
});
