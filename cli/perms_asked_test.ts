import assert from "node:assert/strict";
import { Asked, permissionLine } from "./perms_asked.ts";

const NOTHING_GIVEN = { allowNet: [], allowRead: [] };

Deno.test("what only looks is granted when it is asked for, what changes things never", async () => {
  const asked = new Asked(NOTHING_GIVEN);
  asked.note([
    { permission: "net", value: "a.example:80" },
    { permission: "read", value: "/data/a" },
    { permission: "env", value: "HOME" },
    { permission: "sys", value: "hostname" },
    { permission: "write", value: "/data/b" },
    { permission: "ffi", value: "/x.so" },
    { permission: "env", value: null },
    { permission: "import", value: "a.example" },
  ]);
  asked.refused('NotCapable: no run access to "ls": run with --allow-run=ls\n  at x.ts:1:1');
  assert.equal(await asked.grow(), true);
  assert.deepEqual(asked.granted(), {
    allowNet: ["a.example:80"],
    allowRead: ["/data/a"],
    allowEnv: ["HOME"],
    allowSys: ["hostname"],
  });
  assert.equal(await asked.grow(), false, "there is no end to rounds otherwise");
  assert.deepEqual(asked.withheld(), [
    "--allow-write=/data/b",
    "--allow-run=ls",
    "--allow-ffi=/x.so",
  ]);
  assert.equal(
    permissionLine(asked.needed()),
    "--allow-net=a.example:80 --allow-read=/data/a --allow-write=/data/b --allow-env=HOME " +
      "--allow-sys=hostname --allow-run=ls --allow-ffi=/x.so",
  );
});

Deno.test("what was given from the start covers what is below it", async () => {
  const asked = new Asked({ allowNet: ["a.example"], allowRead: ["/data"], allowWrite: ["/out"] });
  asked.note([
    { permission: "net", value: "a.example:8080" },
    { permission: "read", value: "/data/x/y" },
    { permission: "write", value: "/out/z" },
  ]);
  assert.equal(await asked.grow(), false);
  assert.deepEqual(asked.withheld(), []);
  asked.note([{ permission: "read", value: "/database" }]);
  assert.equal(await asked.grow(), true);
  const all = new Asked({ allowNet: true, allowRead: [] });
  all.note([{ permission: "net", value: "b:1" }]);
  assert.equal(await all.grow(), false);
});

Deno.test("a Unix socket is one flag, not three", async () => {
  const path = await Deno.makeTempFile();
  await Deno.remove(path);
  const server = Deno.listen({ transport: "unix", path });
  try {
    const asked = new Asked(NOTHING_GIVEN);
    asked.note([{ permission: "read", value: path }]);
    assert.equal(await asked.grow(), true);
    asked.note([{ permission: "write", value: path }, {
      permission: "net",
      value: `unix:${path}`,
    }]);
    assert.deepEqual(asked.withheld(), []);
    assert.equal(
      permissionLine(asked.needed()),
      `--allow-net=none --allow-read=none --allow-unix=${path}`,
    );
  } finally {
    server.close(); // Its file goes with it.
  }
});

Deno.test("flags are ready for a shell, paths as short as can be", () => {
  const needed = new Asked(NOTHING_GIVEN).needed();
  assert.equal(permissionLine(needed), "--allow-net=none --allow-read=none");
  const paths = { ...needed, allowRead: [`${Deno.cwd()}/data/a b`, "/it's"] };
  assert.equal(permissionLine(paths), `--allow-net=none '--allow-read=data/a b,/it'\\''s'`);
});
