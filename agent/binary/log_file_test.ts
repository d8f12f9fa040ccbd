import assert from "node:assert/strict";
import { createLog, makeLogFolder, openLog } from "./log_file.ts";

/** Deno makes links for programs with all permissions alone. */
async function link(to: string, at: string): Promise<void> {
  await new Deno.Command("bash", { args: ["-c", 'ln -s "$0" "$1"', to, at] }).output();
}

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

Deno.test("a log begins anew, is of its size at most, and says what is missing", async () => {
  const folder = await Deno.makeTempDir();
  const path = `${folder}/out.log`;
  await Deno.writeTextFile(path, "an old log that is much longer than the new one will be\n");
  const log = await openLog(path, 8);
  await log.write(encode("12345"));
  await log.write(encode("67890"));
  await log.write(encode("more"));
  await log.close();
  assert.equal(
    await Deno.readTextFile(path),
    "12345678\n[6 bytes more are not kept: the log's limit is 8]\n",
  );
  assert.equal(log.lost, 6);
  assert.equal((await Deno.stat(path)).mode! & 0o777, 0o600);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("82: a link that waits at a log's place is not followed", async () => {
  const folder = await Deno.makeTempDir();
  await Deno.writeTextFile(`${folder}/precious`, "kept");
  await link(`${folder}/precious`, `${folder}/out.log`);
  const log = await openLog(`${folder}/out.log`, 100);
  await log.write(encode("log"));
  await log.close();
  assert.equal(await Deno.readTextFile(`${folder}/precious`), "kept");
  await link(folder, `${folder}/job`);
  await assert.rejects(makeLogFolder(`${folder}/job`), {
    code: "log_failed",
    message: /it is no folder/,
  });
  await makeLogFolder(`${folder}/new/job`);
  assert.equal((await Deno.stat(`${folder}/new/job`)).mode! & 0o777, 0o700);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("86: a full disk is an error with the log's name", async () => {
  const full = {
    write: () => Promise.reject(new Error("no space left on device")),
    close: () => {},
  };
  const log = createLog(full, "/logs/a/out.log", 100);
  await assert.rejects(log.write(encode("x")), {
    code: "log_failed",
    message: "can't write the log /logs/a/out.log: no space left on device",
  });
  await log.close();
});

Deno.test("what is written in parts is whole", async () => {
  const written: number[] = [];
  const slow = {
    write: (bytes: Uint8Array) => Promise.resolve(written.push(bytes[0]!) && 1),
    close: () => {},
  };
  await createLog(slow, "x", 100).write(encode("abc"));
  assert.equal(String.fromCharCode(...written), "abc");
});
