import assert from "node:assert/strict";
import type { ShardCommand } from "../../runner/remote/mod.ts";
import type { Blobs } from "../bus/bus.ts";
import { createPacker } from "./shared_blobs.ts";

/** A store that counts what it is given, and fails as often as it is told. */
function countingBlobs(failures = 0) {
  const puts: string[] = [];
  const blobs: Blobs = {
    put(bytes) {
      puts.push(new TextDecoder().decode(bytes));
      if (puts.length <= failures) return Promise.reject(new Error("no server"));
      return Promise.resolve(`hash-${puts.length}`);
    },
    get: () => assert.fail("nothing is read"),
  };
  return { blobs, puts };
}

const SOURCE = { kind: "script", bundle: { entry: "/load.ts", code: "", map: "" } } as const;
const IMAGES = [{ name: "users", bytes: "AAAA" }] as unknown as LoadArgs["images"];

const SECRETS: LoadArgs["secrets"] = { sources: {}, default: null };

type LoadArgs = Extract<ShardCommand, { call: "load" }>["args"];

function loadCommand(id: number): ShardCommand {
  const args = { source: SOURCE, env: {}, secrets: SECRETS, images: IMAGES, heartbeatMs: 1 };
  return { id, call: "load", args: { ...args, deltaMs: 1, samples: false } };
}

Deno.test("what the parts of a run have in common is stored once, however many they are", async () => {
  const { blobs, puts } = countingBlobs();
  const packer = createPacker(blobs);
  const packed = await Promise.all([1, 2, 3].map((n) => packer.pack(loadCommand(n), 10 * n)));
  assert.deepEqual(puts.toSorted(), [JSON.stringify(IMAGES), JSON.stringify(SOURCE)].toSorted());
  const commands = packed.map((text) => JSON.parse(text));
  assert.deepEqual(commands.map(({ id }) => id), [10, 20, 30]);
  for (const { args } of commands) {
    assert.deepEqual(args.source, { blob: `hash-${puts.indexOf(JSON.stringify(SOURCE)) + 1}` });
    assert.deepEqual(args.images, { blob: `hash-${puts.indexOf(JSON.stringify(IMAGES)) + 1}` });
    assert.equal(args.heartbeatMs, 1, "the rest travels with the command");
  }
});

Deno.test("what could not be stored is tried again by the next who wants it", async () => {
  const { blobs, puts } = countingBlobs(1);
  const packer = createPacker(blobs);
  await assert.rejects(packer.pack(loadCommand(1), 1), { message: "no server" });
  const { args } = JSON.parse(await packer.pack(loadCommand(1), 1));
  assert.deepEqual(args.source, { blob: "hash-2" });
  assert.deepEqual(puts.slice(0, 2), [JSON.stringify(SOURCE), JSON.stringify(SOURCE)]);
  await packer.pack(loadCommand(2), 2);
  assert.equal(puts.length, 3, "the script twice, the images once");
});

Deno.test("other commands travel whole, under their new number", async () => {
  const { blobs, puts } = countingBlobs();
  const text = await createPacker(blobs).pack({ id: 1, call: "stop", args: { now: true } }, 7);
  assert.deepEqual(JSON.parse(text), { id: 7, call: "stop", args: { now: true } });
  assert.deepEqual(puts, []);
});
