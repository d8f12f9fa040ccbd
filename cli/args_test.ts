import assert from "node:assert/strict";
import { type CommandLine, parseCommandLine } from "./args.ts";
import { UsageError } from "./usage_error.ts";

const URL_TEXT = "http://127.0.0.1:8000/";

function quick(args: string[]): Extract<CommandLine, { command: "quick" }> {
  const line = parseCommandLine(args);
  assert.ok(line.command === "quick", JSON.stringify(line));
  return line;
}

Deno.test("options stand before, after, around and behind the URL, with and without --", () => {
  for (
    const args of [
      [URL_TEXT, "-u", "50", "-d", "10s"],
      ["-u", "50", "-d", "10s", URL_TEXT],
      ["-u", "50", URL_TEXT, "--duration=10s"],
      ["--", URL_TEXT, "-u", "50", "-d", "10s"],
      [URL_TEXT, "--", "-u50", "-d", "10s"],
      ["--", "--vus=50", "--duration", "10s", URL_TEXT],
    ]
  ) {
    const { url, flags } = quick(args);
    assert.deepEqual([url, flags.vus, flags.duration], [URL_TEXT, "50", "10s"], args.join(" "));
  }
});

Deno.test("a command may stand anywhere among its options", () => {
  for (
    const args of [
      ["run", "load.ts", "-u", "5", "-e", "A=1", "-e", "B=2"],
      ["-u", "5", "run", "-e", "A=1", "load.ts", "-e", "B=2"],
      ["run", "--", "-u", "5", "-e", "A=1", "-e", "B=2", "load.ts"],
      ["--", "run", "load.ts", "--vus", "5", "--env", "A=1", "--env", "B=2"],
    ]
  ) {
    const line = parseCommandLine(args);
    assert.ok(line.command === "run");
    assert.equal(line.script, "load.ts");
    assert.deepEqual([line.flags.vus, line.flags.env], ["5", ["A=1", "B=2"]]);
  }
  for (const args of [["target", "--port", "0"], ["-p", "0", "target"], ["target", "--", "-p0"]]) {
    const line = parseCommandLine(args);
    assert.ok(line.command === "target");
    assert.deepEqual([line.flags.port, line.flags.host], ["0", "127.0.0.1"]);
  }
});

Deno.test("inspect takes the flags of run and says how to print", () => {
  const line = parseCommandLine("inspect load.ts -u 5 --rps 7 --throw --json".split(" "));
  assert.ok(line.command === "inspect");
  assert.equal(line.script, "load.ts");
  assert.deepEqual([line.flags.vus, line.flags.json], ["5", true]);
  assert.equal(line.flags.executionRequirements, false);
  assert.deepEqual(line.flags.given, { rps: "7", throw: true });
});

Deno.test("each command has its operand and flags", () => {
  const parsed = (text: string) => parseCommandLine(text.split(" "));
  const check = parsed("check load.ts --with-target -e A=1 --allow-env HOME --http-debug");
  assert.ok(check.command === "check");
  assert.deepEqual([check.script, check.flags.withTarget, check.flags.env], [
    "load.ts",
    true,
    ["A=1"],
  ]);
  assert.deepEqual([check.flags.allowEnv, check.flags.setup, check.flags.iterations], [
    "HOME",
    true,
    undefined,
  ]);
  for (const words of ["-o x.tar", "--output=x.tar"]) {
    const archive = parsed(`archive load.ts ${words} -u 5`);
    assert.ok(archive.command === "archive");
    assert.deepEqual([archive.flags.output, archive.flags.vus, archive.flags.out], [
      "x.tar",
      "5",
      [],
    ]);
  }
  const k6 = parsed("archive load.ts -O x.tar");
  assert.ok(k6.command === "archive");
  assert.equal(k6.flags.archiveOut, "x.tar");
  assert.deepEqual(parsed("init"), { command: "init", folder: "." });
  assert.deepEqual(parsed("init here"), { command: "init", folder: "here" });
  assert.deepEqual(parsed("completion zsh"), { command: "completion", shell: "zsh" });
  assert.equal(parsed("run - -o json").command, "run");
  assert.throws(() => parsed("check load.ts -u 5"), /unknown option '-u'/);
  assert.throws(
    () => parsed("perms"),
    /^UsageError: the script is missing \(downpour perms <script>\)/,
  );
  assert.throws(() => parsed("completion"), /the shell is missing/);
  assert.throws(() => parsed("init a b"), /too many operands: b/);
});

