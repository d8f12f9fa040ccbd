import assert from "node:assert/strict";
import { OptionError } from "../internal/mod.ts";
import { parseCommandLine } from "./args.ts";
import { inFolder } from "./_folders_for_tests.ts";
import type { QuickArgs } from "./quick.ts";
import { quickRequest } from "./quick_request.ts";
import { sources } from "./quick_sources.ts";
import { type RequestPart, shardCount } from "./request.ts";

const TARGET = "http://127.0.0.1:8000/a?b=1#c";

/** What a command line asks for, with an environment and standard input of the test's. */
async function request(
  args: string[],
  env: Record<string, string> = {},
  stdin = "",
): Promise<RequestPart & { shown: string; foreign: readonly string[] }> {
  const line = parseCommandLine(args);
  assert.ok(line.command === "quick");
  shardCount(line.flags);
  const from = sources((name) => env[name], () => new Blob([stdin]).stream());
  return await quickRequest(line.url, line.flags, from);
}

/** What its shards are told. */
async function told(...given: Parameters<typeof request>): Promise<QuickArgs> {
  const { source } = await request(...given);
  assert.ok(source.kind === "builtin");
  return source.args as QuickArgs;
}

async function scenario(args: string[]): Promise<Record<string, unknown>> {
  const { scenarios } = (await request([TARGET, ...args])).overrides;
  return (scenarios as { default: Record<string, unknown> }).default;
}

Deno.test("a quick run is ten users for ten seconds unless told otherwise", async () => {
  assert.deepEqual(await scenario([]), {
    executor: "constant-vus",
    vus: 10,
    duration: "10s",
    gracefulStop: "3s",
  });
  assert.deepEqual(await scenario(["-u", "50", "-d", "1m30s"]), {
    executor: "constant-vus",
    vus: 50,
    duration: "1m30s",
    gracefulStop: "3s",
  });
});

Deno.test("iterations, stages and a rate choose the executor of a quick run", async () => {
  const pick = async (args: string[]) => {
    const { gracefulStop: _, ...rest } = await scenario(args);
    return rest;
  };
  assert.deepEqual(await pick(["-i", "5"]), {
    executor: "shared-iterations",
    vus: 5,
    iterations: 5,
  });
  assert.deepEqual(await pick(["-i", "100", "-u", "7", "-d", "5s"]), {
    executor: "shared-iterations",
    vus: 7,
    iterations: 100,
    maxDuration: "5s",
  });
  assert.deepEqual(await pick(["-s", "10s:20", "-s", "1m:0"]), {
    executor: "ramping-vus",
    startVUs: 0,
    stages: [{ duration: "10s", target: 20 }, { duration: "1m", target: 0 }],
  });
  assert.deepEqual(
    await pick(["-u", "0", "-s", "10s:20,1m:0"]),
    await pick(["-s", "10s:20", "-s", "1m:0"]),
  );
  const open = (rate: number, preAllocatedVUs: number) => ({
    executor: "constant-arrival-rate",
    rate,
    duration: "10s",
    preAllocatedVUs,
  });
  assert.deepEqual(await pick(["--rate", "4"]), open(4, 10));
  assert.deepEqual(await pick(["--rate", "500"]), open(500, 250));
  assert.deepEqual(await pick(["--rate", "500", "-u", "3"]), open(500, 3));
});

Deno.test("a quick run may reach its target and nothing else, and carries its request", async () => {
  const part = await request([
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
    targets: [{ method: "POST", url: "http://127.0.0.1:8000/a?b=1" }],
    random: false,
    shown: "http://127.0.0.1:8000/a?b=1",
    address: "127.0.0.1:8000",
    unix: null,
    headers: { accept: "a/b, c/d" },
    body: "x",
    timeoutMs: 5000,
    maxRedirects: 0,
    http2: false,
    auth: null,
  });
});

