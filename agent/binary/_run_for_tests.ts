import assert from "node:assert/strict";
import { freePort } from "../../internal/programs_for_tests.ts";
import { writeLoadBinary } from "../_load_server_for_tests.ts";
import { type BinaryOptions, type BinaryOutcome, runBinary } from "./mod.ts";

/** What is usual in tests. */
export interface TestRun {
  /** Of the Go server. */
  readonly flags?: string;
  readonly users?: number;
  readonly duration?: number;
  /** Makes the upload; default: the Go server. */
  upload?(folder: string, address: string): Promise<string>;
  /** Whatever else. */
  readonly options?: Partial<BinaryOptions>;
}

/** How it went. */
export interface TestOutcome extends BinaryOutcome {
  /** The results, as printed. */
  readonly results: readonly string[];
  readonly out: string;
  readonly err: string;
  readonly address: string;
}

/** Runs a job in a folder of its own and checks what is true of all: nothing lost, nothing left. */
export async function runTest(run: TestRun): Promise<TestOutcome> {
  const folder = await Deno.makeTempDir();
  await Deno.chmod(folder, 0o755);
  const address = `127.0.0.1:${freePort()}`;
  const upload = run.upload ?? ((to: string, at: string) => writeLoadBinary(to, at, run.flags));
  const results: string[] = [];
  try {
    const outcome = await runBinary({
      job: crypto.randomUUID(),
      binary: await upload(folder, address),
      spec: { users: run.users ?? 4, duration: run.duration ?? 0.5, rpcAddress: address },
      folder: `${folder}/own`,
      logs: `${folder}/logs`,
      onResults: (batch) => {
        for (const line of batch) results.push(new TextDecoder().decode(line));
        return Promise.resolve();
      },
      ...run.options,
      limits: { startSeconds: 20, drainSeconds: 20, graceSeconds: 20, ...run.options?.limits },
    });
    const { printed, rejected, handedOn, dropped } = outcome.counts;
    assert.equal(printed, rejected + handedOn + dropped);
    if (run.options?.onResults === undefined) assert.equal(results.length, handedOn);
    await assert.rejects(Deno.lstat(`${folder}/own`), Deno.errors.NotFound);
    const read = (name: string): Promise<string> =>
      Deno.readTextFile(`${folder}/logs/${name}`).catch(() => "");
    const [out, err] = await Promise.all([read("out.log"), read("err.log")]);
    return { ...outcome, results, out, err, address };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Whether a process of that number runs. */
export async function isRunning(pid: number): Promise<boolean> {
  const { code } = await new Deno.Command("bash", {
    args: ["-c", 'read -r _ _ state _ <"/proc/$0/stat" && [[ $state != Z ]]', String(pid)],
    stderr: "null",
  }).output();
  return code === 0;
}
