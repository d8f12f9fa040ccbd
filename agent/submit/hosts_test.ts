import assert from "node:assert/strict";
import { OptionError } from "../../internal/mod.ts";
import { LOCAL_HOSTS, readHosts, splitUsers } from "./hosts.ts";

Deno.test("hosts are read as GOLO_HOSTS has them", () => {
  const urls = readHosts("a, b:9000,https://c.example,http://d/agent/,[::1],e:80,", "GOLO_HOSTS")
    .map(({ url }) => url);
  assert.deepEqual(urls, [
    "http://a:8081",
    "http://b:9000",
    "https://c.example",
    "http://d/agent",
    "http://[::1]:8081",
    "http://e",
  ]);
  assert.deepEqual(LOCAL_HOSTS, [{ name: "localhost", url: "http://localhost:8081" }]);
});

Deno.test("what is no host is named, without what may be secret in it", () => {
  const table: [text: string, message: RegExp][] = [
    ["", /^GOLO_HOSTS names no host/],
    [" , ", /names no host/],
    ["a,a:8081", /has a:8081 twice/],
    ["ftp://a", /has "ftp:\/\/a", which is no host/],
    ["http://u:secret@a", /has "http:\/\/\*\*\*@a"/],
    ["a b", /has "a b"/],
    ["a:99999", /has "a:99999"/],
    [Array.from({ length: 1001 }, (_, i) => `h${i}`).join(), /names 1001 hosts: 1000 at most/],
  ];
  for (const [text, message] of table) {
    assert.throws(() => readHosts(text, "GOLO_HOSTS"), (error) => {
      assert.ok(error instanceof OptionError);
      assert.match(error.message, message);
      return true;
    });
  }
});

Deno.test("users are split exactly, as evenly as it goes", () => {
  assert.deepEqual(splitUsers(10, 3), [4, 3, 3]);
  assert.deepEqual(splitUsers(2, 3), [1, 1, 0]);
  for (let users = 1; users < 60; users++) {
    for (let hosts = 1; hosts < 20; hosts++) {
      const shares = splitUsers(users, hosts);
      assert.equal(shares.reduce((sum, share) => sum + share), users);
      assert.ok(Math.max(...shares) - Math.min(...shares) <= 1);
    }
  }
});
