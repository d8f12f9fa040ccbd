import assert from "node:assert/strict";
import { currentContext } from "../metrics/mod.ts";
import { startRun } from "./run.ts";

const SCRIPT = `
  import { note } from "k6/x/where";
  note("top");
  export const setup = () => note("setup");
  export default () => note("iteration");
  export const teardown = () => note("teardown");
  export const handleSummary = () => { note("summary"); return {}; };
`;

Deno.test("all of a script knows its folder, wherever the run was started", async () => {
  const folder = await Deno.makeTempDir();
  const noted = new Map<string, string | null>();
  try {
    await Deno.writeTextFile(`${folder}/x.ts`, SCRIPT);
    const note = (where: string) => void noted.set(where, currentContext().folder);
    const { result } = startRun({
      source: { kind: "script", path: `${folder}/x.ts` },
      overrides: {},
      env: {},
      inline: true,
      shardEntry: new URL(import.meta.url),
      allowNet: [],
      allowRead: [],
      setup: { modules: { "k6/x/where": { note } }, builtins: {} },
    });
    await result;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
  const places = ["top", "setup", "iteration", "teardown"];
  for (const place of places) assert.equal(noted.get(place), folder, place);
});
