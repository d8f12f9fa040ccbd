import assert from "node:assert/strict";
import { entryOf, harOf, headers, runScript, type Seen } from "../_run_for_tests.ts";
import { type ImportError, type ImportOptions, importScript } from "../mod.ts";

async function run(
  entries: readonly Record<string, unknown>[],
  options: ImportOptions = {},
  pages: readonly unknown[] = [],
): Promise<Seen & { notes: readonly string[]; script: string; needs: readonly string[] }> {
  const made = await importScript("a.har", harOf(entries, pages), options);
  return { ...await runScript(made.script, { TOKEN: "t" }), ...made };
}

Deno.test("each page is a group, and what is expected is what was recorded", async () => {
  const pages = [{ id: "a", title: "https://x.example/start?x" }, { id: "b", title: "Cart" }];
  const { groups, checks, script } = await run(
    [
      entryOf("http://x.example/start", {}, {}, { pageref: "a" }),
      entryOf("http://x.example/cart", {}, { status: 404 }, { pageref: "b" }),
      entryOf("http://x.example/cached", {}, { status: 304 }, { pageref: "b" }),
    ],
    {},
    pages,
  );
  assert.deepEqual(groups, ["/start", "Cart"]);
  assert.deepEqual(checks, ["GET /start is 200", "GET /cart is 404", "GET /cached is 200"]);
  assert.match(script, /expectedStatuses: \[404\]/);
});

Deno.test("static files, preflights, WebSockets and unanswered requests are left out and counted", async () => {
  const entries = [
    entryOf("http://x.example/"),
    entryOf("http://x.example/a.css", {}, { content: { mimeType: "text/css" } }),
    entryOf("http://x.example/logo.png", {}, { status: 304 }),
    entryOf("http://x.example/", {
      method: "OPTIONS",
      headers: headers({ "Access-Control-Request-Method": "POST" }),
    }),
    entryOf("ws://x.example/"),
    entryOf("http://x.example/blocked", {}, { status: 0 }),
    entryOf("data:text/plain,x"),
  ];
  const { calls, notes } = await run(entries);
  assert.deepEqual(calls.map(({ url }) => url), ["/"]);
  assert.equal(notes.length, 5);
  assert.ok(notes.includes("2 requests: static files (--assets takes them too)"));
  const all = await run(entries, { assets: true });
  assert.deepEqual(all.calls.map(({ url }) => url), ["/", "/a.css", "/logo.png"]);
});

Deno.test("redirects that a browser followed are one request", async () => {
  const { calls, checks } = await run([
    entryOf("http://x.example/login", { method: "POST" }, {
      status: 302,
      headers: headers({ Location: "/home" }),
    }),
    entryOf("http://x.example/home", {}, { status: 301, redirectURL: "http://x.example/home/" }),
    entryOf("http://x.example/home/"),
    entryOf("http://x.example/away", {}, { status: 302, redirectURL: "http://y.example/" }),
  ]);
  assert.deepEqual(calls.map(({ method, url }) => `${method} ${url}`), [
    "POST /login",
    "GET /away",
  ]);
  assert.deepEqual(calls[1]!.options, { maxRedirects: 0 });
  assert.deepEqual(checks, ["POST /login is 200", "GET /away is 302"]);
});

Deno.test("hosts beside the target are constants, and --host chooses", async () => {
  const entries = [
    entryOf("https://www.x.example/a"),
    entryOf("https://www.x.example//b"),
    entryOf("https://api.x.example:8443/c"),
  ];
  const { calls, client } = await run(entries);
  assert.equal(client.baseUrl, "https://www.x.example");
  assert.deepEqual(calls.map(({ url }) => url), ["/a", "/.//b", "https://api.x.example:8443/c"]);
  const one = await run(entries, { hosts: ["api.x.example"] });
  assert.deepEqual([one.client.baseUrl, one.calls[0]!.url], ["https://api.x.example:8443", "/c"]);
  const below = await run(entries, { hosts: ["*.x.example"] });
  assert.equal(below.calls.length, 3);
});

