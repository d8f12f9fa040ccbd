const CLI = new URL("../cli.ts", import.meta.url).href;
/** The permissions that the command is meant to have. */
const FLAGS = ["--no-prompt", "--allow-net", "--allow-read", "--allow-write", "--allow-run=deno"];

/** How a command ended. */
export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** What a command is given besides its arguments. */
export interface Given {
  readonly stdin?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs `downpour ARGS` in a folder, as a process of its own. */
export async function downpour(
  folder: string,
  args: readonly string[],
  given: Given = {},
): Promise<Ended> {
  return await ended("deno", ["run", "--quiet", ...FLAGS, CLI, ...args], folder, given);
}

/** Runs a program in a folder, to its end. */
export async function ended(
  program: "deno" | "bash",
  args: readonly string[],
  folder: string,
  given: Given = {},
): Promise<Ended> {
  const child = new Deno.Command(program, {
    args: [...args],
    cwd: folder,
    env: { NO_COLOR: "1", ...given.env },
    stdin: given.stdin === undefined ? "null" : "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  if (given.stdin !== undefined) await new Blob([given.stdin]).stream().pipeTo(child.stdin);
  const { code, stdout, stderr } = await child.output();
  const decoder = new TextDecoder();
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}

/** Writes files, by their path in a folder. */
export async function writeFiles(
  folder: string,
  files: Readonly<Record<string, string>>,
): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    const slash = path.lastIndexOf("/");
    if (slash > 0) await Deno.mkdir(`${folder}/${path.slice(0, slash)}`, { recursive: true });
    await Deno.writeTextFile(`${folder}/${path}`, text);
  }
}