Deno.test("a load can rise, be counted, and be a number a minute", async () => {
  const cases: [args: string, Record<string, unknown>][] = [
    ["-n 5", { executor: "shared-iterations", vus: 5, iterations: 5 }],
    ["--ramp 5s -u 40 -d 1m", {
      executor: "ramping-vus",
      startVUs: 1,
      stages: [{ duration: "5s", target: 40 }, { duration: "1m", target: 40 }],
    }],
    ["--rate 200 --ramp 5s", {
      executor: "ramping-arrival-rate",
      startRate: 0,
      stages: [{ duration: "5s", target: 200 }, { duration: "10s", target: 200 }],
      preAllocatedVUs: 100,
    }],
    ["--rate 30/m", {
      executor: "constant-arrival-rate",
      rate: 30,
      timeUnit: "1m",
      duration: "10s",
      preAllocatedVUs: 10,
    }],
    ["--rate 40 -n 100", {
      executor: "constant-arrival-rate",
      rate: 100,
      timeUnit: "2500ms",
      duration: "2500ms",
      preAllocatedVUs: 20,
    }],
    ["--rate 40 -n 10", {
      executor: "ramping-arrival-rate",
      startRate: 10,
      timeUnit: "250ms",
      stages: [
        { duration: "250ms", target: 10 },
        { duration: "0s", target: 0 },
        { duration: "750ms", target: 0 },
      ],
      preAllocatedVUs: 20,
    }],
  ];
  for (const [args, wanted] of cases) {
    const { gracefulStop: _, ...rest } = await scenario(args.split(" "));
    assert.deepEqual(rest, wanted, args);
  }
});

Deno.test("bodies and headers come from files and standard input, byte by byte", async () => {
  await inFolder(async (folder) => {
    const bytes = new Uint8Array([0, 255, 128, 10]);
    await Deno.writeFile(`${folder}/body`, bytes);
    await Deno.writeTextFile(`${folder}/headers`, "A: 1\r\n\nB: 2\n");
    const base64 = bytes.toBase64();
    assert.deepEqual((await told([TARGET, "-b", `@${folder}/body`])).body, { base64 });
    assert.deepEqual((await told([TARGET, "--body-file", `${folder}/body`])).body, { base64 });
    const piped = await told([TARGET, "-b", "-"], {}, "héllo");
    assert.deepEqual(piped.body, { base64: new TextEncoder().encode("héllo").toBase64() });
    assert.equal(piped.targets[0]!.method, "POST");
    const { headers } = await told([TARGET, "-H", `@${folder}/headers`, "-H", "C: 3"]);
    assert.deepEqual(headers, { A: "1", B: "2", C: "3" });
  });
});

