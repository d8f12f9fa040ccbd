/**
 * Real programs that tests talk to: found on this machine, started on a free port, ended with the
 * test. A test whose program is missing is skipped by name: `(needs squid)`.
 *
 * @module
 */

/** A started program. */
export interface Program extends AsyncDisposable {
  /** A folder of the program's own; goes with it. */
  readonly folder: string;
  /** What it printed so far, both streams. */
  output(): Promise<string>;
}

const found = new Map<string, Promise<boolean>>();

/** Whether a program is on the PATH, where Debian's servers are included. */
export function hasProgram(name: string): Promise<boolean> {
  let known = found.get(name);
  if (known === undefined) {
    const find = new Deno.Command("bash", { args: ["-c", `${PATH} command -v "$0"`, name] });
    found.set(name, known = find.output().then(({ code }) => code === 0));
  }
  return known;
}

/** For the beginning of a shell command: where Debian and Go put programs is on the PATH too. */
export const PATH = `PATH="$PATH:/usr/sbin:/sbin:/usr/local/bin"`;

/**
 * Runs a shell command (end it with `exec program …`) in a folder of its own, whose path is `$0`,
 * and waits until `ready`.
 *
 * @param command for example `exec dnsmasq -k -C "$0/dnsmasq.conf"`
 * @param files written to the folder first, by name
 */
export async function startProgram(
  command: string,
  files: Readonly<Record<string, string>>,
  ready: (program: Program) => Promise<boolean>,
): Promise<Program> {
  const folder = await Deno.makeTempDir();
  for (const [name, text] of Object.entries(files)) {
    await Deno.writeTextFile(`${folder}/${name}`, text.replaceAll("$FOLDER", folder));
  }
  const child = new Deno.Command("bash", {
    args: ["-c", `${PATH}; export PATH; ${command} >"$0/output" 2>&1`, folder],
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
  let ended = false;
  child.status.then(() => ended = true);
  const program: Program = {
    folder,
    output: () => Deno.readTextFile(`${folder}/output`).catch(() => ""),
    async [Symbol.asyncDispose]() {
      if (!ended) child.kill("SIGTERM");
      const limit = setTimeout(() => child.kill("SIGKILL"), 3000);
      await child.status;
      clearTimeout(limit);
      await Deno.remove(folder, { recursive: true });
    },
  };
  for (let waited = 0; !(await ready(program)); waited++) {
    if (!ended && waited < 1000) await new Promise((resolve) => setTimeout(resolve, 10));
    else {
      const output = await program.output();
      await program[Symbol.asyncDispose]();
      throw new Error(`${command} ${ended ? "ended" : "isn't ready"}: ${output}`);
    }
  }
  return program;
}

/** Whether something accepts TCP connections on a loopback port: a `ready` for `startProgram`. */
export async function accepting(port: number): Promise<boolean> {
  try {
    (await Deno.connect({ hostname: "127.0.0.1", port })).close();
    return true;
  } catch {
    return false;
  }
}

/** A port that was free a moment ago. */
export function freePort(): number {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  return port;
}

/** A test that needs programs: skipped, with the reason in its name, where one is missing. */
export async function programTest(
  needs: readonly string[],
  name: string,
  fn: () => Promise<void>,
): Promise<void> {
  const missing: string[] = [];
  for (const program of needs) if (!(await hasProgram(program))) missing.push(program);
  const ignore = missing.length > 0;
  Deno.test({ name: ignore ? `${name} (needs ${missing.join(" and ")})` : name, ignore, fn });
}
