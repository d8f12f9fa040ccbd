import assert from "node:assert/strict";
import { isNetError } from "../_sockets_for_tests.ts";
import { systemServers } from "./_system_servers.ts";

const serversOf = (text: string) => systemServers(() => Promise.resolve(text));

Deno.test("the system's servers are the first three of resolv.conf that can be dialled", async () => {
  const text = `# nameserver 192.0.2.9
search example.org
nameserver 192.0.2.1
  nameserver\tfe80::1%eth0
nameserver 2001:db8::1   # a comment
nameservers 192.0.2.8
nameserver nonsense
nameserver 192.0.2.2
nameserver 192.0.2.3
`;
  assert.deepEqual(await serversOf(text), [
    { host: "192.0.2.1", port: 53 },
    { host: "2001:db8::1", port: 53 },
    { host: "192.0.2.2", port: 53 },
  ]);
});

Deno.test("without a server in resolv.conf, or without the file, servers must be passed", async () => {
  for (const text of ["", "search example.org\n"]) {
    await assert.rejects(serversOf(text), isNetError("dns_failed", "lookup", /pass servers/));
  }
  await assert.rejects(
    systemServers(() => Promise.reject(new Deno.errors.NotFound("no file"))),
    isNetError("dns_failed", "lookup", /resolv\.conf can't be read.*: pass servers$/),
  );
});

Deno.test("without the permission to read resolv.conf the error names it", async () => {
  await assert.rejects(
    systemServers(() => Promise.reject(new Deno.errors.NotCapable("no"))),
    isNetError("permission_denied", "lookup", /--allow-read=\/etc\/resolv\.conf$/),
  );
});
