import assert from "node:assert/strict";
import { link, namesIn, withFolder } from "../_folders_for_tests.ts";
import { AgentError } from "../errors.ts";
import { openUploads, type UploadLimits } from "./uploads.ts";

const BYTES = new TextEncoder().encode("#!/bin/sh\n");
const LIMITS: UploadLimits = {
  maxUploadBytes: 1000,
  maxStoredBytes: 1500,
  newId: () => crypto.randomUUID(),
  now: () => new Date(0),
};

function code(expected: string): (error: unknown) => boolean {
  return (error) => error instanceof AgentError && error.code === expected;
}

Deno.test("an upload is there under its id, executable, also after the folder is opened again", () =>
  withFolder(async (folder) => {
    const uploads = await openUploads(folder, LIMITS);
    const file = await uploads.begin();
    await file.write(BYTES.subarray(0, 3));
    await file.write(BYTES.subarray(3));
    const { id, kind, bytes, path } = await file.commit();
    assert.deepEqual([kind, bytes], ["binary", BYTES.length]);
    const again = await openUploads(folder, LIMITS);
    assert.equal(again.get(id)?.path, path);
    assert.equal(again.bytes, BYTES.length);
    assert.deepEqual(await Deno.readFile(path), BYTES);
    assert.equal((await Deno.stat(path)).mode! & 0o777, 0o755);
    assert.deepEqual(await namesIn(`${folder}/parts`), []);
  }));

Deno.test("an upload that begins with a tar header is an archive, which nobody executes", () =>
  withFolder(async (folder) => {
    const uploads = await openUploads(folder, LIMITS);
    const tar = new Uint8Array(600);
    tar.set(new TextEncoder().encode("ustar"), 257);
    const file = await uploads.begin();
    await file.write(tar.subarray(0, 259)); // in two pieces
    await file.write(tar.subarray(259));
    const { kind, path } = await file.commit();
    assert.equal(kind, "archive");
    assert.equal((await Deno.stat(path)).mode! & 0o777, 0o600);
  }));

Deno.test("an upload that was begun and never ended is removed when the folder is opened", () =>
  withFolder(async (folder) => {
    const uploads = await openUploads(folder, LIMITS);
    const file = await uploads.begin();
    await file.write(BYTES);
    const again = await openUploads(folder, LIMITS);
    assert.deepEqual(again.list(), []);
    assert.equal(again.bytes, 0);
    assert.deepEqual(await namesIn(`${folder}/parts`), []);
    await file.abort();
  }));

Deno.test("an aborted upload leaves nothing and gives its bytes back", () =>
  withFolder(async (folder) => {
    const uploads = await openUploads(folder, LIMITS);
    const file = await uploads.begin();
    await file.write(BYTES);
    assert.equal(uploads.bytes, BYTES.length);
    await file.abort();
    await file.abort();
    assert.equal(uploads.bytes, 0);
    assert.deepEqual(await namesIn(`${folder}/parts`), []);
  }));

Deno.test("an upload has at most its limit, and all together theirs", () =>
  withFolder(async (folder) => {
    const uploads = await openUploads(folder, LIMITS);
    const large = await uploads.begin();
    await assert.rejects(large.write(new Uint8Array(1001)), code("upload_too_large"));
    await large.abort();
    const first = await uploads.begin();
    await first.write(new Uint8Array(1000));
    await first.commit();
    const second = await uploads.begin();
    await assert.rejects(second.write(new Uint8Array(501)), code("store_full"));
    await second.abort();
    assert.equal(uploads.bytes, 1000);
    assert.equal(await uploads.remove(uploads.list()[0]!.id), true);
    assert.equal(uploads.bytes, 0);
  }));

Deno.test("fault 82: an upload is never written through a link or over a file that was there", () =>
  withFolder(async (folder) => {
    const id = crypto.randomUUID();
    const uploads = await openUploads(`${folder}/own`, { ...LIMITS, newId: () => id });
    await Deno.writeTextFile(`${folder}/victim`, "mine");
    for (const place of [`parts/${id}`, `binary/${id}`]) {
      const at = `${folder}/own/${place}`;
      for (const plant of [() => link(`${folder}/victim`, at), () => Deno.create(at)]) {
        const planted = await plant();
        if (planted !== undefined) planted.close();
        await assert.rejects(
          async () => {
            const file = await uploads.begin();
            try {
              await file.write(BYTES);
              await file.commit();
            } finally {
              await file.abort();
            }
          },
          (error) =>
            code("upload_exists")(error) && (error as Error).message === `Binary ${id} exists`,
        );
        await Deno.remove(at);
      }
    }
    assert.equal(await Deno.readTextFile(`${folder}/victim`), "mine");
    assert.deepEqual(uploads.list(), []);
  }));

Deno.test("fault 82: the folders are this user's alone, and no links", () =>
  withFolder(async (folder) => {
    await Deno.mkdir(`${folder}/own`, { mode: 0o777 });
    await openUploads(`${folder}/own`, LIMITS);
    for (const name of ["", "/parts", "/binary", "/archive", "/bundle"]) {
      assert.equal((await Deno.stat(`${folder}/own${name}`)).mode! & 0o777, 0o700, name);
    }
    await link(`${folder}/own`, `${folder}/link`);
    await assert.rejects(openUploads(`${folder}/link`, LIMITS), code("store_unsafe"));
  }));