Deno.test("credentials come from variables and files, and are secrets of the run", async () => {
  await inFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/token`, "t0k3n\nnot this\n");
    const env = { DOWNPOUR_CRED: "ann:pa:ss" };
    const basic = await request([TARGET, "--basic", "env=DOWNPOUR_CRED"], env);
    assert.deepEqual(basic.secrets?.sources, { auth: { value: "pa:ss" } });
    assert.deepEqual((await told([TARGET, "--digest", "env=DOWNPOUR_CRED"], env)).auth, {
      type: "digest",
      username: "ann",
      password: "pa:ss",
    });
    const bearer = [TARGET, "--bearer", `file=${folder}/token`];
    assert.deepEqual((await told(bearer)).auth, { type: "bearer", token: "t0k3n" });
    assert.deepEqual((await request(bearer)).secrets?.sources, { auth: { value: "t0k3n" } });
  });
  for (const args of [["--bearer", "s3cret"], ["--basic", "ann:s3cret"]]) {
    await assert.rejects(request([TARGET, ...args]), (error: Error) => {
      assert.match(error.message, /takes env=NAME or file=PATH/);
      return !error.message.includes("s3cret");
    });
  }
});

Deno.test("connections: HTTP/2, any certificate, a Unix socket, one a request", async () => {
  const part = await request([
    ...["https://h/", "--http2", "-k", "--no-keepalive", "--unix", "/run/x.sock"],
  ]);
  assert.equal(part.overrides["insecureSkipTLSVerify"], true);
  assert.equal(part.overrides["noConnectionReuse"], true);
  assert.deepEqual([part.allowNet, part.allowUnix], [[], ["/run/x.sock"]]);
  assert.deepEqual(part.foreign, [], "what a socket leads to is on this machine");
  const args = (part.source as unknown as { args: QuickArgs }).args;
  assert.deepEqual([args.http2, args.unix, args.address], [true, "/run/x.sock", "/run/x.sock"]);
  assert.equal(part.shown, "/run/x.sock (https://h/)");
  assert.equal((await told([TARGET, "--unix", "x.sock"])).unix, `${Deno.cwd()}/x.sock`);
  assert.equal((await told([TARGET, "--no-follow"])).maxRedirects, 0);
});

Deno.test("redirects may lead anywhere, a list to its own hosts", async () => {
  const follow = await request([TARGET, "--follow"]);
  assert.equal(follow.allowNet, true);
  const list = "http://a/\nhttps://b:8443/x\n# no\n\nPOST http://a/y\n";
  const part = await request(["--urls", "-"], {}, list);
  assert.deepEqual(part.allowNet, ["a:80", "b:8443"]);
  assert.deepEqual(part.foreign, ["a:80", "b:8443"]);
  assert.equal(part.source.title, "GET http://a/ and 2 more");
});

Deno.test("rules can be set for a quick run", async () => {
  const { overrides } = await request([
    ...[TARGET, "--threshold", "http_req_duration=p(99)<5", "--threshold"],
    ...["http_req_failed=rate<0.1", "--threshold", "http_req_duration=max<9"],
    ...["--threshold", "constructor=rate<1"],
  ]);
  assert.deepEqual(overrides["thresholds"], {
    http_req_duration: ["p(99)<5", "max<9"],
    http_req_failed: ["rate<0.1"],
    constructor: ["rate<1"],
  });
});

Deno.test("a bad value is an error that names the option and the value", async () => {
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
    [["--rate", "5/d"], /^--rate is not a number like 200 or 30\/m: "5\/d"$/],
    [["--rate", "0"], /^--rate .*"0"$/],
    [["--rate", "5", "-s", "1s:5"], /^--rate and --stage can't be used together$/],
    [["--rate", "5", "-n", "5", "-d", "1s"], /^--rate with --requests and --duration can't/],
    [["-n", "5", "-i", "5"], /^--requests and --iterations can't be used together$/],
    [["-n", "none"], /^--requests .*"none"$/],
    [["--ramp", "5s", "-n", "5"], /^--ramp and --requests can't be used together$/],
    [["--ramp", "0s"], /^--ramp must be longer than nothing: "0s"$/],
    [["-b", "x", "--body-file", "y"], /^--body-file and --body can't be used together$/],
    [["-b", "@no/such"], /^--body: cannot read no\/such: there is no such file$/],
    [["--body-file", "docs"], /^--body-file: cannot read docs: it is a folder$/],
    [["-b", "-", "--urls", "-"], /^--urls and --body can't both read standard input$/],
    [["--urls", "-"], /^--urls: there is no URL in the list$/],
    [["--random"], /^--random needs a list: --urls FILE$/],
    [["-H", "@no/such"], /^--header: cannot read no\/such/],
    [["--basic", "env=NOT_SET"], /^--basic: the variable NOT_SET is not set/],
    [["--basic", "file=no/such"], /^--basic: cannot read no\/such/],
    [["--basic", "env=A", "--bearer", "env=A"], /^--bearer and --basic can't be used together$/],
    [["--unix", "a,b"], /^--unix is not a path without a comma: "a,b"$/],
    [["--threshold", "p(99)"], /^--threshold is not METRIC=RULE: "p\(99\)"$/],
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
    await assert.rejects(request([TARGET, ...args]), (error) => {
      assert.ok(error instanceof OptionError, `${args.join(" ")}: ${error}`);
      assert.match(error.message, message);
      return true;
    });
  }
});
