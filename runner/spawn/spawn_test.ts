import assert from "node:assert/strict";
import { ownModules } from "./own_modules.ts";
import { processArguments as argumentsOf, type ProcessOptions } from "./spawn.ts";

/** Of a process whose every access is logged: it loads all at its start. */
const processArguments = (options: ProcessOptions) => argumentsOf({ ...options, auditTo: "/log" });

Deno.test("a shard may read the modules of this package beside what it is given", () => {
  const entry = new URL("file:///pkg/shard.ts");
  const args = argumentsOf({ entry, allowNet: [], allowRead: ["/data"] });
  assert.ok(args.includes("--unstable-lazy-dynamic-imports"));
  assert.deepEqual(args.filter((argument) => argument.startsWith("--allow")), [
    `--allow-read=${["/data", ...ownModules()!].join(",")}`,
  ]);
});

Deno.test("a shard gets the permissions it is given and no others", () => {
  const entry = new URL("file:///pkg/shard.ts");
  const base = processArguments({ entry, allowNet: [], allowRead: [] }).slice(0, -1);
  assert.deepEqual(base.filter((argument) => argument.startsWith("--allow")), []);
  assert.ok(base.includes("--no-prompt"));
  assert.deepEqual(processArguments({ entry, allowNet: [], allowRead: [] }), [
    ...base,
    "file:///pkg/shard.ts",
  ]);
  assert.deepEqual(
    processArguments({ entry, allowNet: [], allowRead: ["/data"], allowUnix: ["/tmp/a.sock"] }),
    [
      ...base,
      ...["--allow-net=unix:/tmp/a.sock", "--allow-read=/data,/tmp/a.sock"],
      ...["--allow-write=/tmp/a.sock", entry.href],
    ],
  );
  const some = { entry, allowNet: ["127.0.0.1:8000", "[::1]"], allowRead: ["/data"] };
  assert.deepEqual(processArguments(some), [
    ...base,
    "--allow-net=127.0.0.1:8000,[::1]",
    "--allow-read=/data",
    "file:///pkg/shard.ts",
  ]);
  assert.ok(processArguments({ ...some, allowNet: true }).includes("--allow-net"));
  const others = { allowWrite: ["a"], allowEnv: ["B"], allowSys: ["c"], allowRun: ["d"] };
  assert.deepEqual(processArguments({ ...some, ...others, allowFfi: ["e"] }).slice(-6, -1), [
    "--allow-write=a",
    "--allow-env=B",
    "--allow-sys=c",
    "--allow-run=d",
    "--allow-ffi=e",
  ]);
});

Deno.test("what a flag would take for several values, or all there is, is refused", () => {
  const entry = new URL("file:///pkg/shard.ts");
  for (const path of ["a,/etc", ",", ""]) {
    assert.throws(
      () => processArguments({ entry, allowNet: [], allowRead: [path] }),
      { name: "OptionError", option: "--allow-read" },
    );
  }
});
