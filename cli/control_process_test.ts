import assert from "node:assert/strict";
import { freePort, programTest } from "../internal/programs_for_tests.ts";
import { COMMAND, downpour, start, withScript } from "./_process_for_tests.ts";

const SCRIPT = `
import { sleep } from "k6";
export const options = {
  scenarios: { s: { executor: "externally-controlled", vus: 2, maxVUs: 6 } },
};
export default async function () { await sleep(0.02); }
`;

/** Runs the script with a REST API while `use` goes on. */
async function controlled(
  use: (address: string, run: ReturnType<typeof start>) => Promise<void>,
): Promise<void> {
  await withScript(SCRIPT, async (script) => {
    const address = `127.0.0.1:${freePort()}`;
    const args = ["run", script, "--address", address, "--shards", "2"];
    const run = start("deno", [...COMMAND, ...args]);
    try {
      await until(address, ({ status, vus }) => status === 7 && vus === 2);
      await use(address, run);
    } finally {
      await set(address, { stopped: true }).catch(() => {});
      await run.ended();
    }
  });
}

type Attributes = Record<string, unknown>;

async function get(address: string): Promise<Attributes> {
  return (await (await fetch(`http://${address}/v1/status`)).json()).data.attributes;
}

async function set(address: string, attributes: Attributes): Promise<void> {
  const body = JSON.stringify({ data: { attributes } });
  await (await fetch(`http://${address}/v1/status`, { method: "PATCH", body })).text();
}

/** Asks until the status is as wanted. */
async function until(address: string, wanted: (status: Attributes) => boolean): Promise<void> {
  for (let left = 1000; left > 0; left--) {
    const status = await get(address).catch(() => null);
    if (status !== null && wanted(status)) return;
    await new Promise<void>((resolve) => void setTimeout(resolve, 10));
  }
  throw new Error("the status did not become what was wanted");
}

Deno.test("the control commands pause, resume, scale and stop a run", async () => {
  await controlled(async (address, run) => {
    const call = async (...args: string[]) => {
      const { code, stdout, stderr } = await downpour(...args, "-a", address);
      assert.equal(code, 0, stderr);
      return stdout;
    };
    assert.match(await call("pause"), /^status: 7\npaused: true\n/);
    await until(address, ({ paused }) => paused === true);
    assert.equal(JSON.parse(await call("status", "--json")).paused, true);
    assert.match(await call("resume"), /^paused: false$/m);
    assert.match(await call("scale", "--vus", "5"), /^vus: 5$/m);
    await until(address, ({ vus }) => vus === 5);
    const refused = await downpour("scale", "--vus", "7", "-a", address);
    assert.equal(refused.code, 1);
    assert.equal(
      refused.stderr,
      `downpour: The run at ${address} refuses: ` +
        "VUs of s must be a whole number from 0 to its maxVUs, 6: 7\n",
    );
    assert.match(await call("stop"), /^stopped: true$/m);
    assert.equal(await run.ended(), 103, run.stderr.text);
    assert.match(run.stdout.text, /^paused /m);
    const gone = await downpour("status", "-a", address);
    assert.equal(gone.code, 1);
    assert.match(gone.stderr, /^downpour: No run listens at 127/);
  });
});

await programTest(["k6"], "k6's own commands control a run", async () => {
  await controlled(async (address, run) => {
    const k6 = async (...args: string[]) => {
      const child = start("bash", ["-c", `k6 "$@"`, "k6", ...args, "--address", address]);
      assert.equal(await child.ended(), 0, child.stderr.text);
      return child.stdout.text;
    };
    assert.match(await k6("status"), /^status: 7\npaused: "false"\nvus: "\d"\n/);
    assert.match(await k6("pause"), /^paused: "true"$/m);
    await until(address, ({ paused }) => paused === true);
    assert.match(await k6("resume"), /^paused: "false"$/m);
    assert.match(await k6("scale", "--vus", "9", "--max", "9"), /^vus: "9"$/m);
    await until(address, ({ vus }) => vus === 9);
    assert.match(await k6("stats"), /^- name: iteration_duration\n {2}type:\n {4}type: trend$/m);
    await set(address, { stopped: true });
    assert.equal(await run.ended(), 103);
  });
});

Deno.test("a REST API that can't be started ends the run before it begins", async () => {
  await withScript(SCRIPT, async (script) => {
    const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const { port } = listener.addr;
    const taken = await downpour("run", script, "--address", `127.0.0.1:${port}`);
    listener.close();
    assert.equal(taken.code, 106);
    assert.match(taken.stderr, /^downpour: Can't listen at 127\.0\.0\.1:\d+: it is in use/);
    const open = await downpour("run", script, "--address", "0.0.0.0:0");
    assert.equal(open.code, 104);
    assert.match(open.stderr, /would let other machines control the run: set DOWNPOUR_TOKEN/);
  });
});
