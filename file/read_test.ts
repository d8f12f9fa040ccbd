import assert from "node:assert/strict";
import { closeOwned, newContext, Registry, runInContext } from "../metrics/mod.ts";
import { descriptorsIn, inFolder, sparseFile } from "./_files_for_tests.ts";
import { open } from "./mod.ts";

const LARGE = 2 ** 26 + 1; // Not shared in memory: it comes from the disk.

async function collect(stream: ReadableStream<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  for await (const chunk of stream) chunks.push(chunk.slice());
  return new Uint8Array(await new Blob(chunks).arrayBuffer());
}

async function countBytes(stream: ReadableStream<Uint8Array>): Promise<number> {
  let bytes = 0;
  for await (const chunk of stream) bytes += chunk.length;
  return bytes;
}

Deno.test("a file is streamed from the start each time it is asked for", () =>
  inFolder(async (folder) => {
    for (const size of [0, 1, 1023, 1024, 1025, 65_535, 65_536, 65_537, 300_000]) {
      const bytes = new Uint8Array(size).map((_, at) => at * 7);
      await Deno.writeFile(`${folder}/x`, bytes);
      const file = await open(`${folder}/x`);
      for (let again = 0; again < 3; again++) {
        assert.deepEqual(await collect(file.readable), bytes, `${size} bytes`);
      }
      assert.deepEqual(await file.bytes(), bytes);
    }
  }));

Deno.test("many can read one handle at a time", () =>
  inFolder(async (folder) => {
    const bytes = crypto.getRandomValues(new Uint8Array(60_000));
    await Deno.writeFile(`${folder}/small`, bytes);
    await sparseFile(`${folder}/large`, LARGE);
    const [small, large] = [await open(`${folder}/small`), await open(`${folder}/large`)];
    const all = await Promise.all(Array.from({ length: 20 }, () => collect(small.readable)));
    for (const one of all) assert.deepEqual(one, bytes);
    const counts = await Promise.all([0, 1, 2].map(() => countBytes(large.readable)));
    assert.deepEqual(counts, [LARGE, LARGE, LARGE]);
  }));

Deno.test("a reader with a buffer of its own gets it filled", () =>
  inFolder(async (folder) => {
    for (const [name, size] of [["small", 5000], ["large", LARGE]] as const) {
      await sparseFile(`${folder}/${name}`, size);
      const reader = (await open(`${folder}/${name}`)).readable.getReader({ mode: "byob" });
      let total = 0;
      let buffer = new ArrayBuffer(1_000_000);
      for (;;) {
        const { done, value } = await reader.read(new Uint8Array(buffer));
        total += value!.length;
        buffer = value!.buffer;
        if (done) break;
      }
      assert.equal(total, size);
      assert.equal(buffer.byteLength, 1_000_000, "no other buffer was made");
    }
  }));

Deno.test("a reader may ask for a least number of bytes and gets what there is at the end", () =>
  inFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/x`, "0123456789");
    const reader = (await open(`${folder}/x`)).readable.getReader({ mode: "byob" });
    const first = await reader.read(new Uint8Array(8), { min: 8 });
    assert.equal(first.value?.length, 8);
    const rest = await reader.read(new Uint8Array(8), { min: 8 });
    assert.deepEqual([rest.done, rest.value?.length], [true, 2]);
  }));

Deno.test("a handle and a stream that nobody reads hold no descriptor", () =>
  inFolder(async (folder) => {
    await sparseFile(`${folder}/x`, LARGE);
    const file = await open(`${folder}/x`);
    const streams = [file.readable, file.readable];
    assert.equal(await descriptorsIn(folder), 0);
    const reader = streams[0]!.getReader();
    await reader.read();
    assert.equal(await descriptorsIn(folder), 1);
    await reader.cancel();
    assert.equal(await descriptorsIn(folder), 0);
  }));

Deno.test("a descriptor is closed at the end of the file", () =>
  inFolder(async (folder) => {
    await sparseFile(`${folder}/x`, LARGE);
    const file = await open(`${folder}/x`);
    assert.equal(await countBytes(file.readable), LARGE);
    assert.equal(await descriptorsIn(folder), 0);
  }));

Deno.test("a stream that is cancelled while it reads closes its descriptor", () =>
  inFolder(async (folder) => {
    await sparseFile(`${folder}/x`, LARGE);
    const file = await open(`${folder}/x`);
    const reader = file.readable.getReader();
    const pending = reader.read();
    await reader.cancel();
    assert.equal((await pending).done, true);
    assert.equal(await descriptorsIn(folder), 0);
  }));

Deno.test("closing the handle fails the streams that are being read, and later use", () =>
  inFolder(async (folder) => {
    await sparseFile(`${folder}/x`, LARGE);
    const file = await open(`${folder}/x`);
    const reader = file.readable.getReader();
    await reader.read();
    const unread = file.readable;
    await file[Symbol.asyncDispose]();
    await assert.rejects(collect(unread), { code: "file_closed" });
    await assert.rejects(reader.read(), {
      name: "FileError",
      code: "file_closed",
      message: `cannot read ${folder}/x: it was closed while being read`,
    });
    assert.equal(await descriptorsIn(folder), 0);
    assert.throws(() => file.readable, { code: "file_closed" });
    await assert.rejects(file.bytes(), { code: "file_closed" });
    file.close();
  }));

Deno.test("what an iteration left open is closed with it", () =>
  inFolder(async (folder) => {
    await sparseFile(`${folder}/x`, LARGE);
    const file = await open(`${folder}/x`);
    const context = newContext(new Registry());
    const reader = runInContext(context, () => file.readable.getReader());
    await reader.read();
    const pending = reader.read();
    closeOwned(context);
    await assert.rejects(pending, { code: "file_closed" });
    await file[Symbol.asyncDispose]();
    assert.equal(await descriptorsIn(folder), 0);
  }));

Deno.test("a stream that ended is no longer kept by its iteration", () =>
  inFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/x`, "x");
    const file = await open(`${folder}/x`);
    const context = newContext(new Registry());
    await runInContext(context, () => collect(file.readable));
    await runInContext(context, () => file.readable.cancel());
    assert.equal(context.owned?.size, 0);
  }));

