import assert from "node:assert/strict";
import { OptionError } from "../../internal/mod.ts";
import { isNetError } from "../_sockets_for_tests.ts";
import { lookup, systemLookup } from "./lookup.ts";

Deno.test("the system's addresses of a name are found, the hosts file included", async () => {
  assert.equal(await lookup("localhost", { family: 4 }), "127.0.0.1");
  const all = await lookup("localhost", { all: true });
  assert.ok(all?.some(({ address, family }) => address === "127.0.0.1" && family === 4));
  const ips = await systemLookup("localhost", 4);
  assert.deepEqual(ips, ["127.0.0.1"]);
});

Deno.test("an IP address is returned as it is, or is none of the wanted version", async () => {
  assert.equal(await lookup("192.0.2.1"), "192.0.2.1");
  assert.equal(await lookup("::1", { family: 6 }), "::1");
  assert.deepEqual(await lookup("::1", { all: true }), [{ address: "::1", family: 6 }]);
  assert.equal(await lookup("::1", { family: 4 }), null);
  assert.equal(await lookup("192.0.2.1", { family: 6, all: true }), null);
});

Deno.test({
  name: "a name that doesn't exist is null, with all too",
  // Needs --allow-net=no-such-host.invalid.
  ignore: Deno.permissions.querySync({ name: "net", host: "no-such-host.invalid" }).state !==
    "granted",
  async fn() {
    assert.equal(await lookup("no-such-host.invalid"), null);
    assert.equal(await lookup("no-such-host.invalid", { all: true }), null);
  },
});

Deno.test("an abort ends the waiting", async () => {
  const reason = new Error("enough");
  const signal = AbortSignal.abort(reason);
  await assert.rejects(lookup("localhost", { signal }), isNetError("aborted", "lookup"));
  await assert.rejects(systemLookup("localhost", 0, signal), reason);
});

Deno.test({
  name:
    "a name that may be reached at one port only can't be looked up: the error says what to allow",
  permissions: { net: ["localhost:80"] },
  async fn() {
    await assert.rejects(
      lookup("localhost"),
      isNetError("permission_denied", "lookup", /--allow-net=localhost$/),
    );
  },
});

Deno.test("options are checked", async () => {
  for (const options of [{ famly: 4 }, { family: 5 }, { signal: true }]) {
    await assert.rejects(lookup("localhost", options as { family: 4 }), OptionError);
  }
});
