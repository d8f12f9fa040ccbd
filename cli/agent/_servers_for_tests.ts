import { fileURLToPath } from "node:url";
import { start } from "../_process_for_tests.ts";

/** The command with what `deno task agent` gives it. */
export const COMMAND: readonly string[] = [
  ...["run", "--quiet", "--no-prompt", "--unstable-lazy-dynamic-imports"],
  ...["--allow-net", "--allow-read", "--allow-write"],
  ...["--allow-run=deno,bash", "--allow-env=FORCE_COLOR,CI,DOWNPOUR_*,K6_*,GOLO_HOSTS"],
  fileURLToPath(new URL("../../cli.ts", import.meta.url)),
];

/** A command that serves. */
export interface Served extends AsyncDisposable {
  readonly url: string;
  /** What it has said so far. */
  readonly said: () => string;
  /** Kills it; resolves when it is gone. */
  kill(): Promise<void>;
  /** Ends it by a signal; gives its exit code. */
  end(): Promise<number>;
}

/** Starts `downpour ARGS`, which prints its address. */
export async function serve(...args: string[]): Promise<Served> {
  const child = start("deno", [...COMMAND, ...args]);
  await child.stdout.until(/\n/).catch((error) => {
    throw new Error(`${error.message}: ${child.stderr.text}`);
  });
  let ended: Promise<number> | null = null;
  const end = (): Promise<number> => {
    if (ended === null) child.kill("SIGTERM");
    return ended ??= child.ended();
  };
  return {
    url: child.stdout.text.trim(),
    said: () => child.stderr.text,
    end,
    async kill() {
      child.kill("SIGKILL");
      await (ended ??= child.ended());
    },
    [Symbol.asyncDispose]: async () => void await end(),
  };
}

/** Runs `downpour ARGS` to its end. */
export function run(...args: string[]) {
  return runIn({}, ...args);
}

/** The same, with these variables. */
export async function runIn(env: Readonly<Record<string, string>>, ...args: string[]) {
  const child = start("deno", [...COMMAND, ...args], env);
  const code = await child.ended();
  return { code, stdout: child.stdout.text, stderr: child.stderr.text };
}
