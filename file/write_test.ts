import assert from "node:assert/strict";
import { closeOwned, newContext, Registry, runInContext } from "../metrics/mod.ts";
import { descriptorsIn, inFolder, sparseFile, streamOf } from "./_files_for_tests.ts";
import { open } from "./mod.ts";

Deno.test("a stream is piped into a file, from its start each time", () =>
  inFolder(async (folder) => {
    const path = `${folder}/x`;
    const file = await open(path, { mode: "write" });
    assert.equal((await Deno.stat(path)).size, 0, "made where it was missing");
    await streamOf(["a long ", "first"]).pipeTo(file.writable);
    assert.equal(await Deno.readTextFile(path), "a long first");
    await streamOf(["second"]).pipeTo(file.writable);
    assert.equal(await Deno.readTextFile(path), "second");
    assert.equal(await descriptorsIn(folder), 0);
  }));

Deno.test("opening for writing empties nothing, writing does", () =>
  inFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/x`, "before");
    const file = await open(`${folder}/x`, { mode: "write" });
    assert.deepEqual([file.size, (await file.stat()).size], [6, 6]);
    const stream = file.writable;
    assert.equal(await Deno.readTextFile(`${folder}/x`), "before");
    await stream.close();
    assert.equal(await Deno.readTextFile(`${folder}/x`), "");
  }));

Deno.test("appending keeps what is there, and two at once keep each other's", () =>
  inFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/x`, "0");
    const [one, two] = [
      await open(`${folder}/x`, { mode: "append" }),
      await open(`${folder}/x`, { mode: "append" }),
    ];
    const writers = [one.writable.getWriter(), two.writable.getWriter()];
    for (const text of ["1", "2", "3"]) {
      for (const writer of writers) await writer.write(new TextEncoder().encode(text));
    }
    for (const writer of writers) await writer.close();
    assert.equal(await Deno.readTextFile(`${folder}/x`), "0112233");
    assert.equal((await one.stat()).size, 7);
  }));

Deno.test("an empty download is an empty file", () =>
  inFolder(async (folder) => {
    await streamOf([]).pipeTo((await open(`${folder}/x`, { mode: "write" })).writable);
    assert.equal((await Deno.stat(`${folder}/x`)).size, 0);
  }));

Deno.test("100 MB pass from file to file without being in memory", () =>
  inFolder(async (folder) => {
    const size = 100 * 1024 * 1024;
    await sparseFile(`${folder}/x`, size);
    const [from, to] = [await open(`${folder}/x`), await open(`${folder}/y`, { mode: "write" })];
    let most = 0;
    const before = Deno.memoryUsage().external;
    const watch = new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        most = Math.max(most, Deno.memoryUsage().external - before);
        controller.enqueue(chunk);
      },
    });
    await from.readable.pipeThrough(watch).pipeTo(to.writable);
    assert.equal((await Deno.stat(`${folder}/y`)).size, size);
    assert.ok(most < size / 2, `${most} bytes at once`);
  }));

Deno.test("reading what was opened for writing is an error, and the other way round", () =>
  inFolder(async (folder) => {
    const path = `${folder}/x`;
    const [writing, appending] = [
      await open(path, { mode: "write" }),
      await open(path, { mode: "append" }),
    ];
    const reading = await open(path);
    assert.throws(() => writing.readable, {
      name: "FileError",
      code: "file_mode",
      message: `cannot read ${path}: it was opened with mode "write", not "read"`,
    });
    await assert.rejects(appending.bytes(), { code: "file_mode" });
    await assert.rejects(writing.text(), { code: "file_mode" });
    await assert.rejects(writing.json(), { code: "file_mode" });
    assert.throws(() => reading.writable, {
      code: "file_mode",
      message: `cannot write ${path}: it was opened with mode "read", not "write" or "append"`,
    });
  }));

Deno.test("what isn't bytes is refused and the file closed", () =>
  inFolder(async (folder) => {
    const file = await open(`${folder}/x`, { mode: "write" });
    for (const chunk of ["text", null, 7, new ArrayBuffer(1)]) {
      const writer = file.writable.getWriter();
      writer.closed.catch(() => {});
      await assert.rejects(writer.write(chunk as unknown as Uint8Array), {
        name: "OptionError",
        message: /^a file is written in chunks of Uint8Array: got (string|null|number|object)$/,
      });
    }
    assert.equal(await descriptorsIn(folder), 0);
  }));

Deno.test("a download that is cut leaves what came and no descriptor", () =>
  inFolder(async (folder) => {
    const file = await open(`${folder}/x`, { mode: "write" });
    let pulls = 0;
    const failing = new ReadableStream<Uint8Array>({
      pull(controller) {
        if (pulls++ > 0) throw new Error("connection reset");
        controller.enqueue(new Uint8Array(3));
      },
    }, { highWaterMark: 0 });
    await assert.rejects(failing.pipeTo(file.writable), /connection reset/);
    assert.equal((await Deno.stat(`${folder}/x`)).size, 3);
    assert.equal(await descriptorsIn(folder), 0);
  }));

Deno.test("a file that can't be written any more fails its stream", () =>
  inFolder(async (folder) => {
    await Deno.mkdir(`${folder}/sub`);
    const file = await open(`${folder}/sub/x`, { mode: "write" });
    await Deno.remove(`${folder}/sub`, { recursive: true });
    const expected = {
      name: "FileError",
      code: "file_not_found",
      message: `cannot open ${folder}/sub/x: its folder does not exist`,
    };
    await assert.rejects(streamOf(["x"]).pipeTo(file.writable), expected);
    await assert.rejects(file.writable.close(), expected);
    await assert.rejects(file.stat(), expected);
  }));

Deno.test("closing the handle or the iteration closes what is being written", () =>
  inFolder(async (folder) => {
    const file = await open(`${folder}/x`, { mode: "append" });
    const context = newContext(new Registry());
    const writer = runInContext(context, () => file.writable.getWriter());
    writer.closed.catch(() => {});
    await writer.write(new Uint8Array(1));
    closeOwned(context);
    await assert.rejects(writer.write(new Uint8Array(1)), { code: "file_closed" });
    const other = file.writable.getWriter();
    await other.write(new Uint8Array(1));
    const unused = file.writable;
    await file[Symbol.asyncDispose]();
    await assert.rejects(other.closed, {
      code: "file_closed",
      message: `cannot write ${folder}/x: it was closed while being written`,
    });
    assert.equal(await descriptorsIn(folder), 0);
    await assert.rejects(streamOf(["x"]).pipeTo(unused), { code: "file_closed" });
    assert.throws(() => file.writable, { code: "file_closed" });
  }));
