import assert from "node:assert/strict";
import { compareVersions, newest, readPrograms } from "./find.ts";

Deno.test("programs are read newest first, and what says no version comes last", () => {
  const lines = [
    "nats-server: v2.9.10\t/usr/sbin/nats-server",
    "nats-server: v2.15.1\t/opt/nats/nats-server",
    "\t/bin/false",
    "nats-server: v2.11.0-RC.1\t/a folder/nats-server",
    "",
  ].join("\n");
  assert.deepEqual(readPrograms(lines), [
    { path: "/opt/nats/nats-server", version: "2.15.1" },
    { path: "/a folder/nats-server", version: "2.11.0-RC.1" },
    { path: "/usr/sbin/nats-server", version: "2.9.10" },
    { path: "/bin/false", version: "" },
  ]);
});

Deno.test("versions are compared by number", () => {
  assert(compareVersions("2.9.25", "2.15.1") < 0);
  assert(compareVersions("2.10.0", "2.9.9") > 0);
  assert.equal(compareVersions("2.15.1", "2.15.1"), 0);
  assert(compareVersions("", "0.0.1") < 0);
});

Deno.test("no server, something else and one before 2.9 are refused, saying why", () => {
  assert.throws(() => newest([]), { code: "nats_server_missing", message: /\$NATS_SERVER/ });
  assert.throws(() => newest([{ path: "/bin/false", version: "" }]), {
    code: "nats_server_missing",
    message: "/bin/false is no nats-server",
  });
  assert.throws(() => newest([{ path: "/old", version: "2.8.4" }]), {
    code: "nats_server_too_old",
    message: "/old is nats-server 2.8.4: 2.9.0 or later is needed",
  });
  const program = { path: "/new", version: "2.9.0" };
  assert.equal(newest([program]), program);
});
