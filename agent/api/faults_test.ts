import assert from "node:assert/strict";
import { namesIn, until, withFolder } from "../_folders_for_tests.ts";
import { openQueue } from "../queue.ts";
import { openStore } from "../store/mod.ts";
import { form, raw, type Served, TOKEN, withAgent } from "./_served_for_tests.ts";
import { startApi } from "./mod.ts";

const HEAD = `host: localhost\r\nauthorization: Bearer ${TOKEN}\r\n`;
const FORM = "content-type: multipart/form-data; boundary=b\r\n";
const PART = '--b\r\nContent-Disposition: form-data; name="file"; filename="x"\r\n\r\n';

async function nothingLeft({ store }: Served): Promise<void> {
  assert.deepEqual(await namesIn(`${store.folder}/uploads/parts`), []);
  assert.deepEqual(store.uploads.list(), []);
  assert.equal(store.uploads.bytes, 0);
}

Deno.test("fault 77: a name that is a path, has a NUL or is too long is answered by 400", () =>
  withAgent(async ({ ask, upload, queue }) => {
    const binary = await upload();
    for (const name of ["../../x", "/etc/x", "a\0b", "x".repeat(300), "..", "a/b", ".x"]) {
      const { status, text } = await ask("POST", "/queue", {
        body: JSON.stringify({ name, duration: 1, binary }),
      });
      assert.equal(status, 400, name);
      assert.match(text, /can't be a job's name/);
    }
    assert.equal(queue.length, 0);
  }));

Deno.test("fault 78: the name of an uploaded file is never a path here", () =>
  withAgent(async ({ ask, folder, store }) => {
    const before = await namesIn(folder);
    for (const name of ["./sched", "../../../sched", `${folder}/planted`]) {
      const body = new FormData();
      body.append("file", new Blob(["x"]), name);
      assert.equal((await ask("POST", "/upload", { body })).status, 200);
    }
    assert.deepEqual(await namesIn(folder), before);
    for (const { id, path } of store.uploads.list()) {
      assert.equal(path, `${store.folder}/uploads/binary/${id}`);
    }
  }));

Deno.test("fault 79: a file that is too large is answered by 413, and nothing is left", () =>
  withAgent(async (served) => {
    const { status, text } = await served.ask("POST", "/upload", {
      body: form(new Uint8Array(1001)),
    });
    assert.deepEqual([status, text], [413, "the file has more than 1000 bytes\n"]);
    await nothingLeft(served);
  }, { store: { maxUploadBytes: 1000 } }));

Deno.test("fault 79: what is announced as too large is refused before it comes", () =>
  withAgent(async (served) => {
    const answer = await raw(
      served.port,
      `POST /upload HTTP/1.1\r\n${HEAD}${FORM}content-length: 9000000000\r\n\r\n`,
      { enough: (text) => text.includes("\r\n\r\n") },
    );
    assert.match(answer, /^HTTP\/1\.1 413 /);
    await nothingLeft(served);
  }));

Deno.test("fault 79: a form with too much beside its file is answered by 413", () =>
  withAgent(async (served) => {
    const body = new FormData();
    body.append("other", new Blob([new Uint8Array(3 << 20)]), "x");
    const { status, text } = await served.ask("POST", "/upload", { body });
    assert.equal(status, 413);
    assert.match(text, /beside its file/);
    await nothingLeft(served);
  }));

Deno.test("fault 79: a client that is too slow is answered by 408, and nothing is left", () =>
  withAgent(async (served) => {
    const answer = await raw(
      served.port,
      `POST /upload HTTP/1.1\r\n${HEAD}${FORM}content-length: 1000\r\n\r\n${PART}some`,
      { enough: (text) => text.includes("too slow") },
    );
    assert.match(answer, /^HTTP\/1\.1 408 /);
    await nothingLeft(served);
    const job = await raw(
      served.port,
      `POST /queue HTTP/1.1\r\n${HEAD}content-length: 1000\r\n\r\n{`,
      { enough: (text) => text.includes("too slow") },
    );
    assert.match(job, /^HTTP\/1\.1 408 /);
  }, { limits: { stallMs: 50 } }));

Deno.test("fault 79: a body with another boundary is answered by 400, and nothing is left", () =>
  withAgent(async (served) => {
    for (
      const [boundary, body] of [
        ["c", `${PART}some\r\n--b--\r\n`],
        ["b", `${PART}some\r\n--b?\r\n`],
        ["b", "x".repeat(20_000)],
        ["x".repeat(71), ""],
        ["b", `--b\r\n${"x".repeat(20_000)}`],
      ]
    ) {
      const { status } = await served.ask("POST", "/upload", {
        body: body!,
        headers: { "content-type": `multipart/form-data; boundary=${boundary}` },
      });
      assert.equal(status, 400);
    }
    await nothingLeft(served);
  }));

