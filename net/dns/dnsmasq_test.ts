import assert from "node:assert/strict";
import { formatAddress } from "../address.ts";
import { freePort, programTest, startProgram } from "../../internal/programs_for_tests.ts";
import { isNetError } from "../_sockets_for_tests.ts";
import { join, string, u32 } from "./_messages_for_tests.ts";
import { encodeName } from "./_name.ts";
import { startServer } from "./_servers_for_tests.ts";
import { query } from "./query.ts";
import { resolve } from "./resolve.ts";
import { createLookup } from "./resolver.ts";

const hex = (...parts: readonly (Uint8Array | number[])[]) => join(...parts).toHex();
const SOA = hex(
  encodeName("ns.zone.test"),
  encodeName("admin.zone.test"),
  ...[2026, 3600, 600, 86400, 60].map(u32),
);
const LONG = Array.from({ length: 12 }, (_, i) => `${i}`.padEnd(250, "x"));

const CONFIG = `
no-resolv
no-hosts
user=root
listen-address=127.0.0.1
bind-interfaces
pid-file=
local=/zone.test/
local=/in-addr.arpa/
local=/ip6.arpa/
local-ttl=77
host-record=a.zone.test,192.0.2.1,2001:db8::1
host-record=many.zone.test,192.0.2.1
host-record=many.zone.test,192.0.2.2
cname=www.zone.test,a.zone.test
cname=w3.zone.test,www.zone.test
mx-host=zone.test,mail.zone.test,10
srv-host=_sip._tcp.zone.test,sip.zone.test,5060,1,2
txt-record=zone.test,"v=spf1 -all","second, with a comma"
caa-record=zone.test,128,issue,ca.test
naptr-record=zone.test,100,10,S,SIP+D2U,!^.*$!sip:info@zone.test!,_sip._udp.zone.test
ptr-record=4.2.0.192.in-addr.arpa,four.zone.test
dns-rr=zone.test,2,${hex(encodeName("ns.zone.test"))}
dns-rr=zone.test,6,${SOA}
dns-rr=zone.test,13,${hex(string("cpu"), string("os"))}
${LONG.map((text) => `txt-record=long.zone.test,${text}`).join("\n")}
`;

/** Starts dnsmasq with the zone above. */
async function startDnsmasq() {
  const port = freePort();
  const server = formatAddress({ host: "127.0.0.1", port });
  const program = await startProgram(
    `exec dnsmasq -k -C "$0/dnsmasq.conf" -p ${port}`,
    { "dnsmasq.conf": CONFIG },
    () =>
      query("a.zone.test", { servers: [server], protocol: "tcp", attempts: 1 })
        .then(() => true, () => false),
  );
  return { servers: [server], [Symbol.asyncDispose]: () => program[Symbol.asyncDispose]() };
}

