import assert from "node:assert/strict";
import { isNetError } from "../_sockets_for_tests.ts";
import type { QueryResult } from "./query.ts";
import { pick, resolve } from "./resolve.ts";
import type { DnsRecord } from "./records.ts";
import { replyTo } from "./_messages_for_tests.ts";
import { startServer } from "./_servers_for_tests.ts";

function answer(records: readonly DnsRecord[], rcode: string = "NOERROR"): QueryResult {
  return {
    name: "a.test",
    records,
    rcode,
    server: "192.0.2.53:53",
    protocol: "udp",
    durationMs: 1,
    truncated: false,
    authoritative: false,
  };
}
const a = (name: string, data: string, ttl = 60): DnsRecord => ({ name, type: "A", ttl, data });
const alias = (name: string, data: string, ttl = 60): DnsRecord => ({
  name,
  type: "CNAME",
  ttl,
  data,
});

Deno.test("records of the name and type are picked, in the order of the answer", () => {
  const records = [a("A.TEST", "192.0.2.2"), a("a.test", "192.0.2.1"), a("b.test", "192.0.2.3")];
  assert.deepEqual(pick(answer(records), "a.test", "A").data, ["192.0.2.2", "192.0.2.1"]);
});

Deno.test("aliases are followed, whatever their order; the shortest lifetime counts", () => {
  const records = [
    a("c.test", "192.0.2.1", 300),
    alias("b.test", "C.test", 20),
    alias("a.test", "b.test", 30),
  ];
  assert.deepEqual(pick(answer(records), "a.test", "A"), { data: ["192.0.2.1"], ttl: 20 });
  assert.deepEqual(pick(answer(records), "a.test", "CNAME"), { data: ["b.test"], ttl: 30 });
});

Deno.test("sixteen aliases are followed, not more, and not in circles", () => {
  const chain = (length: number) =>
    Array.from({ length }, (_, i) => alias(i === 0 ? "a.test" : `n${i}`, `n${i + 1}`));
  const end = (length: number) => [...chain(length), a(`n${length}`, "192.0.2.1")];
  assert.deepEqual(pick(answer(end(16)), "a.test", "A").data, ["192.0.2.1"]);
  for (const records of [end(17), [alias("a.test", "b.test"), alias("b.test", "a.test")]]) {
    assert.throws(
      () => pick(answer(records), "a.test", "A"),
      isNetError("dns_failed", "lookup", /over 16 aliases/),
    );
  }
});

Deno.test("no such host, and no record of the type, are dns_not_found", () => {
  const cases: [QueryResult, RegExp][] = [
    [
      answer([], "NXDOMAIN"),
      /^lookup of a\.test \(A\) failed: 192\.0\.2\.53:53 says .*no such host$/,
    ],
    [answer([]), /has no A record$/],
    [answer([a("b.test", "192.0.2.1")]), /has no A record$/],
    [answer([alias("a.test", "b.test")]), /has no A record for its alias b\.test$/],
  ];
  for (const [result, message] of cases) {
    const failing = () => pick(result, "a.test", "A");
    assert.throws(failing, isNetError("dns_not_found", "lookup", message));
  }
});

Deno.test("resolve asks for A records over loopback unless told otherwise", async () => {
  using server = startServer({
    udp: (
      query,
    ) => [replyTo(query, { answers: [{ name: "a.test", type: "A", data: "192.0.2.1" }] })],
  });
  assert.deepEqual(await resolve("a.test", { servers: [server.address] }), ["192.0.2.1"]);
  assert.deepEqual(server.asked, { udp: 1, tcp: 0 });
});

Deno.test("a server that doesn't listen over TCP is told from one that is silent", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  await assert.rejects(
    resolve("a.test", { servers: [`127.0.0.1:${port}`], protocol: "tcp" }),
    isNetError("dns_failed", "lookup", /connection refused/),
  );
  using silent = startServer({});
  for (const protocol of ["udp", "tcp"] as const) {
    await assert.rejects(
      resolve("a.test", { servers: [silent.address], protocol, timeout: 20, attempts: 1 }),
      isNetError("dns_timeout", "lookup", /did not answer within 20ms/),
    );
  }
});

Deno.test("a host that isn't a name is refused", async () => {
  for (const host of ["", "a..b", "a b", "192.0.2.1"]) {
    await assert.rejects(resolve(host, { servers: ["127.0.0.1"] }), isNetError("address_invalid"));
  }
});
