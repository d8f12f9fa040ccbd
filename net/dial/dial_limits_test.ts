import assert from "node:assert/strict";
import { dialName, dialTo, finds, listenOn, peerOf, replaceConnect } from "./_dial_for_tests.ts";
import { isNetError } from "../_sockets_for_tests.ts";

const FOLDER = new URL("./testdata/", import.meta.url).pathname;
const canUnshare = await bash("unshare --net ip link set lo up").then(() => true, () => false);

/** Runs a command in a shell; resolves with the lines that it prints. */
async function bash(command: string): Promise<string[]> {
  const { code, stdout, stderr } = await new Deno.Command("bash", {
    args: ["-c", command],
    env: { NO_COLOR: "1" },
  }).output();
  const [printed, errors] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  assert.equal(code, 0, errors);
  return printed!.trimEnd().split("\n");
}

/** The command that dials until something runs out; its arguments follow. */
const DIAL = `deno run --quiet --no-prompt --allow-net "${FOLDER}dial_until_full.ts"`;

for (const localAddress of ["", "127.0.0.1"]) {
  const from = localAddress === "" ? "" : ` from ${localAddress}`;

  Deno.test({
    name: `out of descriptors is generator_saturated, for lookup and connect${from}`,
    ignore: Deno.build.os === "windows",
    async fn() {
      assert.deepEqual(await bash(`ulimit -n 64; exec ${DIAL} 0 ${localAddress}`), [
        "generator_saturated connect EMFILE",
        "generator_saturated lookup EMFILE",
        "true",
      ]);
    },
  });

  Deno.test({
    name: `out of ports is generator_saturated${from}${
      canUnshare ? "" : " (needs unshare --net and ip)"
    }`,
    ignore: !canUnshare,
    async fn() {
      const narrow = "ip link set lo up; echo 40000 40009 >/proc/sys/net/ipv4/ip_local_port_range";
      const run = `${narrow}; exec ${DIAL} 9000 ${localAddress}`;
      const code = localAddress === "" ? "EADDRNOTAVAIL" : "EADDRINUSE";
      assert.deepEqual(await bash(`exec unshare --net bash -c '${run}'`), [
        `generator_saturated connect ${code}`,
        `generator_saturated connect ${code}`,
        "true",
      ]);
    },
  });
}

Deno.test("256 connections are made at once, attempts at several addresses included", async () => {
  using server = listenOn();
  const controller = new AbortController();
  let underWay = 0;
  let most = 0;
  const replaced = replaceConnect(({ signal }) => {
    most = Math.max(most, ++underWay);
    const { promise, reject } = Promise.withResolvers<never>();
    signal.addEventListener("abort", () => {
      underWay--;
      reject(signal.reason);
    });
    return promise;
  });
  try {
    const { signal } = controller;
    const lookup = finds(["127.0.0.1", "127.0.0.2"]);
    const heard = Promise.withResolvers<void>();
    let lookups = 0;
    const onLookup = () => ++lookups === 300 && heard.resolve();
    const failing = Array.from(
      { length: 300 },
      () => assert.rejects(dialName({ signal, lookup, onLookup }), isNetError("aborted")),
    );
    await heard.promise;
    await assert.rejects(
      dialTo({ host: "127.0.0.1", port: 9 }, { connectTimeoutMs: 20 }),
      isNetError("connection_timeout", "connect"),
      "its turn doesn't come",
    );
    assert.deepEqual([underWay, most], [256, 256]);
    controller.abort();
    await Promise.all(failing);
    assert.deepEqual([underWay, most], [0, 256]);
  } finally {
    replaced[Symbol.dispose]();
  }
  const target = { host: "127.0.0.1", port: server.port };
  assert.equal(await peerOf(dialTo(target, {})), `127.0.0.1:${server.port}`, "all turns are back");
});