Deno.test("flags that set options are collected by k6's names, only those that were given", () => {
  const given = (args: string) => {
    const line = parseCommandLine(["run", "x.ts", ...args.split(" ").filter(Boolean)]);
    assert.ok(line.command === "run");
    return line.flags.given;
  };
  assert.deepEqual(given(""), {});
  assert.deepEqual(given("--no-connection-reuse --http-debug"), {
    noConnectionReuse: true,
    httpDebug: "headers",
  });
  assert.deepEqual(given("--blacklist-ip a --blacklist-ip b,c"), { blacklistIPs: "a,b,c" });
});

Deno.test("a value that looks like a command, an option or an operand is a value", () => {
  assert.equal(quick([URL_TEXT, "-b", "run"]).flags.body, "run");
  assert.equal(quick([URL_TEXT, "-b", "-5"]).flags.body, "-5");
  const line = parseCommandLine(["run", "run"]);
  assert.ok(line.command === "run");
  assert.equal(line.script, "run");
});

Deno.test("flags that were not given have their defaults", () => {
  const { flags } = quick([URL_TEXT]);
  assert.deepEqual([flags.stage, flags.tag, flags.header], [[], [], []]);
  assert.deepEqual([flags.inline, flags.quiet, flags.summary, flags.color], [
    false,
    false,
    true,
    true,
  ]);
  assert.equal(flags.vus, undefined);
  const line = parseCommandLine(["run", "x.ts", "--no-setup", "--no-teardown", "--no-thresholds"]);
  assert.ok(line.command === "run");
  assert.deepEqual([line.flags.setup, line.flags.teardown, line.flags.thresholds], [
    false,
    false,
    false,
  ]);
});

Deno.test("help and version are there for the command and for each of its commands", () => {
  for (const args of [[], ["--help"], ["-h"], ["--", "--help"]]) {
    const line = parseCommandLine(args);
    assert.ok(line.command === "help");
    assert.match(line.text, /^Usage: downpour <url> \[options\]\n/);
    for (const word of ["--vus", "--rate", "run <script>", "target", "Examples:", "Exit codes:"]) {
      assert.ok(line.text.includes(word), word);
    }
  }
  for (const args of [["run", "--help"], ["--help", "run"], ["run", "x.ts", "-h"]]) {
    const line = parseCommandLine(args);
    assert.ok(line.command === "help");
    assert.match(line.text, /^Usage: downpour run <script> \[options\]\n/);
    assert.match(line.text, /--allow-net/);
    assert.doesNotMatch(line.text, /--method/);
  }
  const target = parseCommandLine(["target", "--help"]);
  assert.ok(target.command === "help" && target.text.includes("--port"));
  for (const args of [["--version"], ["-V"], ["run", "--version"], [URL_TEXT, "--version"]]) {
    assert.deepEqual(parseCommandLine(args), { command: "version" });
  }
});

Deno.test("what can't be understood is named, with the nearest name", () => {
  const cases: [args: string[], message: RegExp][] = [
    [[URL_TEXT, "--vsu", "5"], /^unknown option '--vsu' \(did you mean --vus\?\)$/],
    [["--vsu", "5", URL_TEXT], /^unknown option '--vsu' \(did you mean --vus\?\)$/],
    [["run", "x.ts", "--no-treshold"], /'--no-treshold' \(did you mean --no-thresholds\?\)/],
    [["target", "--prot", "1"], /'--prot' \(did you mean --port\?\)/],
    [[URL_TEXT, "--qqqqqq"], /^unknown option '--qqqqqq' \(see downpour --help\)$/],
    [["run", "x.ts", "--method", "GET"], /^unknown option '--method' \(see downpour run --help\)$/],
    [[URL_TEXT, "-y"], /^unknown option '-y'/],
    [["rnu", "x.ts"], /^unknown command 'rnu' \(did you mean run\?\)$/],
    [["Target"], /^unknown command 'Target' \(did you mean target\?\)$/],
    [["assault"], /^unknown command 'assault' \(commands: run, .*, completion; or a URL/],
    [["load.ts"], /^not a URL: load\.ts \(to run a script: downpour run load\.ts\)$/],
    [["run"], /^the script is missing/],
    [["-u", "5"], /^a URL or a command is missing/],
    [[URL_TEXT, "http://b/"], /^too many operands: http:\/\/b\/$/],
    [["run", "a.ts", "b.ts", "c.ts"], /^too many operands: b\.ts c\.ts$/],
    [[URL_TEXT, "-u"], /^option '--vus' needs a value: --vus <n>$/],
    [["run", "x.ts", "--env"], /^option '--env' needs a value: --env <key=value>$/],
  ];
  for (const [args, message] of cases) {
    assert.throws(() => parseCommandLine(args), (error) => {
      assert.ok(error instanceof UsageError, `${args.join(" ")}: ${error}`);
      assert.match(error.message, message);
      return true;
    });
  }
});
