import assert from "node:assert/strict";
import { runScript, type SeenCall } from "../_run_for_tests.ts";
import { type ImportError, importScript } from "../mod.ts";
import { shellCommands } from "./words.ts";

async function call(command: string): Promise<SeenCall & { notes: readonly string[] }> {
  const { script, notes } = await importScript("a.sh", command, { as: "curl", keepSecrets: true });
  const { calls } = await runScript(script, { TOKEN: "t0ken", ID: "7", ODD: "a&b" });
  return { ...calls[0]!, notes };
}

Deno.test("words are split as a shell does", () => {
  const cases: [text: string, words: unknown[]][] = [
    ["a 'b c' \"d e\" f\\ g", [["a"], ["b c"], ["d e"], ["f g"]]],
    ["a '' \"\"", [["a"], [""], [""]]],
    ["a\\\n b", [["a"], ["b"]]],
    ["a \\\r\n b", [["a"], ["b"]]],
    [`"\\"\\\\\\n\\$X"`, [['"\\\\n$X']]],
    ["$'a\\n\\x41\\u00e9\\'\\101'", [["a\nAé'A"]]],
    ["a#b #c", [["a#b"]]],
    ['"x$TOKEN/${ID}y"', [["x", { variable: "TOKEN" }, "/", { variable: "ID" }, "y"]]],
    ["'$TOKEN' $5 a$", [["$TOKEN"], ["$5"], ["a$"]]],
    ["a > out 2>&1 b", [["a"], ["b"]]],
    ["a'b'\"c\"d", [["abcd"]]],
  ];
  for (const [text, words] of cases) {
    assert.deepEqual(shellCommands("x", text)[0]!.words, words, text);
  }
});

Deno.test("commands end with lines and operators, and keep their comments", () => {
  const commands = shellCommands("x", "# one\na b; c\n\n# gone\n\nd | e && f\n");
  assert.deepEqual(
    commands.map(({ words, line, piped, comment }) => [String(words[0]), line, piped, comment]),
    [["a", 2, false, "one"], ["c", 2, false, ""], ["d", 6, false, ""], ["e", 6, true, ""], [
      "f",
      6,
      false,
      "",
    ]],
  );
});

