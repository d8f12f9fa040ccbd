import assert from "node:assert/strict";
import { newContext, Registry, runInContext } from "../metrics/mod.ts";
import { rawServer } from "./_raw_server_for_tests.ts";
import { Client, type RequestOptions } from "./mod.ts";

/** The samples that calls to a server leave which answers everything with `head` and `body`. */
async function samplesOf(
  head: string,
  body: string | Uint8Array<ArrayBuffer>,
  call: (client: Client, url: string) => Promise<unknown>,
) {
  const bytes = typeof body === "string" ? new TextEncoder().encode(body) : body;
  const latin1 = Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
  await using server = rawServer((x) =>
    x.send(`HTTP/1.1 ${head}\r\nContent-Length: ${bytes.length}\r\n\r\n${latin1}`)
  );
  const registry = new Registry();
  await runInContext(newContext(registry), async () => {
    await using client = new Client();
    await call(client, server.url);
  });
  return registry.failures.all;
}

const get = (path: string, options: RequestOptions = {}) => (client: Client, url: string) =>
  client.get(`${url}${path}`, options);

Deno.test("a failed response is kept with its body, its URL without credentials and values", async () => {
  const hostile = "</script><script>globalThis.hacked = 1</script>";
  const [sample, ...more] = await samplesOf(
    "503 Service Unavailable",
    hostile,
    (client, url) => client.get(`${url.replace("//", "//me:hunter2@")}/a?token=hunter2&b=&c`),
  );
  assert.deepEqual(more, []);
  assert.match(sample!.url, /^http:\/\/127\.0\.0\.1:\d+\/\/?a\?token=\*\*\*&b=\*\*\*&c$/);
  assert.deepEqual({ ...sample, url: "" }, {
    ...{ kind: "status 503", method: "GET", url: "", status: 503, message: "" },
    ...{ body: hostile, note: "" },
  });
});

Deno.test("what succeeded or was expected leaves no sample", async () => {
  assert.deepEqual(await samplesOf("200 OK", "fine", get("/")), []);
  assert.deepEqual(await samplesOf("404 Not Found", "no", get("/", { expectedStatuses: 404 })), []);
});

Deno.test("only the first three of a kind are kept", async () => {
  const samples = await samplesOf("500 Oops", "no", async (client, url) => {
    for (let n = 0; n < 5; n++) await client.get(`${url}/${n}`);
  });
  assert.equal(samples.length, 3);
});

Deno.test("a body that can't be shown is told of", async () => {
  const table: [body: string | Uint8Array<ArrayBuffer>, options: RequestOptions, note: string][] = [
    ["", {}, "no body"],
    [new Uint8Array([1, 2, 0, 255]), {}, "body of 4 bytes that are no text"],
    ["dropped", { responseType: "none" }, "body dropped"],
  ];
  for (const [body, options, note] of table) {
    const [sample] = await samplesOf("500 Oops", body, get("/", options));
    assert.deepEqual([sample!.body, sample!.note], [null, note]);
  }
  const long = "é".repeat(9000);
  const [cut] = await samplesOf("500 Oops", long, get("/"));
  assert.deepEqual([cut!.body, cut!.note], [long.slice(0, 4096), "body of 18000 bytes"]);
});

Deno.test("a call without a response is kept with its error", async () => {
  const registry = new Registry();
  await runInContext(newContext(registry), async () => {
    await using client = new Client();
    await client.get("http://127.0.0.1:1/").catch(() => {});
  });
  const [sample] = registry.failures.all;
  assert.deepEqual([sample!.status, sample!.body, sample!.note], [0, null, ""]);
  assert.equal(sample!.kind, "connection_refused");
  assert.match(sample!.message, /127\.0\.0\.1:1/);
});
