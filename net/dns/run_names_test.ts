import assert from "node:assert/strict";
import type { DnsSettings } from "../run/settings.ts";
import { runNames } from "./run_names.ts";

const ADDRESSES = ["192.0.2.1", "192.0.2.2", "2001:db8::1"];
const INFO = { port: 80, family: 0, signal: new AbortController().signal } as const;

/** The names of a run over a fixed answer: how often the system was asked, and for what. */
function over(dns?: DnsSettings) {
  const clock = { ms: 0 };
  const asked: string[] = [];
  const names = runNames(
    dns === undefined ? {} : { dns },
    (host, family) => {
      asked.push(`${host} ${family}`);
      return Promise.resolve(ADDRESSES);
    },
    { now: () => clock.ms, random: () => 0 },
  );
  const find = async (host: string) => await names.lookup(host, INFO) as string[];
  return { names, find, asked, clock };
}

Deno.test("an answer is kept as long as ttl says; unset, 5 minutes", async () => {
  const table: [ttlMs: number | null | undefined, afterMs: number, times: number][] = [
    [undefined, 299_999, 1],
    [undefined, 300_000, 2],
    [1000, 999, 1],
    [1000, 1000, 2],
    [null, 1e12, 1],
    [0, 0, 2],
  ];
  for (const [ttlMs, afterMs, times] of table) {
    const dns = { select: "first", policy: "any" } as const;
    const { find, asked, clock } = over(ttlMs === undefined ? undefined : { ...dns, ttlMs });
    await find("a.test");
    clock.ms = afterMs;
    await find("A.test.");
    assert.equal(asked.length, times, `${ttlMs} after ${afterMs}`);
  }
});

Deno.test("lookups of one name at once are one; with ttl 0 each connection asks", async () => {
  for (const [ttlMs, times] of [[1000, 1], [0, 3]] as const) {
    const { find, asked } = over({ ttlMs, select: "first", policy: "any" });
    await Promise.all([find("a.test"), find("a.test"), find("a.test")]);
    assert.equal(asked.length, times);
  }
});

Deno.test("select says which address comes first, policy which there are", async () => {
  const table: [DnsSettings["select"], DnsSettings["policy"], firsts: string[]][] = [
    ["first", "preferIPv4", ["192.0.2.1", "192.0.2.1", "192.0.2.1"]],
    ["roundRobin", "preferIPv4", ["192.0.2.1", "192.0.2.2", "192.0.2.1"]],
    ["random", "onlyIPv4", ["192.0.2.2", "192.0.2.2", "192.0.2.2"]], // Chance is always 0.
    ["first", "preferIPv6", ["2001:db8::1", "2001:db8::1", "2001:db8::1"]],
    ["roundRobin", "any", ADDRESSES],
  ];
  for (const [select, policy, firsts] of table) {
    const { find } = over({ ttlMs: null, select, policy });
    const seen = [];
    for (let i = 0; i < 3; i++) seen.push((await find("a.test"))[0]);
    assert.deepEqual(seen, firsts, `${select} ${policy}`);
  }
  const { find, asked } = over({ ttlMs: null, select: "first", policy: "onlyIPv6" });
  assert.deepEqual(await find("a.test"), ["2001:db8::1"]);
  assert.deepEqual(asked, ["a.test 6"]);
});

Deno.test("only what the run says of a name keeps the system from looking it up itself", () => {
  assert.equal(over().names.decides("a.test", 80), false);
  assert.equal(
    over({ ttlMs: 0, select: "first", policy: "any" }).names.decides("a.test", 80),
    true,
  );
  const { decides } = runNames({ hosts: { "a.test:80": "192.0.2.1" } });
  assert.deepEqual([decides("a.test", 80), decides("a.test", 81)], [true, false]);
});
