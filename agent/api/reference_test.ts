import assert from "node:assert/strict";
import { form, raw, TOKEN, withAgent } from "./_served_for_tests.ts";

const HEAD = `host: localhost\r\nauthorization: Bearer ${TOKEN}\r\n`;

Deno.test("POST /upload stores a binary and answers with its id as the reference writes it", () =>
  withAgent(async ({ ask, store }) => {
    const bytes = new TextEncoder().encode("#!/bin/sh\nexit 0\n");
    const { status, text } = await ask("POST", "/upload", { body: form(bytes) });
    assert.equal(status, 200);
    assert.match(text, /^\{"binary": "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"\}$/);
    const { binary } = JSON.parse(text) as { binary: string };
    assert.deepEqual(await Deno.readFile(store.uploads.get(binary)!.path), bytes);
  }));

Deno.test("a form that is POSTed to /queue is an upload, as the seed's README has it", () =>
  withAgent(async ({ ask, store }) => {
    const { status, text } = await ask("POST", "/queue", {
      body: form(new TextEncoder().encode("x")),
    });
    assert.equal(status, 200);
    assert.match(text, /^\{"binary": "/);
    assert.equal(store.uploads.list().length, 1);
  }));

Deno.test("uploads without a file are answered as Go does", () =>
  withAgent(async ({ ask, store }) => {
    const empty = new Uint8Array();
    const text = new FormData();
    text.append("file", "no file but a text");
    const cases: [FormData | string, Record<string, string>, string][] = [
      [form(empty), {}, "http: no such file\n"],
      [form(new Uint8Array(3), "other"), {}, "http: no such file\n"],
      [text, {}, "http: no such file\n"],
      ["x", { "content-type": "text/plain" }, "request Content-Type isn't multipart/form-data\n"],
      [
        "x",
        { "content-type": "multipart/form-data" },
        "no multipart boundary param in Content-Type\n",
      ],
      [
        "",
        { "content-type": "multipart/form-data; boundary=x" },
        "multipart: NextPart: unexpected EOF\n",
      ],
    ];
    for (const [body, headers, expected] of cases) {
      const answer = await ask("POST", "/upload", { body, headers });
      assert.deepEqual([answer.status, answer.text], [400, expected]);
      assert.equal(answer.headers.get("content-type"), "text/plain; charset=utf-8");
    }
    assert.deepEqual(store.uploads.list(), []);
  }));

Deno.test("a UUID that is taken is answered by 400", () => {
  const id = crypto.randomUUID();
  return withAgent(async ({ ask, upload }) => {
    await upload();
    const { status, text } = await ask("POST", "/upload", { body: form(new Uint8Array(1)) });
    assert.deepEqual([status, text], [400, `Binary ${id} exists\n`]);
  }, { store: { newId: () => id } });
});

Deno.test("POST /queue takes a job, with the reference's defaults, and says where it is", () =>
  withAgent(async ({ ask, upload, queue }) => {
    const binary = await upload();
    const { status, text, headers } = await ask("POST", "/queue", {
      body: JSON.stringify({ name: "", users: 0, duration: 3, binary }),
    });
    assert.deepEqual([status, text], [201, '{"queued": true}']);
    const record = queue.jobs.get(headers.get("location")!.slice("/jobs/".length));
    assert.deepEqual(record!.job.spec, {
      name: "dead_letter",
      users: 25,
      duration: 3,
      load: { kind: "binary", binary },
      rpcAddress: "127.0.0.1:9999",
    });
  }));

Deno.test("fault 90: golo-cli's job, which has no Content-Type, is accepted", () =>
  withAgent(async ({ port, upload }) => {
    const binary = await upload();
    const body = `{"name":"my-loadtest","users":1024,"duration":300,"binary":"${binary}"}`;
    const answer = await raw(
      port,
      `POST /queue HTTP/1.1\r\n${HEAD}content-length: ${body.length}\r\nconnection: close\r\n\r\n${body}`,
    );
    assert.match(answer, /^HTTP\/1\.1 201 [\s\S]*\{"queued": true\}$/);
  }));

Deno.test("jobs that are none are answered by 400 and the reference's messages", () =>
  withAgent(async ({ ask }) => {
    const unknown = crypto.randomUUID();
    const cases: [string, string][] = [
      ["", "unexpected end of JSON input\n"],
      ["hello", "invalid character 'h' looking for beginning of value\n"],
      ['{"name" 1}', "invalid character '1' after object key\n"],
      [`{"duration":1,"binary":"${unknown}"}`, `${unknown} is an invalid binary\n`],
      ['{"duration":1}', " is an invalid binary\n"],
      [`{"script":"${unknown}"}`, `${unknown} is an invalid script\n`],
      [
        `{"script":"${unknown}","agents":2}`,
        "this agent has no pool (downpour agent --pool nats://HOST:PORT): leave out agents\n",
      ],
      [
        `{"duration":1,"binary":"${unknown}","agents":2}`,
        "agents of a pool run scripts: a binary runs here\n",
      ],
    ];
    for (const [body, expected] of cases) {
      const { status, text } = await ask("POST", "/queue", { body });
      assert.deepEqual([status, text], [400, expected], body);
    }
  }));

Deno.test("a body that can't be read is answered by 500", () =>
  withAgent(async ({ port, queue }) => {
    const answer = await raw(port, `POST /queue HTTP/1.1\r\n${HEAD}content-length: 9\r\n\r\n{`, {
      end: true,
    });
    assert.match(answer, /^HTTP\/1\.1 500 /);
    assert.equal(queue.length, 0);
  }));

Deno.test("other paths are answered by 404 and other methods by 405", () =>
  withAgent(async ({ ask }) => {
    for (const path of ["/", "/uploads", "/queue/", "/jobs/", "/a%20b"]) {
      const { status, text } = await ask("POST", path);
      assert.deepEqual([status, text], [404, `"${decodeURIComponent(path)}" does not exist\n`]);
    }
    for (const path of ["/upload", "/queue"]) {
      const { status, text, headers } = await ask("GET", path);
      assert.deepEqual([status, text], [405, 'Method "GET" is not supported\n']);
      assert.equal(headers.get("allow"), "POST");
    }
    assert.equal((await ask("PUT", "/jobs/x")).headers.get("allow"), "GET, DELETE");
    assert.equal((await ask("HEAD", "/jobs")).status, 200);
  }));