Deno.test("options of curl become options of calls", async () => {
  const cases: [command: string, method: string, url: string, options: Record<string, unknown>][] =
    [
      ["curl a.example", "GET", "/", {}],
      ["curl -I http://a.example/x#y", "HEAD", "/x", {}],
      ["curl -sSXPURGE http://a.example/x", "PURGE", "/x", {}],
      ["curl http://a.example/ -d a=1 -d b=2", "POST", "/", { form: { a: "1", b: "2" } }],
      [
        "curl http://a.example/?x=1 -G -d a=1 --data-urlencode 'q=b c&'",
        "GET",
        "/?x=1&a=1&q=b+c%26",
        {},
      ],
      [
        "curl http://a.example/?x=1 --url-query 'a=b c&' --url-query '+d=%20' --url-query =e -d f=1",
        "POST",
        "/?x=1&a=b+c%26&d=%20&e",
        { form: { f: "1" } },
      ],
      ["curl http://a.example/ --url-query n@q.txt", "GET", "/?n=text%20q.txt", {}],
      ["curl http://a.example/ --url-query a=1 -G -d b=2", "GET", "/?b=2", {}],
      ['curl http://a.example/ -G --data-urlencode "q=$ODD"', "GET", "/?q=a%26b", {}],
      ["curl http://a.example/ -d a=1 --data-urlencode n@q.txt", "POST", "/", {
        form: { a: "1", n: "text q.txt" },
      }],
      ["curl http://a.example/ --data-urlencode @q.txt", "POST", "/", {
        headers: { "Content-Type": "application/x-www-form-urlencoded" },
        body: "text%20q.txt",
      }],
      ["curl http://a.example/ --data-urlencode n=@q.txt --data-urlencode =@r", "POST", "/", {
        headers: { "Content-Type": "application/x-www-form-urlencoded" },
        body: "n=%40q.txt&%40r",
      }],
      [
        `curl http://a.example/ --json '{"a":[1]}'`,
        "POST",
        "/",
        { headers: { Accept: "application/json" }, json: { a: [1] } },
      ],
      [
        `curl http://a.example/ -H 'content-type: application/json' -d '{"a": "b"}'`,
        "POST",
        "/",
        { json: { a: "b" } },
      ],
      ["curl -u ann:rain http://a.example/", "GET", "/", {
        auth: { type: "basic", username: "ann", password: "rain" },
      }],
      ["curl --digest -u ann:rain http://a.example/", "GET", "/", {
        auth: { type: "digest", username: "ann", password: "rain" },
      }],
      ["curl http://ann:rain@a.example/", "GET", "/", {
        auth: { type: "basic", username: "ann", password: "rain" },
      }],
      ["curl http://a%zz:r%3An@a.example/", "GET", "/", {
        auth: { type: "basic", username: "a%zz", password: "r:n" },
      }],
      ["curl http://:rain@a.example/", "GET", "/", {
        auth: { type: "basic", username: "", password: "rain" },
      }],
      ["curl -u ann:rain http://bob:sun@a.example/", "GET", "/", {
        auth: { type: "basic", username: "ann", password: "rain" },
      }],
      ['curl "http://$ID:$TOKEN@a.example/x"', "GET", "/x", {
        auth: { type: "basic", username: "7", password: "t0ken" },
      }],
      ['curl "$ID:$TOKEN@a.example/@x"', "GET", "/@x", {
        auth: { type: "basic", username: "7", password: "t0ken" },
      }],
      ["curl -b 'a=1; b=2' http://a.example/", "GET", "/", { cookies: { a: "1", b: "2" } }],
      ["curl -b a=1 -b 'b=2; c=3' -b d=4 http://a.example/", "GET", "/", {
        cookies: { a: "1", b: "2", c: "3", d: "4" },
      }],
      ["curl -H 'Cookie: a=1' -H 'cookie: b=2' http://a.example/", "GET", "/", {
        cookies: { a: "1", b: "2" },
      }],
      // Curl sends its own cookies only where no header does.
      ["curl -b a=1 -H 'Cookie: b=2' -b c=3 http://a.example/", "GET", "/", {
        cookies: { b: "2" },
      }],
      ["curl -H 'X-A: 1' -H 'Host: x' -H 'X-B:' -A me http://a.example/", "GET", "/", {
        headers: { "X-A": "1", "User-Agent": "me" },
      }],
      ["curl -m 1.5 --max-redirs 3 http://a.example/", "GET", "/", {
        timeout: 1500,
        maxRedirects: 3,
      }],
      ['curl -H "Authorization: Bearer $TOKEN" "http://a.example/u/$ID?x=$ID"', "GET", "/u/7?x=7", {
        headers: { Authorization: "Bearer t0ken" },
      }],
      ['curl "$BASE/users/$ID"', "GET", "/users/7", {}],
      [
        "curl -F 'f=@a.png;type=image/png;filename=b.png' -F 'n=1;x' --form-string 's=@y' http://a.example/",
        "POST",
        "/",
        { multipart: { f: { file: ["b a.png", "b.png", "image/png"] }, n: "1;x", s: "@y" } },
      ],
      ["curl -T up.bin http://a.example/up", "PUT", "/up", { body: "b up.bin" }],
      [
        "curl --data-binary @x.json -H 'Content-Type: application/json' http://a.example/",
        "POST",
        "/",
        { headers: { "Content-Type": "application/json" }, body: "b x.json" },
      ],
    ];
  for (const [command, method, url, options] of cases) {
    const seen = await call(command);
    const { name: _, ...given } = seen.options;
    assert.deepEqual([seen.method, seen.url, given], [method, url, options], command);
  }
});

Deno.test("multipart forms without a method are posted", async () => {
  assert.equal((await call("curl -F a=b http://a.example/")).method, "POST");
});

Deno.test("what has no counterpart is named", async () => {
  const { notes } = await call(
    "curl -x http://proxy:1 --cert c.pem --compressed -s http://a.example/",
  );
  assert.deepEqual(notes, ["--proxy http://proxy:1", "--cert c.pem"]);
  const script = await importScript(
    "a.sh",
    "#!/bin/sh\nset -e\nX=1\ncurl -k http://a.example | jq .\n",
  );
  assert.deepEqual(script.notes, ["line 2: set -e is not curl"]);
  assert.match(script.script, /insecureSkipTLSVerify: true/);
});

Deno.test("several commands, URLs and --next are several requests", async () => {
  const { script } = await importScript(
    "a.sh",
    "$ curl http://a.example/1 http://a.example/2 --next -d x http://a.example/3\ncurl http://b.example/4\n",
  );
  const { calls } = await runScript(script);
  assert.deepEqual(calls.map(({ method, url }) => `${method} ${url}`), [
    "GET /1",
    "GET /2",
    "POST /3",
    "GET http://b.example/4",
  ]);
});

Deno.test("what is no curl command is told with its line", async () => {
  const cases: [text: string, message: RegExp][] = [
    ["curl 'http://a.example", /line 1, column 6 begins a quote that doesn't end/],
    ["\ncurl -s", /line 2 has no URL/],
    ["curl ftp://a.example/", /line 1 has the URL "ftp:\/\/a\.example\/"/],
    ["curl http://$HOST.example/", /whose host is no part of a variable/],
    ["wget http://a.example/", /has no curl command/],
    ['curl ^"http://a.example^" ^\r\n -s', /a command for cmd\.exe/],
  ];
  for (const [text, message] of cases) {
    await assert.rejects(importScript("a.sh", text, { as: "curl" }), (error: ImportError) => {
      assert.equal(error.name, "ImportError");
      assert.match(error.message, message);
      return true;
    });
  }
});
