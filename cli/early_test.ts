import assert from "node:assert/strict";
import { guessShards } from "./early.ts";

Deno.test("guessShards knows the shards of a quick run and of a script", () => {
  const cores = navigator.hardwareConcurrency;
  const cases: [string, ReturnType<typeof guessShards>][] = [
    ["http://127.0.0.1:8000/ -u 5", { count: cores, allowNet: ["127.0.0.1:8000"], allowRead: [] }],
    ["-u 5 -- http://localhost/x", { count: cores, allowNet: ["localhost:80"], allowRead: [] }],
    ["http://h/ --shards 3", { count: 3, allowNet: ["h:80"], allowRead: [] }],
    ["http://h/ --shards=3", { count: 3, allowNet: ["h:80"], allowRead: [] }],
    ["run a/b.ts -e X=http://h/", { count: 1, allowNet: true, allowRead: ["a"] }],
    ["run -u 5 a/b.ts", null],
    ["run", null],
    ["http://h/ --inline", null],
    ["http://h/ --help", null],
    ["run a.ts --allow-net=h", null],
    ["run a.ts --allow-read /x", null],
    ["http://h/ --shards many", null],
    ["http://h/ --follow", { count: cores, allowNet: true, allowRead: [] }],
    ["http://h/ --unix a.sock", null],
    ["http://h/ --urls=a", null],
    ["https://h/", { count: cores, allowNet: ["h:443"], allowRead: [] }],
    ["target", null],
    ["run a.tar", null],
    ["run - -u 5", null],
    ["run a.ts --allow-env=HOME", null],
    ["check a.ts -e TARGET=http://h/", null],
    ["", null],
  ];
  for (const [line, guess] of cases) {
    assert.deepEqual(guessShards(line.split(" ").filter(Boolean)), guess, line);
  }
});
