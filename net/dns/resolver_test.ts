import assert from "node:assert/strict";
import { OptionError } from "../../internal/mod.ts";
import { NetError } from "../errors.ts";
import { isNetError } from "../_sockets_for_tests.ts";
import { replyTo, type TestRecord } from "./_messages_for_tests.ts";
import { readTtl } from "./_finders.ts";
import { lookupOf } from "./_lookup_of.ts";
import { startServer } from "./_servers_for_tests.ts";
import { decodeHead } from "./message.ts";
import type { LookupInfo } from "./lookup_function.ts";
import { createLookup, type CreateLookupOptions } from "./resolver.ts";

const signal = new AbortController().signal;
const INFO: LookupInfo = { port: 80, family: 0, signal };
const MIXED = ["2001:db8::1", "192.0.2.1", "2001:db8::2", "192.0.2.2"];

/** A lookup function over a fixed answer; counts the searches. Chance is always 0. */
function over(options: CreateLookupOptions, ips: readonly string[] = MIXED) {
  const searched: string[] = [];
  const clock = { ms: 0 };
  const lookup = lookupOf({ ...options, caches: readTtl(options) !== 0 }, (host) => {
    searched.push(host);
    return Promise.resolve({ ips, ttlMs: 1000 });
  }, { now: () => clock.ms, random: () => 0 });
  return { lookup, searched, clock };
}

const short = (ips: unknown) =>
  (ips as string[]).map((ip) => ip.replace("2001:db8::", "six").replace("192.0.2.", "four"));

Deno.test("a policy chooses the versions and their order", async () => {
  const cases: [CreateLookupOptions["policy"], string][] = [
    ["preferIPv4", "four1 four2 six1 six2"],
    ["preferIPv6", "six1 six2 four1 four2"],
    ["onlyIPv4", "four1 four2"],
    ["onlyIPv6", "six1 six2"],
    ["any", "six1 four1 six2 four2"],
  ];
  for (const [policy, expected] of cases) {
    const { lookup } = over({ policy: policy!, select: "first" });
    assert.equal(short(await lookup("a.test", INFO)).join(" "), expected);
  }
  const { lookup } = over({ select: "first" });
  assert.equal(short(await lookup("a.test", INFO)).join(" "), cases[0]![1], "the default");
});

Deno.test("the version that is connected by limits the addresses", async () => {
  const { lookup, searched } = over({ select: "first" });
  assert.deepEqual(short(await lookup("a.test", { ...INFO, family: 6 })), ["six1", "six2"]);
  assert.deepEqual(short(await lookup("a.test", { ...INFO, family: 4 })), ["four1", "four2"]);
  assert.equal(searched.length, 1);
  await assert.rejects(
    async () => await over({ policy: "onlyIPv6" }).lookup("a.test", { ...INFO, family: 4 }),
    isNetError("dns_not_found", "lookup", /wanted IP version/),
  );
});

Deno.test("roundRobin takes each address in turn, name by name, the others behind it", async () => {
  const ips = ["192.0.2.1", "192.0.2.2", "192.0.2.3"];
  const { lookup } = over({ select: "roundRobin" }, ips);
  const seen: string[] = [];
  for (let i = 0; i < 4; i++) seen.push(short(await lookup("a.test", INFO)).join(" "));
  assert.deepEqual(seen, [
    "four1 four2 four3",
    "four2 four3 four1",
    "four3 four1 four2",
    "four1 four2 four3",
  ]);
  assert.equal(short(await lookup("b.test", INFO))[0], "four1");
});

Deno.test("random puts every address first now and then, and loses none", async () => {
  const ips = ["192.0.2.1", "192.0.2.2", "192.0.2.3"];
  const firsts = new Set<string>();
  for (const share of [0, 0.4, 0.99]) {
    const lookup = lookupOf({ caches: true }, () => Promise.resolve({ ips, ttlMs: 1 }), {
      now: () => 0,
      random: () => share,
    });
    const found = await lookup("a.test", INFO) as string[];
    assert.deepEqual(found.toSorted(), ips);
    firsts.add(found[0]!);
  }
  assert.equal(firsts.size, 3);
});

Deno.test("addresses are kept as long as the finder says; with a ttl of 0 not even shared", async () => {
  const kept = over({});
  await Promise.all([kept.lookup("a.test", INFO), kept.lookup("A.test.", INFO)]);
  await kept.lookup("a.test", INFO);
  assert.deepEqual(kept.searched, ["a.test"]);
  kept.clock.ms = 1000;
  await kept.lookup("a.test", INFO);
  assert.equal(kept.searched.length, 2);

  const fresh = over({ ttl: "0" });
  await Promise.all([fresh.lookup("a.test", INFO), fresh.lookup("a.test", INFO)]);
  assert.equal(fresh.searched.length, 2);
});

Deno.test("the static map comes before any search, whatever the policy", async () => {
  const { lookup, searched } = over({
    policy: "onlyIPv4",
    select: "first",
    hosts: {
      "a.test": "2001:db8::7",
      "a.test:8080": "192.0.2.7:9090",
      "*.test": ["192.0.2.8", { address: "192.0.2.9", port: 90 }],
    },
  });
  assert.deepEqual(await lookup("A.TEST", INFO), [{ address: "2001:db8::7" }]);
  assert.deepEqual(await lookup("a.test", { ...INFO, port: 8080 }), [
    { address: "192.0.2.7", port: 9090 },
  ]);
  assert.deepEqual(await lookup("x.y.test", INFO), [
    { address: "192.0.2.8" },
    { address: "192.0.2.9", port: 90 },
  ]);
  assert.deepEqual(searched, []);
  await lookup("test", INFO);
  assert.deepEqual(searched, ["test"]);
  const wanted = async () => await lookup("a.test", { ...INFO, family: 4 });
  await assert.rejects(wanted, isNetError("dns_not_found"));
});

