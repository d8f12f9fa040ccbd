import assert from "node:assert/strict";
import type { ShardStarter } from "../../runner/remote/mod.ts";
import { inlineShards } from "../../runner/remote/mod.ts";
import { claimKey, endKey } from "../names.ts";
import { encodeMessage, type PartJob } from "../wire/mod.ts";
import { TestCoordinator } from "./_coordinator_for_tests.ts";
import { arrivals, SETUP, TestPool } from "./_pool_for_tests.ts";
import type { MemberOptions } from "./options.ts";

const KEY = await crypto.subtle.generateKey("Ed25519", true, ["sign", "verify"]) as CryptoKeyPair;
const SIGNER = new Uint8Array(await crypto.subtle.exportKey("raw", KEY.publicKey)).toBase64();

/** Signatures are verified by another thread: the time of a pool stands still meanwhile. */
function verifying({ clock }: TestPool): Disposable {
  const { subtle } = crypto;
  const { verify } = subtle;
  subtle.verify = (...args) => clock.during(verify.apply(subtle, args));
  return {
    [Symbol.dispose]() {
      subtle.verify = verify;
    },
  };
}

const REFUSED: readonly {
  readonly what: string;
  readonly code: string;
  readonly says: RegExp;
  readonly job?: Partial<PartJob>;
  readonly member?: Partial<MemberOptions>;
}[] = [
  {
    what: "of another version",
    code: "pool_version",
    says: /agent a is downpour .* and takes no run of downpour 9\.9\.9 \(protocol 1\)/,
    job: { version: "9.9.9" },
  },
  {
    what: "of another protocol",
    code: "pool_version",
    says: /protocol 2/,
    job: { protocol: 2 },
  },
  {
    what: "that asks for more than the agent gives",
    code: "pool_permission",
    says: /does not give scripts --allow-net=b\.example: it gives --allow-net=a\.example/,
    job: { permissions: { allowNet: ["b.example"], allowRead: [] } },
    member: { policy: { allowNet: ["a.example"], allowRead: [] } },
  },
  {
    what: "that nobody signed, by an agent that has signers",
    code: "bundle_untrusted",
    says: /is not signed/,
    member: { signers: [SIGNER] },
  },
  {
    what: "that a stranger signed",
    code: "bundle_untrusted",
    says: /whom this agent does not trust/,
    job: { signer: new Uint8Array(32).toBase64(), signature: "" },
    member: { signers: [SIGNER] },
  },
];

for (const { what, code, says, job = {}, member = {} } of REFUSED) {
  Deno.test(`a part is refused ${what}`, async () => {
    const pool = new TestPool();
    await pool.run(async () => {
      const agent = await pool.member(member);
      const run = new TestCoordinator(pool);
      await run.begin(job);
      await pool.until("a refusal", () => run.beats.length > 0);
      assert.equal(run.beats[0]!.refused?.code, code);
      assert.match(run.beats[0]!.refused!.message, says);
      await pool.until("it is free", () => agent.running.length === 0);
      run.stop();
    });
  });
}

Deno.test("a part of a run that is over is refused", async () => {
  const pool = new TestPool();
  await pool.run(async () => {
    const run = new TestCoordinator(pool);
    await run.begin();
    await run.bus.keys.put(endKey("r"), encodeMessage({}));
    await pool.member();
    await pool.until("a refusal", () => run.beats.length > 0);
    assert.equal(run.beats[0]!.refused?.code, "run_unknown");
    run.stop();
  });
});

Deno.test("what an agent was at when it died is not begun anew by one of its name", async () => {
  const pool = new TestPool();
  await pool.run(async () => {
    const run = new TestCoordinator(pool);
    await run.begin();
    await run.bus.keys.create(claimKey("r", 0), new TextEncoder().encode("a another process"));
    await pool.member();
    await pool.until("a refusal", () => run.beats.length > 0);
    assert.match(run.beats[0]!.refused!.message, /was started anew/);
    run.stop();
  });
});

for (const [what, signed] of [["its own", "source"], ["another's", "other"]] as const) {
  Deno.test(`a script with ${what} signature is ${signed === "source" ? "run" : "refused"}`, async () => {
    const options = arrivals(10, 1);
    const source = encodeMessage({ kind: "builtin", name: "count", args: options });
    const bytes = signed === "source" ? source : encodeMessage({ kind: "other" });
    const made = await crypto.subtle.sign("Ed25519", KEY.privateKey, bytes);
    const pool = new TestPool();
    using _ = verifying(pool);
    await pool.run(async () => {
      await pool.member({ signers: [SIGNER] });
      const run = new TestCoordinator(pool);
      await run.begin({ signer: SIGNER, signature: new Uint8Array(made).toBase64() });
      if (signed === "source") {
        assert.equal((await run.load(options)).kind, "answer");
      } else {
        void run.load(options).catch(() => {});
        await pool.until("goodbye", () => run.records.end !== null);
        assert.match(run.records.end!.reason!, /signature is not that of/);
      }
      run.stop();
    });
  });
}

Deno.test("a script that comes without being a blob is refused", async () => {
  const pool = new TestPool();
  await pool.run(async () => {
    await pool.member();
    const run = new TestCoordinator(pool);
    await run.begin();
    const source = { kind: "builtin", name: "count", args: {} } as const;
    await run.send("load", {
      id: 1,
      call: "load",
      args: { source, env: {}, images: [] } as never,
    });
    await pool.until("goodbye", () => run.records.end !== null);
    assert.match(run.records.end!.reason!, /its source is no blob/);
    run.stop();
  });
});

Deno.test("a part that loses a shard says what it measured, and which one", async () => {
  const pool = new TestPool();
  await pool.run(async () => {
    let die = (_reason: string) => {};
    const start = (): ShardStarter => {
      const inline = inlineShards(SETUP, pool.clock);
      return (index, on, log, readable) => {
        const link = inline(index, on, log, readable);
        if (index === 0) return link;
        const { promise: ended, resolve } = Promise.withResolvers<string>();
        die = (reason) => {
          link.kill();
          resolve(reason);
        };
        link.ended.then(resolve);
        return { ...link, ended };
      };
    };
    const member = await pool.member({ start });
    const run = new TestCoordinator(pool);
    await run.begin();
    const options = arrivals(10, 60);
    await run.load(options);
    await run.prepare(options);
    run.start().catch(() => {});
    await pool.until("it runs", () => (run.status?.counts.started ?? 0) > 20);
    const before = run.status!.counts.started;
    await pool.clock.sleep(500);
    die("it was ended by SIGKILL");
    await pool.until("goodbye", () => run.records.end !== null, 10_000);
    assert.match(run.records.end!.reason!, /shard 1 died: it was ended by SIGKILL/);
    assert.ok(run.status!.counts.started > before);
    assert.ok(!run.events.some((event) => event.kind === "answer" && event.id === 4));
    await run.bus.keys.put(endKey("r"), encodeMessage({}));
    await pool.until("the part is gone", () => member.running.length === 0);
    run.stop();
  });
});
