import assert from "node:assert/strict";
import { resolve } from "node:path";
import { OptionError } from "../../internal/mod.ts";
import { parseCommandLine } from "../args.ts";
import type { AgentFlags } from "./options.ts";
import { readPoolFlags, refusePoolFlags } from "./pool_flags.ts";

function flagsOf(text: string): AgentFlags {
  const line = parseCommandLine(["agent", ...text.split(" ").filter((word) => word !== "")]);
  assert.ok(line.command === "agent", text);
  return line.flags;
}

Deno.test("an agent of a pool gives scripts the network and nothing else, unless told", () => {
  const { policy, slots, labels, id, cores } = readPoolFlags(flagsOf("--nats a"));
  assert.deepEqual(policy, {
    allowNet: true,
    allowRead: [],
    allowWrite: [],
    allowUnix: [],
    allowFfi: [],
  });
  assert.deepEqual([slots, labels, id], [1, {}, null]);
  assert.equal(cores, navigator.hardwareConcurrency);
});

Deno.test("flags of a pool are read, paths made absolute", () => {
  const read = readPoolFlags(flagsOf(
    "--nats a --id b --labels zone=eu,disk=fast --slots 3 --shards 2 --max-spool 8 " +
      "--allow-net a.example,b.example:80 --allow-read data --allow-env A --allow-write none " +
      "--signer x --signer y",
  ));
  assert.deepEqual(read, {
    id: "b",
    labels: { zone: "eu", disk: "fast" },
    slots: 3,
    cores: 2,
    policy: {
      allowNet: ["a.example", "b.example:80"],
      allowRead: [resolve("data")],
      allowWrite: [],
      allowUnix: [],
      allowFfi: [],
      allowEnv: ["A"],
    },
    signers: ["x", "y"],
    spoolBytes: 8 * 1024 ** 2,
  });
});

for (
  const [text, option] of [
    ["--labels zone", "--labels"],
    ["--labels a=b,,c=d", "--labels"],
    ["--slots 0", "--slots"],
    ["--shards x", "--shards"],
    ["--max-spool 0", "--max-spool"],
    ["--allow-net a,,b", "--allow-net"],
    ["--listen 127.0.0.1:1", "--listen"],
    ["--golo-compat", "--golo-compat"],
    ["--collector http://c", "--collector"],
    ["--data d", "--data"],
    ["--max-users 5", "--max-users"],
    ["--cooldown 1s", "--cooldown"],
  ] as const
) {
  Deno.test(`with --nats, ${text} is refused`, () => {
    assert.throws(
      () => readPoolFlags(flagsOf(`--nats a ${text}`)),
      (error) => error instanceof OptionError && error.option === option,
    );
  });
}

for (
  const [text, option] of [
    ["--id a", "--id"],
    ["--labels a=b", "--labels"],
    ["--allow-read /data", "--allow-read"],
    ["--signer x", "--signer"],
    ["--tls-ca f", "--tls-ca"],
  ] as const
) {
  Deno.test(`without --nats, ${text} is refused`, () => {
    assert.throws(
      () => refusePoolFlags(flagsOf(text)),
      (error) => error instanceof OptionError && error.option === option,
    );
  });
}

Deno.test("an agent with its own API takes what it always took", () => {
  refusePoolFlags(flagsOf("--allow-net a.example --golo-compat --tls-cert c --tls-key k"));
});
