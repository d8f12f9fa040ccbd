import assert from "node:assert/strict";
import { hostPortOf } from "./host_port.ts";

Deno.test("a URL has a host and a port, and other text stays", () => {
  const cases: [text: string, hostPort: string][] = [
    ["https://a.example/x?y", "a.example:443"],
    ["http://a.example", "a.example:80"],
    ["ws://[::1]:81/", "[::1]:81"],
    ["wss://a.example:9", "a.example:9"],
    ["127.0.0.1:80", "127.0.0.1:80"],
    ["http:80", "http:80"],
    ["https://", "https://"],
  ];
  for (const [text, hostPort] of cases) assert.equal(hostPortOf(text), hostPort, text);
});
