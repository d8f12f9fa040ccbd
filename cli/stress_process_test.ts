import assert from "node:assert/strict";
import { ExitCode } from "../internal/mod.ts";
import { RunError, startRun } from "../runner/mod.ts";
import { startPackets } from "../targets/mod.ts";
import { parseCommandLine } from "./args.ts";
import { writeFiles } from "./_commands_for_tests.ts";
import { fakeHost } from "./_fakes_for_tests.ts";
import { inFolder } from "./_folders_for_tests.ts";
import { slowModule } from "./_slow_module_for_tests.ts";
import { downpour } from "./_process_for_tests.ts";
import { completed } from "./run_parts.ts";
import { stressCommand } from "./stress_command.ts";

/** A packet of five bytes behind its length. */
const HELLO = "\0\0\0\x05hello";

interface ScriptParts {
  readonly port: number;
  readonly settings?: string;
  readonly actions?: string;
}

/** A stress script of 20 sessions on two shards. */
function script({ port, settings = "", actions }: ScriptParts): string {
  return `
SETTINGS local {
  SESSION = "TCP"
  ENDPOINTS { "127.0.0.1" }
  PORT = ${port}
  READ = "true"
  HEADERSIZE = 4
  LENGTH 0:4 "big"
  BODYMAX = 1024
  SAMPLERATE = 1
  SHARDS = 2
  PACKETS { hello : "hello.bin" }
  ${settings}
}
ORCHESTRATOR local {
  CREATE 20
  CONNECT 0:20
  ${actions ?? "SEND 0:20 hello COPIES 10 OFFSET 100ms\n  DRAIN 0:20 OFFSET 300ms"}
}`;
}

function overUdp(text: string): string {
  return text.replace(`"TCP"`, `"UDP"`).replace(/LENGTH.*/, "").replace("HEADERSIZE = 4", "");
}

/** Counts of a run by metric, from its JSON summary. */
async function counts(path: string): Promise<Record<string, number>> {
  const { metrics } = JSON.parse(await Deno.readTextFile(path)) as {
    metrics: Record<string, { count?: number; values?: { count?: number } }>;
  };
  return Object.fromEntries(
    Object.entries(metrics).map(([name, one]) => [name, one.values?.count ?? one.count ?? 0]),
  );
}

Deno.test("a script is played by its shards, thresholds are judged, and all is in the summary", async () => {
  await using target = await startPackets();
  await inFolder(async (folder) => {
    await writeFiles(folder, { "a.ldsh": script({ port: target.port }), "hello.bin": HELLO });
    const json = `${folder}/summary.json`;
    const more = ["--threshold", "packet_packets_received=count==200", "--tag", "build=7"];
    const out = ["--summary-json", json, "--out", `json=${folder}/samples.ndjson`];
    const ended = await downpour("stress", `${folder}/a.ldsh`, ...out, ...more);
    assert.deepEqual([ended.code, ended.stderr], [0, ""]);
    assert.match(ended.stdout, /✓ packet_packets_received +count==200/);
    const found = await counts(json);
    assert.equal(found["packet_packets_sent"], 200);
    assert.equal(found["packet_sessions_opened"], 20);
    assert.equal(found["packet_sessions_closed"], 20);
    const lines = (await Deno.readTextFile(`${folder}/samples.ndjson`)).trim().split("\n")
      .map((line) => JSON.parse(line));
    const sent = lines.filter(({ type, metric }) =>
      type === "Point" && metric === "packet_packets_sent"
    );
    assert.equal(sent.reduce((sum, { data }) => sum + data.value, 0), 200);
    const { endpoint, transport, action, build } = sent[0].data.tags;
    assert.deepEqual({ endpoint, transport, action, build }, {
      ...{ endpoint: `127.0.0.1:${target.port}`, transport: "tcp" },
      ...{ action: "send:hello", build: "7" },
    });
  });
  const { connections, packetsIn } = target.counts;
  assert.deepEqual([connections, packetsIn], [20, 200]);
});

/** A guest that answers nothing, and never comes back from a packet with "spin" in it. */
const SPINNER = `(module
  (memory (export "memory") 1 1)
  (func (export "alloc") (param i32) (result i32) (i32.const 1024))
  (func (export "dealloc") (param i32 i32))
  (func (export "handle_body") (param i32 i32) (result i64)
    (if (i32.eq (i32.load8_u offset=4 (local.get 0)) (i32.const 115)) (then (loop (br 0))))
    (i64.const 0)))`;

