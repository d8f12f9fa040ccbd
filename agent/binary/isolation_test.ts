import assert from "node:assert/strict";
import { isolate } from "./isolation.ts";
import { BINARY_LIMITS } from "./limits.ts";

const job = { job: "id", folder: "/own", uid: null, limits: BINARY_LIMITS };

Deno.test("what a machine has decides how a program is kept apart", () => {
  const bare = isolate({ setsid: false, setpriv: false, root: false }, job);
  assert.equal(bare.command[0], "env");
  assert(!bare.protections.includes("session"));
  const user = isolate({ setsid: true, setpriv: true, root: false }, job);
  assert(user.protections.includes("session") && user.protections.includes("no_new_privileges"));
  assert(!user.protections.includes("no_capabilities"));
  assert(!user.rlimits.some((limit) => limit.startsWith("u=")), "counts the agent's own processes");
  const root = isolate({ setsid: true, setpriv: true, root: true }, { ...job, uid: 7000 });
  assert(root.protections.includes("own_user") && root.protections.includes("no_capabilities"));
  assert(root.command.includes("--reuid=7000") && root.command.includes("--clear-groups"));
  assert(root.rlimits.includes("u=4096"));
});

Deno.test("a user of its own that can't be had is refused, never left out", () => {
  for (const machine of [{ setpriv: false, root: true }, { setpriv: true, root: false }]) {
    assert.throws(() => isolate({ setsid: true, ...machine }, { ...job, uid: 7000 }), {
      code: "own_user_impossible",
    });
  }
});