Deno.test("fault 89: a queue that is full is answered by 429, and the agent goes on", () =>
  withAgent(async ({ ask, upload }) => {
    const body = JSON.stringify({ duration: 1, binary: await upload() });
    const statuses: number[] = [];
    for (let i = 0; i < 3; i++) statuses.push((await ask("POST", "/queue", { body })).status);
    assert.deepEqual(statuses, [201, 201, 429]);
    assert.equal((await ask("GET", "/healthz")).status, 200);
  }, { queue: { maxQueued: 2 } }));

Deno.test("fault 89: users and durations beyond all reason are answered by 400", () =>
  withAgent(async ({ ask, upload }) => {
    const binary = await upload();
    const cases: [Record<string, unknown>, RegExp][] = [
      [{ users: 1e9, duration: 1 }, /users must be a whole number from 1 to 100000: 1000000000/],
      [{ users: -1, duration: 1 }, /users must be/],
      [{ users: 1.5, duration: 1 }, /users must be/],
      [{ users: "5", duration: 1 }, /users must be a number, not a string/],
      [{ duration: 1e12 }, /duration must be a whole number of seconds from 1 to 604800/],
      [{ duration: 0 }, /duration must be/],
      [{}, /duration must be/],
      [{ duration: 1, user: 3 }, /no field "user": did you mean users/],
      [
        { duration: 1, rpcAddress: "10.0.0.1:9999" },
        /rpcAddress must be HOST:PORT of this machine/,
      ],
      [{ duration: 1, rpcAddress: "127.0.0.1:0" }, /rpcAddress/],
      [{ duration: 1, script: binary }, /a binary or a script, not both/],
    ];
    for (const [job, expected] of cases) {
      const { status, text } = await ask("POST", "/queue", {
        body: JSON.stringify({ ...job, binary }),
      });
      assert.equal(status, 400, text);
      assert.match(text, expected);
    }
    assert.equal((await ask("POST", "/queue", { body: "[]" })).status, 400);
    const long = await ask("POST", "/queue", { body: "x".repeat(5 << 20) });
    assert.equal(long.status, 413);
  }));

Deno.test("an upload that is cut in its middle leaves nothing", () =>
  withAgent(async (served) => {
    const { port, store } = served;
    {
      using connection = await Deno.connect({ hostname: "127.0.0.1", port });
      const text = `POST /upload HTTP/1.1\r\n${HEAD}${FORM}content-length: 100000\r\n\r\n${PART}`;
      await connection.write(new TextEncoder().encode(text + "x".repeat(50_000)));
      await until(() => store.uploads.bytes > 0, "bytes of the upload");
    }
    await until(() => store.uploads.bytes === 0, "no bytes of the upload");
    await nothingLeft(served);
  }));

Deno.test("two uploads at once are both whole", () =>
  withAgent(async ({ ask, store }) => {
    const files = [1, 2].map((fill) => new Uint8Array(3_000_000).fill(fill));
    const answers = await Promise.all(
      files.map((bytes) => ask("POST", "/upload", { body: form(bytes) })),
    );
    const ids = answers.map(({ text }) => (JSON.parse(text) as { binary: string }).binary);
    assert.notEqual(ids[0], ids[1]);
    for (const [i, id] of ids.entries()) {
      assert.deepEqual(await Deno.readFile(store.uploads.get(id)!.path), files[i]);
    }
  }));

Deno.test("uploads past their number are answered by 429", () =>
  withAgent(async ({ ask, port, store }) => {
    using connection = await Deno.connect({ hostname: "127.0.0.1", port });
    const text = `POST /upload HTTP/1.1\r\n${HEAD}${FORM}content-length: 100000\r\n\r\n${PART}`;
    await connection.write(new TextEncoder().encode(text + "x".repeat(50_000)));
    await until(() => store.uploads.bytes > 0, "bytes of the upload");
    const { status, text: answer } = await ask("POST", "/upload", {
      body: form(new Uint8Array(1)),
    });
    assert.deepEqual([status, answer], [429, "1 uploads are coming already\n"]);
  }, { limits: { maxUploads: 1 } }));

Deno.test("an agent that ends gives up the bodies that still come", () =>
  withFolder(async (folder) => {
    await using store = await openStore({ folder });
    const agent = openQueue(store.jobs);
    const address = { port: 0 };
    const server = startApi({ address, store, agent, logs: folder, security: { token: TOKEN } });
    using connection = await Deno.connect({ hostname: "127.0.0.1", port: server.port });
    const text = `POST /upload HTTP/1.1\r\n${HEAD}${FORM}content-length: 100000\r\n\r\n${PART}`;
    await connection.write(new TextEncoder().encode(text + "x".repeat(50_000)));
    await until(() => store.uploads.bytes > 0, "bytes of the upload");
    await server.close();
    assert.equal(store.uploads.bytes, 0);
  }));
