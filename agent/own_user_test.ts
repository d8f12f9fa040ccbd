import assert from "node:assert/strict";
import { withFolder } from "./_folders_for_tests.ts";
import { writeScript } from "./_load_server_for_tests.ts";
import { startIn, upload } from "./_running_for_tests.ts";
import { findIsolators, PROGRAM_UID } from "./binary/isolation.ts";
import { startCollector } from "./collector/mod.ts";
import type { AgentOptions } from "./options.ts";

/** Runs a binary that tries to read what is the agent's; gives what it said, and the agent's notes. */
async function intrude(
  given: Partial<AgentOptions>,
  mode: number,
): Promise<{ readonly said: string; readonly notes: readonly string[] }> {
  let outcome = { said: "", notes: [] as readonly string[] };
  await withFolder(async (folder) => {
    await Deno.chmod(folder, mode);
    const store = { kind: "files", folder: `${folder}/collected` } as const;
    await using collector = startCollector({ address: { port: 0 }, store });
    const { agent, ask, run, log, notes } = await startIn(folder, collector, given);
    await using _agent = agent;
    await Deno.writeTextFile(`${folder}/data/token`, "secret", { mode: 0o600 });
    const lines = [
      'echo "uid $UID in $PWD" >&2',
      'echo mine >"$HOME/mine" && echo "wrote $(cat mine)" >&2',
      `for file in jobs-v1.log audit.log token; do cat ${folder}/data/$file && echo read >&2; done`,
      `ls ${folder}/data ${folder}/data/uploads && echo listed >&2`,
    ];
    const binary = await upload(ask, await writeScript(folder, lines.join("\n")));
    await run({ name: "other", users: 1, duration: 1, binary });
    outcome = { said: await log("other", "err.log"), notes: [...notes] };
  });
  return outcome;
}

const { root, setpriv } = await findIsolators();
const asRoot = root && setpriv;

function rootTest(name: string, fn: () => Promise<void>): void {
  Deno.test({ name: asRoot ? name : `${name} (needs root and setpriv)`, ignore: !asRoot, fn });
}

const OWN_USER = "binaries run as a user of their own, who can't read the agent's files";
for (const [title, uid] of [["the one that is named", 54321], ["by default", null]] as const) {
  rootTest(
    `${OWN_USER}: ${title}`,
    async () => {
      const { said, notes } = await intrude(uid === null ? {} : { uid }, 0o755);
      const lines = said.split("\n");
      assert.ok(lines.some((line) => line.startsWith(`uid ${uid ?? PROGRAM_UID} in /`)), said);
      assert.ok(lines.includes("wrote mine"), said);
      assert.doesNotMatch(said, /^(read|listed)$/m);
      assert.deepEqual(notes.filter((note) => note.startsWith("binaries run as")), []);
    },
  );
}

rootTest("a folder that the binaries' user can't come to is named", async () => {
  const { said, notes } = await intrude({}, 0o700);
  assert.match(said, new RegExp(`^uid ${PROGRAM_UID} in /`, "m"), "it runs all the same");
  assert.match(notes.join("\n"), /^binaries run as user 65533, who can't go through \/\S+: /m);
});

rootTest("binaries run as root when that is said, and people are told", async () => {
  const { said, notes } = await intrude({ uid: 0 }, 0o755);
  assert.match(said, /^uid 0 in \//m);
  assert.match(notes.join("\n"), /^binaries run as root: /m);
});
