import assert from "node:assert/strict";
import { parseCommandLine } from "../args.ts";

Deno.test("go-lo's flags are taken with one dash and with two", () => {
  for (
    const text of [
      "agent -collector http://c:8082 -insecure -logs /l",
      "agent -collector=http://c:8082 -insecure=true -logs=/l",
      "agent --collector http://c:8082 --insecure --logs=/l",
      "-logs /l agent -collector http://c:8082 -insecure",
    ]
  ) {
    const line = parseCommandLine(text.split(" "));
    assert.ok(line.command === "agent", text);
    const { collector, insecure, logs } = line.flags;
    assert.deepEqual([collector, insecure, logs], ["http://c:8082", true, "/l"], text);
  }
});

Deno.test("golo-cli's command line is understood", () => {
  const line = parseCommandLine("submit -f job.toml --schedule ./binary --provider env".split(" "));
  assert.ok(line.command === "submit");
  const { file, schedule, provider } = line.flags;
  assert.deepEqual([file, schedule, provider], ["job.toml", "./binary", "env"]);
});

Deno.test("help shows go-lo's flags and ours", () => {
  const line = parseCommandLine(["agent", "--help"]);
  assert.ok(line.command === "help");
  for (
    const flag of [
      ...[
        "collector <url>",
        "insecure",
        "logs <folder>",
        "listen <host:port>",
        "token-file <file>",
      ],
      ...["data <folder>", "cooldown <time>", "rpc-address <host:port>", "uid <n>", "golo-compat"],
      ...["behind-proxy", "tls-cert <file>", "tls-key <file>", "allow-net <hosts>"],
      ...["max-users <n>", "max-upload <MiB>"],
    ]
  ) assert.ok(line.text.includes(`--${flag} `), flag);
});