Deno.test("fault 70: a guest that spins is killed with its shard, the other shard's sessions finish", async () => {
  await using target = await startPackets();
  await inFolder(async (folder) => {
    await Deno.writeFile(`${folder}/spin.wasm`, await wasmOf(SPINNER));
    await writeFiles(folder, {
      "a.ldsh": script({
        port: target.port,
        settings: `HANDLER = "spin.wasm"`,
        actions: [
          "SEND 0:20 hello COPIES 10 OFFSET 100ms",
          "SEND 0:1 spin COPIES 1 OFFSET 2s", // Its shard has told of its sessions by then.
          "SEND 10:20 hello COPIES 10 OFFSET 7s",
          "DRAIN 0:20 OFFSET 300ms",
        ].join("\n"),
      }).replace(`"hello.bin"`, `"hello.bin", spin : "spin.bin"`),
      "hello.bin": HELLO,
      "spin.bin": "\0\0\0\x04spin",
    });
    const json = `${folder}/summary.json`;
    const { code, stdout, stderr } = await downpour(
      ...["stress", `${folder}/a.ldsh`, "--summary-json", json],
    );
    assert.equal(code, 109, stderr);
    assert.match(stdout, /^sessions +20 tried, 20 opened, 20 closed\n +failed: 10× shard_lost$/m);
    assert.match(stderr, /[Ss]hard 0 /);
    const found = await counts(json);
    const sessions = ["opened", "closed", "failed"].map((name) => found[`packet_sessions_${name}`]);
    // Sessions 0 to 9 are of the shard that is lost: none of them is open for ever.
    assert.deepEqual(sessions, [20, 20, 10]);
    const { run: { shards } } = JSON.parse(await Deno.readTextFile(json));
    assert.deepEqual((shards as { state: string }[]).map(({ state }) => state), ["lost", "done"]);
  });
  // Ten more than before the guest hung, of each session of the second shard.
  assert.equal(target.counts.packetsIn, 20 * 10 + 1 + 10 * 10);
});

Deno.test("fault 69: a guest that takes long to compile ends the run before its load, at the limit of setup", async () => {
  await using target = await startPackets();
  await inFolder(async (folder) => {
    await Deno.writeFile(`${folder}/slow.wasm`, slowModule());
    const text = script({ port: target.port, settings: `HANDLER = "slow.wasm"` });
    await writeFiles(folder, { "a.ldsh": text, "hello.bin": HELLO });
    const line = parseCommandLine(["stress", `${folder}/a.ldsh`]);
    assert.equal(line.command, "stress");
    const { file, flags } = line;
    const played = stressCommand(file, flags, fakeHost(), async (part) => {
      // What it asks for, sooner.
      const overrides = { ...part.overrides, setupTimeout: "1s" };
      const run = startRun(await completed({ ...part, overrides }, flags, fakeHost()));
      return { result: await run.result, exitCode: 0 };
    });
    await assert.rejects(played, (error) => {
      assert.ok(error instanceof RunError);
      assert.deepEqual([error.code, error.exitCode], ["setup_timeout", ExitCode.setupTimeout]);
      return true;
    });
  });
  assert.equal(target.counts.connections, 0);
});

async function wasmOf(text: string): Promise<Uint8Array> {
  const { default: load } = await import("wabt");
  const module = (await load()).parseWat("guest.wat", text);
  try {
    return new Uint8Array(module.toBinary({}).buffer);
  } finally {
    module.destroy();
  }
}

Deno.test("a script with errors says all of them with their places, and starts nothing", async () => {
  await inFolder(async (folder) => {
    const bad = script({ port: 1 }).replace("DRAIN", "DRIAN").replace("20 hello", "20 helo");
    await writeFiles(folder, { "a.ldsh": bad, "hello.bin": HELLO });
    const { code, stdout, stderr } = await downpour("stress", `${folder}/a.ldsh`);
    assert.deepEqual([code, stdout], [104, ""]);
    assert.match(stderr, /a\.ldsh:\d+:\d+: helo .*did you mean hello\?\n/);
    assert.match(stderr, /a\.ldsh:\d+:\d+: DRIAN .*did you mean DRAIN\?\n/);
  });
});

