import assert from "node:assert/strict";
import { ArchiveError, BLOCK, decodeHeader, encodeHeader } from "./tar_header.ts";
import { unpackTar } from "./tar_read.ts";
import { writeTar } from "./tar_write.ts";
import { inFolder, namesIn } from "../_folders_for_tests.ts";
import { programTest } from "../../internal/programs_for_tests.ts";

const LONG = `${"d".repeat(90)}/${"e".repeat(60)}/${"f".repeat(99)}`;

Deno.test("what is written is read back, whatever its size", async () => {
  await inFolder(async (folder) => {
    const sizes = [0, 1, 511, 512, 513, 100_000];
    for (const size of sizes) {
      await Deno.writeFile(`${folder}/s${size}`, new Uint8Array(size).map((_, i) => i * 7));
    }
    const members = [
      { path: "metadata.json", text: "{}" },
      ...sizes.map((size) => ({ path: `files/ü/s${size}`, from: `${folder}/s${size}` })),
      { path: LONG, text: "long" },
    ];
    const size = await writeTar(`${folder}/a.tar`, members);
    assert.equal((await Deno.stat(`${folder}/a.tar`)).size, size);
    await Deno.mkdir(`${folder}/out`);
    const paths = await unpackTar(`${folder}/a.tar`, `${folder}/out`);
    assert.deepEqual(paths, members.map(({ path }) => path));
    for (const size of sizes) {
      assert.deepEqual(
        await Deno.readFile(`${folder}/out/files/ü/s${size}`),
        await Deno.readFile(`${folder}/s${size}`),
      );
    }
    assert.equal(await Deno.readTextFile(`${folder}/out/${LONG}`), "long");
  });
});

await programTest(
  ["tar"],
  "tar reads what is written, and what tar writes is read",
  async () => {
    await inFolder(async (folder) => {
      await writeTar(`${folder}/a.tar`, [{ path: "a/b.txt", text: "b" }, { path: LONG, text: "" }]);
      const { code, stdout } = await bash(folder, "tar -tf a.tar");
      assert.deepEqual([code, stdout], [0, `a/b.txt\n${LONG}\n`]);
      const made = await bash(
        folder,
        "mkdir x out && echo hi > x/y && tar --format=ustar -cf t.tar x",
      );
      assert.equal(made.code, 0, made.stderr);
      assert.deepEqual(await unpackTar(`${folder}/t.tar`, `${folder}/out`), ["x/y"]);
      assert.equal(await Deno.readTextFile(`${folder}/out/x/y`), "hi\n");
      const linked = await bash(
        folder,
        "ln -s /etc x/l && tar --format=ustar -cf t.tar x/l && mkdir o2",
      );
      assert.equal(linked.code, 0, linked.stderr);
      await assert.rejects(unpackTar(`${folder}/t.tar`, `${folder}/o2`), /no regular file/);
    });
  },
);

Deno.test("paths that lead out of the folder, and what is no path, are refused on both sides", async () => {
  const paths = [
    ...["../a", "a/../../b", "/etc/passwd", "a//b", "./a", "", "a/", "a\\b", "c:/x", "a\nb", ".."],
    "x".repeat(101),
    `${"y".repeat(160)}/z`,
  ];
  for (const path of paths) {
    assert.throws(() => encodeHeader({ path, size: 0 }), ArchiveError, JSON.stringify(path));
  }
  for (const path of paths.filter((path) => path.length < 100)) {
    await inFolder(async (folder) => {
      await Deno.writeFile(`${folder}/evil.tar`, forged(path));
      await Deno.mkdir(`${folder}/in/out`, { recursive: true });
      await assert.rejects(unpackTar(`${folder}/evil.tar`, `${folder}/in/out`), ArchiveError);
      assert.deepEqual(await namesIn(`${folder}/in`), ["out"]);
    });
  }
});

Deno.test("links, devices, extensions, damage and cut archives are refused", async () => {
  for (const type of "1234567LKxgSV") {
    if (type === "5") continue;
    const block = encodeHeader({ path: "a", size: 0 });
    block[156] = type.charCodeAt(0);
    assert.throws(() => decodeHeader(resummed(block)), /no regular file/);
  }
  const good = encodeHeader({ path: "a", size: 5 });
  assert.deepEqual(decodeHeader(good), { path: "a", size: 5 });
  for (const at of [0, 99, 124, 150, 156, 257, 400]) {
    const block = good.slice();
    block[at]! ^= 0x41;
    assert.throws(() => decodeHeader(block), ArchiveError, `byte ${at}`);
  }
  await inFolder(async (folder) => {
    await writeTar(`${folder}/a.tar`, [{ path: "a", text: "x".repeat(700) }]);
    const whole = await Deno.readFile(`${folder}/a.tar`);
    for (const length of [0, 1, 511, 512, 600, 1500, 2 * BLOCK + 512]) {
      await Deno.writeFile(`${folder}/cut.tar`, whole.subarray(0, length));
      const out = `${folder}/o${length}`;
      await Deno.mkdir(out);
      await assert.rejects(unpackTar(`${folder}/cut.tar`, out), /cut off/, `${length}`);
    }
  });
});

Deno.test("two files of one path, and more bytes than allowed, are refused", async () => {
  await inFolder(async (folder) => {
    const cases = [["a", "a"], ["a", "a/b"], ["a/b", "a"]];
    for (const [n, paths] of cases.entries()) {
      const tar = `${folder}/${n}.tar`;
      await writeTar(tar, paths.map((path) => ({ path, text: "" })));
      await Deno.mkdir(`${folder}/${n}`);
      await assert.rejects(unpackTar(tar, `${folder}/${n}`), /the same path/, paths.join());
    }
    await Deno.writeFile(`${folder}/big.tar`, encodeHeader({ path: "a", size: 2 ** 30 + 1 }));
    await Deno.mkdir(`${folder}/big`);
    await assert.rejects(unpackTar(`${folder}/big.tar`, `${folder}/big`), /1024 MiB/);
  });
});

/** A header with a path that `encodeHeader` refuses. */
function forged(path: string): Uint8Array {
  const block = encodeHeader({ path: "a", size: 0 });
  block.fill(0, 0, 100);
  block.set(new TextEncoder().encode(path));
  const tar = new Uint8Array(3 * BLOCK);
  tar.set(resummed(block));
  return tar;
}

function resummed(block: Uint8Array): Uint8Array {
  block.fill(0x20, 148, 156);
  const sum = block.reduce((all, byte) => all + byte, 0);
  block.set(new TextEncoder().encode(`${sum.toString(8).padStart(6, "0")}\0 `), 148);
  return block;
}

async function bash(cwd: string, script: string) {
  const output = await new Deno.Command("bash", {
    args: ["-c", script],
    cwd,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).output();
  const decoder = new TextDecoder();
  return {
    code: output.code,
    stdout: decoder.decode(output.stdout),
    stderr: decoder.decode(output.stderr),
  };
}