Deno.test("blocked names are refused, before the static map", async () => {
  const { lookup, searched } = over({
    hosts: { "a.bad.test": "192.0.2.1" },
    blockedHosts: ["*.bad.test", "worse.test:25"],
  });
  for (const [host, port] of [["a.bad.test", 80], ["WORSE.test", 25]] as const) {
    await assert.rejects(
      async () => await lookup(host, { ...INFO, port }),
      isNetError("host_blocked", "lookup", /^lookup of \S+ refused: blockedHosts has /),
    );
  }
  assert.deepEqual(searched, []);
  await lookup("worse.test", INFO);
});

Deno.test("an IP address is returned as it is", async () => {
  const { lookup, searched } = over({ hosts: { "*": "192.0.2.1" } });
  assert.equal(await lookup("::1", INFO), "::1");
  assert.deepEqual(searched, []);
});

Deno.test("options are checked when the function is made", () => {
  const cases: [object, string][] = [
    [{ host: {} }, "host"],
    [{ hosts: { "a.test": "b.test" } }, "hosts.a.test"],
    [{ hosts: { "a.test": [] } }, "hosts.a.test"],
    [{ hosts: { "a*": "::1" } }, "hosts"],
    [{ blockedHosts: ["a*"] }, "blockedHosts"],
    [{ blockedHosts: "a.test" }, "blockedHosts"],
    [{ ttl: "forever" }, "ttl"],
    [{ ttl: -1 }, "ttl"],
    [{ ttl: "record" }, "ttl"],
    [{ select: "last" }, "select"],
    [{ policy: "ipv4" }, "policy"],
    [{ timeout: "1s" }, "timeout"],
    [{ protocol: "udp" }, "protocol"],
    [{ servers: ["dns.test"] }, "servers"],
    [{ servers: ["::1"], timeout: "x" }, "timeout"],
    [{ servers: ["::1"], protocol: "x" }, "protocol"],
  ];
  for (const [options, name] of cases) {
    assert.throws(() => createLookup(options), (error) => {
      assert.ok(error instanceof OptionError, `${JSON.stringify(options)}: ${error}`);
      assert.equal(error.option, name);
      return true;
    });
  }
});

Deno.test("without servers the system is asked", async () => {
  const lookup = createLookup({ policy: "onlyIPv4", ttl: "inf" });
  assert.deepEqual(await lookup("localhost", INFO), ["127.0.0.1"]);
});

/** A server with one name, and a lookup function that asks it. */
function asking(options: CreateLookupOptions, records: readonly TestRecord[], aaaaFlags = 0x8180) {
  const server = startServer({
    udp(query) {
      const isA = decodeHead(query).question?.type === 1;
      const answers = records.filter(({ type }) => type === (isA ? "A" : "AAAA"));
      return [replyTo(query, { answers, flags: isA ? 0x8180 : aaaaFlags })];
    },
  });
  const lookup = createLookup({ servers: [server.address], select: "first", ...options });
  return { server, lookup };
}
const FOUR: TestRecord = { name: "a.test", type: "A", ttl: 30, data: "192.0.2.1" };
const SIX: TestRecord = { name: "a.test", type: "AAAA", ttl: 0, data: "2001:db8::1" };

Deno.test("servers are asked for the versions of the policy, and the answers kept", async () => {
  const cases: [CreateLookupOptions["policy"], string[], number][] = [
    ["preferIPv4", ["192.0.2.1", "2001:db8::1"], 2],
    ["onlyIPv4", ["192.0.2.1"], 1],
    ["onlyIPv6", ["2001:db8::1"], 1],
  ];
  for (const [policy, expected, asked] of cases) {
    const { server, lookup } = asking({ policy: policy! }, [FOUR, SIX]);
    using _ = server;
    for (let i = 0; i < 2; i++) assert.deepEqual(await lookup("a.test", INFO), expected);
    assert.equal(server.asked.udp, asked);
  }
});

Deno.test('with a ttl of "record" addresses live as long as the shortest-lived record', async () => {
  for (const [records, asked] of [[[FOUR], 2], [[FOUR, SIX], 4]] as const) {
    const { server, lookup } = asking({ ttl: "record" }, records);
    using _ = server;
    for (let i = 0; i < 2; i++) await lookup("a.test", INFO);
    assert.equal(server.asked.udp, asked);
  }
});

Deno.test("a failure for one version doesn't matter when the other has addresses", async () => {
  const found = asking({}, [FOUR], 0x8182);
  using _ = found.server;
  assert.deepEqual(await found.lookup("a.test", INFO), ["192.0.2.1"]);
});

Deno.test("of two failures the one that isn't not_found is told", async () => {
  const { server, lookup } = asking({}, [], 0x8182);
  using _ = server;
  await assert.rejects(
    async () => await lookup("a.test", INFO),
    isNetError("dns_failed", "lookup", /AAAA.*SERVFAIL/),
  );
  const missing = asking({}, []);
  using _other = missing.server;
  const failing = async () => await missing.lookup("a.test", INFO);
  await assert.rejects(failing, (error) => {
    return error instanceof NetError && error.code === "dns_not_found";
  });
});

Deno.test("an abort ends a lookup with its reason, kept or not", async () => {
  using server = startServer({});
  for (const ttl of ["0", "5m"]) {
    const controller = new AbortController();
    const lookup = createLookup({ servers: [server.address], ttl });
    const failing = Promise.resolve(lookup("a.test", { ...INFO, signal: controller.signal }));
    const reason = new Error("enough");
    controller.abort(reason);
    await assert.rejects(failing, reason);
  }
});
