import assert from "node:assert/strict";
import { isolate, PROGRAM_UID, programUser } from "./isolation.ts";
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

Deno.test("an agent of root's never runs programs as root unless it is told to", () => {
  const machine = { setsid: true, setpriv: true, root: true };
  assert.equal(programUser(machine, null), PROGRAM_UID);
  const { command, protections } = isolate(machine, {
    ...job,
    uid: programUser(machine, null),
  });
  assert(command.includes(`--reuid=${PROGRAM_UID}`) && protections.includes("own_user"));
  assert.equal(programUser(machine, 7000), 7000);
  assert.equal(programUser(machine, 0), null, "said explicitly");
  const bare = { ...machine, setpriv: false };
  assert.equal(programUser(bare, 0), null);
  assert.throws(() => programUser(bare, null), {
    code: "own_user_impossible",
    message: /would run as root: install setpriv, of util-linux, or say so with uid 0/,
  });
});

Deno.test("an agent of another user's runs programs as itself, and can't as anybody else", () => {
  for (const setpriv of [true, false]) {
    const machine = { setsid: true, setpriv, root: false };
    assert.equal(programUser(machine, null), null);
    for (const uid of [0, 7000]) {
      assert.throws(() => programUser(machine, uid), { code: "own_user_impossible" });
    }
  }
});