Deno.test("files that are missing or can't be used are named, all at once", async () => {
  await inFolder(async (folder) => {
    const text = script({ port: 1, settings: `HANDLER = "no.wasm"` });
    await writeFiles(folder, { "a.ldsh": text });
    const missing = await downpour("stress", `${folder}/a.ldsh`);
    assert.equal(missing.code, 104);
    assert.match(missing.stderr, /packet hello: cannot read .*hello\.bin: it does not exist/);
    assert.match(missing.stderr, /handler: cannot read .*no\.wasm: it does not exist/);
    const wasm = await wasmOf(`(module (import "env" "f" (func)) (memory (export "memory") 1))`);
    await Deno.writeFile(`${folder}/no.wasm`, wasm);
    await writeFiles(folder, { "hello.bin": HELLO });
    const { code, stderr } = await downpour("stress", `${folder}/a.ldsh`);
    assert.equal(code, 104);
    assert.match(stderr, /no\.wasm: it imports the function/);
    assert.match(stderr, /alloc/);
    assert.match(stderr, /handle_body/);
  });
});

Deno.test("what is not this machine is loaded only with --arm", async () => {
  await inFolder(async (folder) => {
    const far = script({ port: 9 }).replace("127.0.0.1", "192.0.2.1");
    await writeFiles(folder, { "a.ldsh": far, "hello.bin": HELLO });
    const { code, stdout, stderr } = await downpour("stress", `${folder}/a.ldsh`);
    assert.deepEqual([code, stdout], [2, ""]);
    assert.match(stderr, /192\.0\.2\.1:9 is not this machine: load only .* with --arm\n/);
  });
});

Deno.test("a dry run prints the plan and connects to nobody", async () => {
  await using target = await startPackets();
  await inFolder(async (folder) => {
    const text = script({ port: target.port }).replace(`"127.0.0.1"`, `"localhost"`);
    await writeFiles(folder, { "a.ldsh": text, "hello.bin": HELLO });
    const { code, stdout, stderr } = await downpour("stress", `${folder}/a.ldsh`, "--dry-run");
    assert.deepEqual([code, stderr], [0, ""]);
    assert.match(stdout, /^local: 20 sessions over TCP, 2 shards/);
    assert.match(stdout, /SEND +0:20 +hello × 10/);
    assert.match(stdout, /resolved: localhost:\d+ \(127\.0\.0\.1\)\n$/);
  });
  assert.equal(target.counts.connections, 0);
});

Deno.test("a load that nobody took is a failed one, with the reason", async () => {
  const port = await (async () => {
    await using target = await startPackets();
    return target.port;
  })();
  await inFolder(async (folder) => {
    await writeFiles(folder, { "a.ldsh": script({ port }), "hello.bin": HELLO });
    const { code, stderr } = await downpour("stress", `${folder}/a.ldsh`, "-q");
    assert.equal(code, 1);
    assert.match(stderr, /not one session connected: 20× /);
  });
});

Deno.test("sessions over UDP run with the permissions that they get", async () => {
  await using target = await startPackets();
  await inFolder(async (folder) => {
    const text = overUdp(script({ port: target.port }));
    await writeFiles(folder, { "a.ldsh": text, "hello.bin": HELLO });
    const json = `${folder}/summary.json`;
    const { code, stderr } = await downpour("stress", `${folder}/a.ldsh`, "--summary-json", json);
    assert.deepEqual([code, stderr], [0, ""]);
    assert.equal((await counts(json))["packet_packets_sent"], 200);
  });
  assert.equal(target.counts.packetsIn, 200);
});

/** Whether this machine has an IPv6 loopback. */
const hasIpv6 = (() => {
  try {
    Deno.listen({ hostname: "::1", port: 0 }).close();
    return true;
  } catch {
    return false;
  }
})();

for (const transport of ["TCP", "UDP"]) {
  const name = `sessions over ${transport} reach an IPv6 address`;
  Deno.test({
    name: hasIpv6 ? name : `${name} (needs ::1)`,
    ignore: !hasIpv6,
    async fn() {
      await using target = await startPackets({ hostname: "::1" });
      await inFolder(async (folder) => {
        const text = script({ port: target.port }).replace("127.0.0.1", "[::1]");
        await writeFiles(folder, {
          "a.ldsh": transport === "TCP" ? text : overUdp(text),
          "hello.bin": HELLO,
        });
        const rule = ["--threshold", "packet_packets_sent=count==200"];
        const { code, stdout, stderr } = await downpour("stress", `${folder}/a.ldsh`, ...rule);
        assert.deepEqual([code, stderr], [0, ""], stdout);
      });
      assert.equal(target.counts.packetsIn, 200);
    },
  });
}
