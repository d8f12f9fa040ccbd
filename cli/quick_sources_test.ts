import assert from "node:assert/strict";
import { sources } from "./quick_sources.ts";

/** Standard input that says when it was let go. */
function input(...chunks: string[]) {
  const seen = { canceled: false };
  const stream = () =>
    ReadableStream.from((async function* () {
      try {
        for (const chunk of chunks) yield await Promise.resolve(new TextEncoder().encode(chunk));
      } finally {
        seen.canceled = true;
      }
    })());
  return { seen, from: sources(() => undefined, stream) };
}

Deno.test("standard input is read whole, once", async () => {
  const { from } = input("ab", "", "c");
  assert.equal(await from.text("--urls", "-", 3), "abc");
  await assert.rejects(from.bytes("--body", "-", 3), {
    message: "--body and --urls can't both read standard input",
  });
});

Deno.test("what is too long is let go as soon as it is known", async () => {
  const { from, seen } = input(..."x".repeat(9));
  await assert.rejects(from.bytes("--body", "-", 4), {
    message: /^--body: cannot read standard input: it has more than 0\.0\d+ MiB$/,
  });
  assert.equal(seen.canceled, true);
});

Deno.test("text has to be UTF-8", async () => {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.writeFile(`${folder}/x`, new Uint8Array([0x61, 0xff]));
    const { from } = input();
    await assert.rejects(from.text("--header", `${folder}/x`, 9), {
      message: /^--header: .*\/x is not text in UTF-8$/,
    });
    assert.equal((await from.bytes("--body", `${folder}/x`, 9)).length, 2);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