Deno.test("no secret stands in the script: headers, cookies, parameters, fields, URLs", async () => {
  const secret = "s3cr3t-value";
  const entries = [
    entryOf(`http://ann:${secret}@x.example/a?api_key=${secret}&b=1`, {
      method: "POST",
      headers: headers({
        Authorization: `Bearer ${secret}`,
        Cookie: `sid=${secret}`,
        "X-CSRF-Token": secret,
      }),
      postData: {
        mimeType: "application/json",
        text: JSON.stringify({ password: secret, deep: [{ accessToken: secret }] }),
      },
    }),
    entryOf("http://x.example/form", {
      method: "POST",
      postData: {
        mimeType: "application/x-www-form-urlencoded",
        text: `user=ann&passwd=${secret}`,
      },
    }),
    entryOf("http://x.example/basic", {
      headers: headers({ Authorization: `Basic ${btoa(`ann:${secret}`)}` }),
    }),
  ];
  const made = await importScript("a.har", harOf(entries));
  assert.doesNotMatch(made.script, new RegExp(secret));
  assert.doesNotMatch(made.script, new RegExp(btoa(`ann:${secret}`)));
  assert.ok(made.needs.length > 0);
  const kept = await importScript("a.har", harOf(entries), { keepSecrets: true });
  assert.match(kept.script, new RegExp(secret));
  assert.deepEqual(kept.needs, []);
  const { calls } = await runScript(kept.script);
  assert.deepEqual(calls[0]!.options.json, { password: secret, deep: [{ accessToken: secret }] });
  assert.deepEqual(calls[1]!.options.form, { user: "ann", passwd: secret });
  assert.deepEqual(calls[2]!.options.auth, { type: "basic", username: "ann", password: secret });
});

Deno.test("cookies that the server set come from the jar, others from env", async () => {
  const cookie = (value: string) => ({ headers: headers({ Cookie: value }) });
  const { calls } = await run([
    entryOf("http://x.example/a", cookie("old=1"), {
      headers: headers({ "Set-Cookie": "sid=5; Path=/\nb=2" }),
    }),
    entryOf("http://x.example/b", cookie("old=1; sid=5; b=2")),
  ]);
  assert.deepEqual(calls.map(({ options }) => options.cookies), [{ old: "" }, { old: "" }]);
});

Deno.test("headers that all requests have are the client's, noise is left out", async () => {
  const sent = headers({
    ":authority": "x.example",
    "Accept-Language": "en",
    "sec-ch-ua": "x",
    "User-Agent": "browser",
    "Accept-Encoding": "gzip",
    "If-None-Match": "x",
  });
  const { client, calls } = await run([
    entryOf("http://x.example/a", { headers: [...sent, { name: "X-Own", value: "1" }] }),
    entryOf("http://x.example/b", { headers: sent }),
  ]);
  assert.deepEqual(client.headers, { "Accept-Language": "en" });
  assert.deepEqual(calls.map(({ options }) => options), [{ headers: { "X-Own": "1" } }, {}]);
});

Deno.test("think time is what was waited, without what is no thinking", async () => {
  const at = (ms: number, time = 100) => ({ startedDateTime: new Date(ms).toISOString(), time });
  const entries = [
    entryOf("http://x.example/c", {}, {}, at(100_000_000)),
    entryOf("http://x.example/a", {}, {}, at(1000)),
    entryOf("http://x.example/b", {}, {}, at(1150)),
    entryOf("http://x.example/d", {}, {}, at(3750)),
  ];
  const { calls, sleeps } = await run(entries, { thinkTime: true });
  assert.deepEqual(calls.map(({ url }) => url), ["/a", "/b", "/d", "/c"]);
  assert.deepEqual(sleeps, [2.5, 60]);
  assert.deepEqual((await run(entries)).sleeps, []);
});

