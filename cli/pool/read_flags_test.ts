import assert from "node:assert/strict";
import { parseCommandLine } from "../args.ts";
import type { ScriptFlags } from "../options.ts";
import { poolServers, readAgentsFlags, withoutPassword } from "./read_flags.ts";
import { refuseAgentsFlags } from "./run_options.ts";

function flagsOf(...args: string[]): ScriptFlags {
  const line = parseCommandLine(["run", "load.ts", ...args]);
  assert(line.command === "run");
  return line.flags;
}

Deno.test("a pool is local, or servers with or without their scheme", () => {
  assert.equal(poolServers("--on", "local", true), null);
  const cases: [string, string[]][] = [
    ["nats://127.0.0.1:4222", ["nats://127.0.0.1:4222"]],
    ["10.0.0.5:4222", ["nats://10.0.0.5:4222"]],
    ["localhost:4222", ["nats://localhost:4222"]],
    ["nats.example", ["nats://nats.example"]],
    ["tls://a:4222, tls://b:4222", ["tls://a:4222", "tls://b:4222"]],
    ["nats://[::1]:4222", ["nats://[::1]:4222"]],
    ["nats://user:secret@host:4222", ["nats://user:secret@host:4222"]],
  ];
  for (const [text, servers] of cases) assert.deepEqual(poolServers("--on", text, true), servers);
});

Deno.test("what is no server is refused without its password, and a mistyped word is guessed", () => {
  const refused = (text: string, orLocal = true) => {
    try {
      poolServers("--on", text, orLocal);
    } catch (error) {
      assert(error instanceof Error);
      return error.message;
    }
    assert.fail(text);
  };
  assert.match(refused("locl"), /"locl" \(did you mean local\?\)$/);
  assert.match(refused("nats//x:1"), /"nats\/\/x:1" \(or local, to try it here\)$/);
  assert.match(refused("http://a:1", false), /as in nats:\/\/127\.0\.0\.1:4222: "http:\/\/a:1"$/);
  assert.doesNotMatch(refused("nats://user:secret@host:70000"), /secret/);
  for (const text of ["", "nats://", "local,", "a b:1", "nats://a:0"]) refused(text);
});

Deno.test("an address is shown without user and password", () => {
  assert.equal(withoutPassword("nats://user:secret@host:4222"), "nats://host:4222");
  assert.equal(withoutPassword("tls://host"), "tls://host");
});

Deno.test("the flags of a run on agents have defaults", () => {
  assert.deepEqual(readAgentsFlags(flagsOf("--on", "local")), {
    ...{ servers: null, agents: { count: 2, labels: {} }, onLoss: "mark", lossAfterMs: 15_000 },
    ...{ weight: "equal", shards: null, stores: {} },
  });
  const given = flagsOf(
    ...["--on", "h:1", "--agents", "3", "--where", "zone=eu", "--where", "disk=fast"],
    ...["--on-loss", "redistribute", "--loss-after", "1m", "--weight", "cores", "--shards", "4"],
    ...["--replicas", "3", "--storage", "memory"],
  );
  assert.deepEqual(readAgentsFlags(given), {
    servers: ["nats://h:1"],
    agents: { count: 3, labels: { zone: "eu", disk: "fast" } },
    ...{ onLoss: "redistribute", lossAfterMs: 60_000, weight: "cores", shards: 4 },
    stores: { replicas: 3, storage: "memory" },
  });
});

Deno.test("flags that make no sense are refused by name", () => {
  const cases: [string[], RegExp][] = [
    [["--on", "h:1", "--inline"], /^--inline makes the load in this process, and --on on agents/],
    [["--on", "h:1", "--with-target"], /^--with-target starts a server on the loopback/],
    [["--on", "h:1", "--agents", "0"], /^--agents is not a whole number of at least 1: "0"/],
    [["--on", "local", "--agents", "65"], /^--agents is more than 64: "65"/],
    [["--on", "local", "--where", "a=b"], /^--where chooses among the agents of a pool/],
    [["--on", "h:1", "--where", "eu"], /^--where is not KEY=VALUE: "eu"/],
    [["--on", "h:1", "--on-loss", "x"], /^--on-loss is not one of mark, redistribute, abort: "x"/],
    [["--on", "h:1", "--weight", "x"], /^--weight is not one of equal, cores: "x"/],
    [["--on", "h:1", "--replicas", "0"], /^--replicas is not a whole number of at least 1: "0"/],
    [["--on", "h:1", "--replicas", "6"], /^--replicas is more than 5: "6"/],
    [["--on", "local", "--replicas", "3"], /^--replicas 3 needs as many servers, and --on local/],
    [["--on", "h:1", "--storage", "tape"], /^--storage is not one of file, memory: "tape"/],
    [["--on", "h:1", "--loss-after", "1ms"], /^--loss-after must be from 1s to 1h: "1ms"/],
  ];
  for (const [args, message] of cases) {
    assert.throws(() => readAgentsFlags(flagsOf(...args)), { code: "option_invalid", message });
  }
});

Deno.test("flags about agents are refused in a run without any", () => {
  refuseAgentsFlags(flagsOf());
  for (
    const args of [["--agents", "2"], ["--where", "a=b"], ["--sign", "k"], ["--tls-key", "k"], [
      "--replicas",
      "1",
    ]]
  ) {
    assert.throws(
      () => refuseAgentsFlags(flagsOf(...args)),
      new RegExp(`^OptionError: ${args[0]} is for runs on agents: add --on`),
    );
  }
});
