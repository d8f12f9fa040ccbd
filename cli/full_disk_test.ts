import assert from "node:assert/strict";
import { readRun, saveRun } from "../results/mod.ts";
import { fakeRecord } from "../results/record_for_tests.ts";
import { ended, writeFiles } from "./_commands_for_tests.ts";
import { inFolder, namesIn } from "./_folders_for_tests.ts";
import { COMMAND } from "./_process_for_tests.ts";

const SCRIPT = `
export const options = { vus: 1, iterations: 20 };
export default function () {}
`;

/** A disk without room: what is run under it, in its folder `small`. */
interface FullDisk {
  readonly name: string;
  /** A shell's words before the command. */
  readonly setUp: string;
  /** What the system says of it. */
  readonly reason: RegExp;
}

const DISKS: readonly FullDisk[] = [
  {
    name: "a full disk",
    // Its mount goes with the process. The script takes one of its three pages.
    setUp: "mount -t tmpfs -o size=12k none small && cp -r before/. small/ || exit 77; ",
    reason: /No space left on device/,
  },
  {
    name: "a limit on the size of files",
    setUp: 'cp -r before/. small/; trap "" XFSZ; ulimit -f 4; ',
    reason: /File too large/,
  },
];

/** Why there is no full disk here; null where there is one. */
async function missing({ setUp }: FullDisk): Promise<string | null> {
  if (Deno.build.os !== "linux") return "Linux";
  if (!setUp.startsWith("mount")) return null;
  const { code } = await new Deno.Command("bash", {
    args: ["-c", "unshare --mount bash -c 'mount -t tmpfs none /mnt'"],
    ...{ stdin: "null", stdout: "null", stderr: "null" },
  }).output();
  return code === 0 ? null : "the right to mount";
}

/**
 * Runs the command in `small`, which has no room. What it leaves there is copied to `after` before
 * it goes.
 */
async function onDisk({ setUp }: FullDisk, folder: string, args: readonly string[]) {
  await writeFiles(folder, { "before/load.ts": SCRIPT, "small/x": "", "after/x": "" });
  await Deno.remove(`${folder}/small/x`);
  await Deno.remove(`${folder}/after/x`);
  const script = `( ${setUp} cd small && deno "$@" ); code=$?; cp -r small/. after/; exit $code`;
  return await ended(
    "bash",
    ["-c", `exec unshare --mount bash -c '${script.replaceAll("'", `'"'"'`)}' bash "$@"`, "bash"]
      .concat(COMMAND, args),
    folder,
  );
}

for (const disk of DISKS) {
  const needs = await missing(disk);
  const test = (name: string, fn: (folder: string) => Promise<void>) =>
    Deno.test({
      name: `${disk.name}: ${name}${needs === null ? "" : ` (needs ${needs})`}`,
      ignore: needs !== null,
      fn: () => inFolder(fn),
    });

  test("a run that can't be kept says so, and leaves no half of a record", async (folder) => {
    const run = await onDisk(disk, folder, ["run", "load.ts", "-q"]);
    assert.equal(run.code, 0, run.stderr);
    assert.match(run.stdout, /20 planned, 20 started, 20 completed/);
    assert.match(run.stdout, /\nnot saved +cannot keep the run in \.downpour\/runs: /);
    assert.match(run.stdout, disk.reason);
    assert.deepEqual(await left(`${folder}/after/.downpour/runs`), []);
  });

  test("a report that can't be written is no success, and leaves no half of it", async (folder) => {
    const args = ["run", "load.ts", "-q", "--no-save", "--report", "report.html"];
    const run = await onDisk(disk, folder, args);
    assert.equal(run.code, 1, run.stdout);
    assert.match(run.stdout, /20 planned, 20 started, 20 completed/);
    assert.match(run.stderr, /^downpour: cannot write report\.html: /m);
    assert.match(run.stderr, disk.reason);
    assert.deepEqual(await namesIn(`${folder}/after`), ["load.ts"]);
  });

  test("of plots those are there that had room, whole", async (folder) => {
    await Deno.mkdir(`${folder}/before`);
    await saveRun(`${folder}/kept`, fakeRecord({ seconds: 300 }));
    const args = ["report", "../kept/0001", "-o", "/dev/null", "--plots", "plots"];
    const { code, stderr } = await onDisk(disk, folder, args);
    assert.equal(code, 1, stderr);
    assert.match(stderr, /^downpour: cannot write plots\//m);
    assert.match(stderr, disk.reason);
    for (const name of await namesIn(`${folder}/after/plots`)) {
      const text = await Deno.readTextFile(`${folder}/after/plots/${name}`);
      assert.match(text, /^<svg [\s\S]*<\/svg>\n$/, name);
    }
  });
}

Deno.test({
  name: "a record that has no room is a typed error, and the runs before it stay",
  ignore: await missing(DISKS[0]!) !== null,
  fn: () =>
    inFolder(async (folder) => {
      await saveRun(`${folder}/before/.downpour/runs`, fakeRecord({ seconds: 1 }));
      const { size } = await Deno.stat(`${folder}/before/.downpour/runs/0001/record.json`);
      // Room for the one that is there, and too little for another.
      const room = Math.ceil(size / 4096) * 4 + 12;
      const disk = { ...DISKS[0]!, setUp: DISKS[0]!.setUp.replace("12k", `${room}k`) };
      const run = await onDisk(disk, folder, ["run", "load.ts", "-q"]);
      assert.match(run.stdout, /\nnot saved +cannot keep the run/);
      const { record } = await readRun(`${folder}/after/.downpour/runs`, "last");
      assert.equal(record.name, "shop.ts");
      assert.deepEqual(await left(`${folder}/after/.downpour/runs`), ["0001"]);
    }),
});

/** What is in a folder of runs, but what keeps it out of version control. */
async function left(folder: string): Promise<string[]> {
  const names = await namesIn(folder).catch(() => []);
  return names.filter((name) => name !== ".gitignore");
}
