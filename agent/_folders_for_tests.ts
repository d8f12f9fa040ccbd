/** A folder that is gone afterwards. */
export async function withFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await use(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Waits until something is so. */
export async function until(so: () => boolean | Promise<boolean>, what: string): Promise<void> {
  for (let tries = 0; !(await so()); tries++) {
    if (tries === 2000) throw new Error(`it never came to: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** Makes a symbolic link: Deno asks for all permissions. */
export async function link(target: string, path: string): Promise<void> {
  const command = new Deno.Command("bash", { args: ["-c", 'ln -s "$0" "$1"', target, path] });
  if (!(await command.output()).success) throw new Error(`no link at ${path}`);
}

/** Names in a folder, sorted. */
export async function namesIn(folder: string): Promise<string[]> {
  return (await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name).sort();
}