Deno.test("bodies are sent as they were: JSON, forms, multipart, text, bytes", async () => {
  const post = (postData: Record<string, unknown>) =>
    entryOf("http://x.example/", { method: "POST", postData });
  const { calls, notes } = await run([
    post({ mimeType: "application/json", text: '{"a": 1.0}' }),
    post({ mimeType: "application/json", text: '{"a":1,"a":2}' }),
    post({ mimeType: "application/json", text: '{"id": 12345678901234567890}' }),
    post({ mimeType: "application/json;charset=UTF-8", text: '{"a": [1]}' }),
    post({ mimeType: "application/x-www-form-urlencoded", params: [{ name: "a", value: "b c" }] }),
    post({ mimeType: "application/x-www-form-urlencoded", text: "a=1&b=2&a=3" }),
    post({
      mimeType: "multipart/form-data; boundary=x",
      text: '--x\r\nContent-Disposition: form-data; name="f"; filename="a.txt"\r\n' +
        "Content-Type: text/plain\r\n\r\nhello\r\n--x--\r\n",
    }),
    post({
      mimeType: "multipart/form-data",
      params: [{ name: "f", fileName: "b.bin" }, { name: "g", value: "1" }],
    }),
    post({ mimeType: "application/octet-stream", text: "AAH/", encoding: "base64" }),
    post({ mimeType: "text/xml", text: "<a/>" }),
  ]);
  const options = calls.map((call) => call.options);
  assert.deepEqual(options.slice(0, 6), [
    { headers: { "Content-Type": "application/json" }, body: '{"a": 1.0}' },
    { headers: { "Content-Type": "application/json" }, body: '{"a":1,"a":2}' },
    { headers: { "Content-Type": "application/json" }, body: '{"id": 12345678901234567890}' },
    { headers: { "Content-Type": "application/json;charset=UTF-8" }, json: { a: [1] } },
    { form: { a: "b c" } },
    { form: [["a", "1"], ["b", "2"], ["a", "3"]] },
  ]);
  assert.deepEqual(options[6], { multipart: { f: { file: ["hello", "a.txt", "text/plain"] } } });
  assert.deepEqual(Object.keys(options[7]!.multipart as object), ["f", "g"]);
  assert.deepEqual(options[8]!.body, new Uint8Array([0, 1, 255]));
  assert.deepEqual(options[9], { headers: { "Content-Type": "text/xml" }, body: "<a/>" });
  assert.deepEqual(notes, ["file b.bin: 0 zeros stand for its content"]);
});

Deno.test("what is no HAR is told by file, place and what was expected", async () => {
  const cases: [text: string, code: string, place: string, message: RegExp][] = [
    ['{"log":{}}', "import_invalid", "log.entries", /log\.entries is missing \(expected a HAR/],
    ['{"log":[]}', "import_invalid", "log", /log is a list \(expected an object/],
    ['{"log":{"entries":[]}}', "import_empty", "log.entries", /log\.entries is empty/],
    ['{"log":{"entries":[{}]}}', "import_invalid", "log.entries[0].request", /is missing/],
    [
      '{"log":{"entries":[{"request":{"method":5}}]}}',
      "import_invalid",
      "log.entries[0].request.method",
      /is "5" \(expected a method/,
    ],
    ['{"log":{"entries":[', "import_invalid", "line 1, column 20", /is no JSON/],
    [
      `{"log":${"[".repeat(300)}${"]".repeat(300)}}`,
      "import_too_large",
      "",
      /has more than 200 levels/,
    ],
    [harOf([entryOf("ws://x/")]), "import_empty", "", /without 1 request: ws: is not HTTP/],
    ["", "import_empty", "", /is empty/],
  ];
  for (const [text, code, place, message] of cases) {
    await assert.rejects(importScript("x.har", text, { as: "har" }), (error: ImportError) => {
      assert.deepEqual([error.name, error.code, error.file, error.place], [
        "ImportError",
        code,
        "x.har",
        place,
      ], error.message);
      assert.match(error.message, /^cannot import x\.har: /);
      assert.match(error.message, message);
      return true;
    });
  }
});
