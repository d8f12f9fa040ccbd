import assert from "node:assert/strict";
import { Standby } from "./mod.ts";

const entry = new URL("../testdata/shard_entry.ts", import.meta.url);

Deno.test("a standby is taken only for just the permissions it was started with", async () => {
  const standby = new Standby({ entry, allowNet: ["127.0.0.1:1"], allowRead: [] }, 1);
  for (const allowNet of [true, [], ["127.0.0.1:2"], ["127.0.0.1:1", "127.0.0.1:2"]] as const) {
    assert.equal(standby.take({ entry, allowNet, allowRead: [] }), undefined);
  }
  assert.equal(standby.take({ entry, allowNet: ["127.0.0.1:1"], allowRead: ["/"] }), undefined);
  const child = standby.take({ entry, allowNet: ["127.0.0.1:1"], allowRead: [] });
  assert.ok(child);
  assert.equal(standby.take({ entry, allowNet: ["127.0.0.1:1"], allowRead: [] }), undefined);
  child.kill("SIGKILL");
  await Promise.all([
    child.output().catch(() => child.status),
    child.stdin.abort().catch(() => {}),
  ]);
  await standby.close();
});

Deno.test("closing ends what was not taken", async () => {
  const standby = new Standby({ entry, allowNet: [], allowRead: [] }, 2);
  await standby.close();
  assert.equal(standby.take({ entry, allowNet: [], allowRead: [] }), undefined);
  // The leak sanitizer fails this test if a process or pipe is still there.
});

Deno.test("closing does not mind a process that has died before", async () => {
  const { prototype } = Deno.ChildProcess;
  const { kill } = prototype;
  const standby = new Standby({ entry, allowNet: [], allowRead: [] }, 2);
  // As of a process that is gone; that it is, nobody else could wait for.
  prototype.kill = function (signal) {
    kill.call(this, signal);
    throw new TypeError("Child process has already terminated");
  };
  try {
    await standby.close();
  } finally {
    prototype.kill = kill;
  }
});