Deno.test("small files are one array for all who ask, until they change", () =>
  inFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/x`, "one");
    const [one, other] = [await open(`${folder}/x`), await open(`${folder}/x`)];
    const [a, b] = await Promise.all([one.bytes(), other.bytes()]);
    assert.equal(a, b);
    assert.equal(await one.bytes(), a);
    await Deno.writeTextFile(`${folder}/x`, "three");
    assert.equal(await one.text(), "three");
    assert.equal(new TextDecoder().decode(await collect(other.readable)), "three");
    assert.equal(new TextDecoder().decode(a), "one");
  }));

Deno.test("a file that takes another's place is read again, also at the same size and time", () =>
  inFolder(async (folder) => {
    const time = new Date(1_700_000_000_000);
    await Deno.writeTextFile(`${folder}/x`, "one");
    await Deno.writeTextFile(`${folder}/y`, "two");
    for (const name of ["x", "y"]) await Deno.utime(`${folder}/${name}`, time, time);
    const file = await open(`${folder}/x`);
    assert.equal(await file.text(), "one");
    await Deno.rename(`${folder}/y`, `${folder}/x`);
    assert.equal(await file.text(), "two");
  }));

Deno.test("streams leave the shared bytes alone", () =>
  inFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/x`, "shared");
    const file = await open(`${folder}/x`);
    for await (const chunk of file.readable) chunk.fill(0);
    assert.equal(await file.text(), "shared");
  }));

Deno.test("bytes that a script gave away are read again", () =>
  inFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/x`, "mine");
    const file = await open(`${folder}/x`);
    const { buffer } = await file.bytes();
    structuredClone(buffer, { transfer: [buffer] });
    assert.equal(await file.text(), "mine");
  }));

Deno.test("a file that went away is told at the next read", () =>
  inFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/x`, "x");
    const file = await open(`${folder}/x`);
    await Deno.remove(`${folder}/x`);
    const expected = { code: "file_not_found", message: `cannot read ${folder}/x: no such file` };
    await assert.rejects(collect(file.readable), expected);
    await assert.rejects(file.bytes(), expected);
    await assert.rejects(file.stat(), expected);
  }));

Deno.test("text and JSON are decoded, and what is not JSON is shown", () =>
  inFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/x`, '\ufeff{"naïve": [1]}');
    await Deno.writeTextFile(`${folder}/y`, "no json " + "-".repeat(100));
    assert.deepEqual(await (await open(`${folder}/x`)).json(), { "naïve": [1] });
    await assert.rejects((await open(`${folder}/y`)).json(), {
      code: "file_failed",
      message: `cannot read ${folder}/y: it is not JSON: "no json ${"-".repeat(52)}…"`,
    });
  }));

Deno.test("a file that is too large for one array is refused before it is read", () =>
  inFolder(async (folder) => {
    await sparseFile(`${folder}/x`, 3 * 2 ** 30);
    await assert.rejects((await open(`${folder}/x`)).bytes(), {
      code: "file_failed",
      message: `cannot read ${folder}/x: ${
        3 * 2 ** 30
      } bytes are too many for memory, use readable`,
    });
  }));
