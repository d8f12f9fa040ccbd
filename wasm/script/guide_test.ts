import assert from "node:assert/strict";
import { compileScript, compileWithPositions } from "./compile.ts";
import { describePlan } from "./describe.ts";
import { formatProblems } from "./format.ts";
import { checkPacketSizes } from "./packet_sizes.ts";
import { ScriptError } from "./problems.ts";

const guide = await Deno.readTextFile(
  new URL("../../docs/guides/stress_scripts.md", import.meta.url),
);
const [script, described, wrong, problems, ...others] = [
  ...guide.matchAll(/^```text\n(.*?)^```$/gms),
].map((match) => match[1]!);

Deno.test("the guide's script does what the guide says", () => {
  const { plan, positions } = compileWithPositions(script!);
  const sizes = { login: 64, say: 28 };
  checkPacketSizes(plan, sizes, positions);
  assert.equal(described, describePlan(plan, { sizes }));
});

Deno.test("the guide's errors are those of its script", () => {
  assert.throws(
    () => compileScript(wrong!, { file: "chat.ldsh" }),
    (error) => {
      assert(error instanceof ScriptError);
      assert.equal(problems, formatProblems(error));
      return true;
    },
  );
  assert.deepEqual(others, []);
});
