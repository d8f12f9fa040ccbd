import assert from "node:assert/strict";
import { parseAudit } from "./audit.ts";

const line = (permission: string, value: unknown) =>
  JSON.stringify({ v: 1, datetime: "2026-01-01T00:00:00Z", permission, value });

Deno.test("an audit tells each access once, paths absolute, URLs as host and port", () => {
  const text = [
    line("read", "data/a.txt"),
    line("read", "/x/data/a.txt"),
    line("net", "http://127.0.0.1/"),
    line("net", "127.0.0.1:80"),
    line("net", "wss://a.example/x"),
    line("net", "unix:/tmp/s"),
    line("env", null),
    line("write", "<TMP>"),
    line("sys", "hostname"),
    line("sys", "hostname"),
  ].join("\n");
  assert.deepEqual(
    parseAudit(text, "/x").map(({ permission, value }) => `${permission} ${value}`),
    [
      "read /x/data/a.txt",
      "net 127.0.0.1:80",
      "net a.example:443",
      "net unix:/tmp/s",
      "env null",
      "write <TMP>",
      "sys hostname",
    ],
  );
});

Deno.test("lines that are cut off or of another kind are left out", () => {
  const text = ['value":"x"}', "", "null", "1", line("read", 5), '{"permission":5}', "{}"].join(
    "\n",
  );
  assert.deepEqual(parseAudit(text, "/"), []);
});