for (const protocol of ["udp", "tcp"] as const) {
  await programTest(["dnsmasq"], `dnsmasq answers every type over ${protocol}`, async () => {
    await using dnsmasq = await startDnsmasq();
    const options = { servers: dnsmasq.servers, protocol };
    assert.deepEqual(await resolve("a.zone.test", options), ["192.0.2.1"]);
    assert.deepEqual(await resolve("A.Zone.TEST", { ...options, rrtype: "AAAA" }), ["2001:db8::1"]);
    const many = await resolve("many.zone.test", options);
    assert.deepEqual(many.toSorted(), ["192.0.2.1", "192.0.2.2"]);
    assert.deepEqual(await resolve("www.zone.test", { ...options, rrtype: "CNAME" }), [
      "a.zone.test",
    ]);
    assert.deepEqual(await resolve("w3.zone.test", options), ["192.0.2.1"]);
    assert.deepEqual(await resolve("zone.test", { ...options, rrtype: "MX" }), [
      { preference: 10, exchange: "mail.zone.test" },
    ]);
    assert.deepEqual(await resolve("_sip._tcp.zone.test", { ...options, rrtype: "SRV" }), [
      { priority: 1, weight: 2, port: 5060, target: "sip.zone.test" },
    ]);
    assert.deepEqual(await resolve("zone.test", { ...options, rrtype: "TXT" }), [
      ["v=spf1 -all", "second, with a comma"],
    ]);
    assert.deepEqual(await resolve("zone.test", { ...options, rrtype: "CAA" }), [
      { critical: true, tag: "issue", value: "ca.test" },
    ]);
    assert.deepEqual(await resolve("zone.test", { ...options, rrtype: "NAPTR" }), [{
      order: 100,
      preference: 10,
      flags: "S",
      services: "SIP+D2U",
      regexp: "!^.*$!sip:info@zone.test!",
      replacement: "_sip._udp.zone.test",
    }]);
    assert.deepEqual(await resolve("zone.test", { ...options, rrtype: "NS" }), ["ns.zone.test"]);
    assert.deepEqual(await resolve("zone.test", { ...options, rrtype: "SOA" }), [{
      mname: "ns.zone.test",
      rname: "admin.zone.test",
      serial: 2026,
      refresh: 3600,
      retry: 600,
      expire: 86400,
      minimum: 60,
    }]);
    const pointers = { ...options, rrtype: "PTR" as const };
    assert.deepEqual(await resolve("192.0.2.4", pointers), ["four.zone.test"]);
    assert.deepEqual(await resolve("2001:db8::1", pointers), ["a.zone.test"]);
  });
}

await programTest(
  ["dnsmasq"],
  "dnsmasq has no such name, no such record, no such zone",
  async () => {
    await using dnsmasq = await startDnsmasq();
    const { servers } = dnsmasq;
    await assert.rejects(
      resolve("missing.zone.test", { servers }),
      isNetError("dns_not_found", "lookup", /no such host/),
    );
    await assert.rejects(
      resolve("a.zone.test", { servers, rrtype: "MX" }),
      isNetError("dns_not_found", "lookup", /no MX record/),
    );
    await assert.rejects(
      resolve("elsewhere.example", { servers }),
      isNetError("dns_failed", "lookup", /REFUSED/),
    );
    const { rcode, records } = await query("missing.zone.test", { servers });
    assert.deepEqual([rcode, records], ["NXDOMAIN", []]);
  },
);

await programTest(["dnsmasq"], "dnsmasq's answer that fits no datagram comes by TCP", async () => {
  await using dnsmasq = await startDnsmasq();
  const options = { servers: dnsmasq.servers, rrtype: "TXT" } as const;
  const { protocol, truncated, records } = await query("long.zone.test", options);
  assert.deepEqual([protocol, truncated, records.length], ["tcp", false, LONG.length]);
  const texts = (await resolve("long.zone.test", options)).map((strings) => strings.join(""));
  assert.deepEqual(texts.toSorted(), LONG.toSorted());
});

await programTest(
  ["dnsmasq"],
  "dnsmasq answers behind servers that are dead or silent",
  async () => {
    await using dnsmasq = await startDnsmasq();
    using silent = startServer({});
    const servers = [silent.address, `127.0.0.1:${freePort()}`, ...dnsmasq.servers];
    // dnsmasq may miss its time on a machine that stalls, but not each time.
    const options = { servers, timeout: 100, attempts: 16 };
    for (const protocol of ["udp", "tcp"] as const) {
      const { server } = await query("a.zone.test", { ...options, protocol });
      assert.equal(server, dnsmasq.servers[0]);
      assert.ok(silent.asked[protocol] >= 1);
    }
  },
);

await programTest(["dnsmasq"], "a lookup function asks dnsmasq for both versions", async () => {
  await using dnsmasq = await startDnsmasq();
  const lookup = createLookup({ servers: dnsmasq.servers, policy: "preferIPv6", ttl: "record" });
  const { signal } = new AbortController();
  const found = await lookup("www.zone.test", { port: 80, family: 0, signal });
  assert.deepEqual(found, ["2001:db8::1", "192.0.2.1"]);
});
