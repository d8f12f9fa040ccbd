import { fileURLToPath } from "node:url";

/** The command as `deno run` wants it, with the permissions that it is meant to have. */
export const COMMAND: readonly string[] = [
  ...["run", "--quiet", "--no-prompt", "--allow-net", "--allow-read", "--allow-write"],
  ...["--allow-run=deno", "--allow-env=CI,DOWNPOUR_*,K6_*"],
  fileURLToPath(new URL("../cli.ts", import.meta.url)),
];

/** Starts a program; what it prints comes as text. @param env beside what this process has */
export function start(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
) {
  const child = new Deno.Command(program, {
    args: [...args],
    // Runs of tests are not kept.
    env: { DOWNPOUR_RUNS: "", ...env },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const stdout = new TextReader(child.stdout);
  const stderr = new TextReader(child.stderr);
  const stdin = child.stdin.getWriter();
  return {
    stdout,
    stderr,
    kill: (signal: Deno.Signal) => child.kill(signal),
    type: (text: string) => stdin.write(new TextEncoder().encode(text)),
    /** Resolves with the exit code once all is read. */
    async ended(): Promise<number> {
      const [{ code }] = await Promise.all([child.status, stdout.all, stderr.all]);
      await stdin.abort().catch(() => {});
      return code;
    },
  };
}

/** Runs the command to its end. */
export async function downpour(...args: string[]) {
  const child = start("deno", [...COMMAND, ...args]);
  const code = await child.ended();
  return { code, stdout: child.stdout.text, stderr: child.stderr.text };
}

/** What came from a stream so far. */
export class TextReader {
  text = "";
  /** Resolves at its end. */
  readonly all: Promise<void>;
  #ended = false;
  #came = Promise.withResolvers<void>();

  constructor(stream: ReadableStream<Uint8Array>) {
    this.all = this.#read(stream);
  }

  /** Waits until something comes that was not there at `from`; its place behind it. */
  async until(wanted: RegExp, from = 0): Promise<number> {
    for (;;) {
      const match = wanted.exec(this.text.slice(from));
      if (match !== null) return from + match.index + match[0].length;
      if (this.#ended) throw new Error(`${wanted} did not come: ${this.text}`);
      await this.#came.promise;
    }
  }

  async #read(stream: ReadableStream<Uint8Array>): Promise<void> {
    const decoder = new TextDecoder();
    for await (const chunk of stream) {
      this.text += decoder.decode(chunk, { stream: true });
      this.#came.resolve();
      this.#came = Promise.withResolvers();
    }
    this.#ended = true;
    this.#came.resolve();
  }
}

/** A script in a folder that is gone afterwards. */
export async function withScript(
  text: string,
  use: (path: string) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${folder}/load.ts`, text);
    await use(`${folder}/load.ts`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
