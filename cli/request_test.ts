import assert from "node:assert/strict";
import { OptionError } from "../internal/mod.ts";
import { parseCommandLine } from "./args.ts";
import { quickRequest, type RequestPart, shardCount } from "./request.ts";

const TARGET = "http://127.0.0.1:8000/a?b=1#c";

function request(args: string[]): RequestPart {
  const line = parseCommandLine(args);
  assert.ok(line.command === "quick");
  shardCount(line.flags);
  return quickRequest(line.url, line.flags);
}

function scenario(args: string[]): Record<string, unknown> {
  const { scenarios } = request([TARGET, ...args]).overrides;
  return (scenarios as { default: Record<string, unknown> }).default;
}

Deno.test("a quick run is ten users for ten seconds unless told otherwise", () => {
  assert.deepEqual(scenario([]), {
    executor: "constant-vus",
    vus: 10,
    duration: "10s",
    gracefulStop: "3s",
  });
  assert.deepEqual(scenario(["-u", "50", "-d", "1m30s"]), {
    executor: "constant-vus",
    vus: 50,
    duration: "1m30s",
    gracefulStop: "3s",
  });
});

Deno.test("iterations, stages and a rate choose the executor of a quick run", () => {
  const pick = (args: string[]) => {
    const { gracefulStop: _, ...rest } = scenario(args);
    return rest;
  };
  assert.deepEqual(pick(["-i", "5"]), { executor: "shared-iterations", vus: 5, iterations: 5 });
  assert.deepEqual(pick(["-i", "100", "-u", "7", "-d", "5s"]), {
    executor: "shared-iterations",
    vus: 7,
    iterations: 100,
    maxDuration: "5s",
  });
  assert.deepEqual(pick(["-s", "10s:20", "-s", "1m:0"]), {
    executor: "ramping-vus",
    startVUs: 0,
    stages: [{ duration: "10s", target: 20 }, { duration: "1m", target: 0 }],
  });
  assert.deepEqual(pick(["-u", "0", "-s", "10s:20,1m:0"]), pick(["-s", "10s:20", "-s", "1m:0"]));
  const open = (rate: number, preAllocatedVUs: number) => ({
    executor: "constant-arrival-rate",
    rate,
    duration: "10s",
    preAllocatedVUs,
  });
  assert.deepEqual(pick(["--rate", "4"]), open(4, 10));
  assert.deepEqual(pick(["--rate", "500"]), open(500, 250));
  assert.deepEqual(pick(["--rate", "500", "-u", "3"]), open(500, 3));
});

Deno.test("a quick run may reach its target and nothing else, and carries its request", () => {
  const part = request([
    TARGET,
    "-b",
    "x",
    "-H",
    "Accept: a/b",
    "-H",
    "accept:c/d",
    "--timeout",
    "5s",
  ]);
  assert.deepEqual(part.allowNet, ["127.0.0.1:8000"]);
  assert.deepEqual(part.allowRead, []);
  assert.ok(part.source.kind === "builtin");
  assert.equal(part.source.title, "POST http://127.0.0.1:8000/a?b=1");
  assert.deepEqual(part.source.args, {
    url: "http://127.0.0.1:8000/a?b=1",
    shown: "http://127.0.0.1:8000/a?b=1",
    hostPort: "127.0.0.1:8000",
    method: "POST",
    headers: { accept: "a/b, c/d" },
    body: "x",
    timeoutMs: 5000,
  });
});

Deno.test("a bad value is an error that names the option and the value", () => {
  const cases: [args: string[], message: RegExp][] = [
    [["-u", "0"], /^--vus is not a whole number of at least 1: "0"$/],
    [["-u", "-5"], /^--vus .*"-5"$/],
    [["-u", "five"], /^--vus .*"five"$/],
    [["-u", "1e3"], /^--vus .*"1e3"$/],
    [["-u", "99999999999999999999"], /^--vus /],
    [["-u", ""], /^--vus .*""$/],
    [["-d", "10x"], /^--duration is not a duration: "10x"/],
    [["-d", "0"], /^--duration must be longer than nothing: "0"$/],
    [["-d", "-3s"], /^--duration is not a duration: "-3s"/],
    [["-i", "1.5"], /^--iterations .*"1\.5"$/],
    [["-s", "10s"], /^--stage is not TIME:VUS, such as 30s:50: "10s"$/],
    [["-s", "10s:x"], /^--stage .*"10s:x"$/],
    [["-s", "tens:5"], /^--stage is not a duration: "tens"/],
    [["--rate", "fast"], /^--rate .*"fast"$/],
    [["--rate", "5", "-i", "5"], /^--rate and --iterations can't be used together$/],
    [["-i", "5", "-s", "1s:1"], /^--iterations and --stage can't be used together$/],
    [["-s", "1s:1", "-d", "5s"], /^--stage and --duration can't be used together$/],
    [["-X", "FETCH"], /^--method is not one of GET, .*: "FETCH"$/],
    [["-H", "nocolon"], /^--header is not a header like 'Name: value': "nocolon"$/],
    [["-H", "A: b\r\nX: y"], /^--header /],
    [["-H", "bad name: x"], /^--header /],
    [["--timeout", "soon"], /^--timeout is not a duration: "soon"/],
    [["--tag", "novalue"], /^--tag is not KEY=VALUE: "novalue"$/],
    [["--shards", "0"], /^--shards .*"0"$/],
    [["--shards", "9999"], /^--shards is more than 256/],
    [["--shards", "2", "--inline"], /^--shards is 2, but --inline/],
  ];
  for (const [args, message] of cases) {
    assert.throws(() => request([TARGET, ...args]), (error) => {
      assert.ok(error instanceof OptionError, `${args.join(" ")}: ${error}`);
      assert.match(error.message, message);
      return true;
    });
  }
});
