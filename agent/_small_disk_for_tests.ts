import { withFolder } from "./_folders_for_tests.ts";

async function bash(script: string, ...args: string[]): Promise<boolean> {
  const command = new Deno.Command("bash", {
    args: ["-c", script, ...args],
    stdout: "null",
    stderr: "null",
  });
  return (await command.output()).success;
}

/** A file system of 1 MiB, mounted while `use` runs. */
export async function withSmallDisk(use: (folder: string) => Promise<void>): Promise<void> {
  await withFolder(async (folder) => {
    if (!await bash('mount -t tmpfs -o size=1m tmpfs "$0"', folder)) throw new Error("no mount");
    try {
      await use(folder);
    } finally {
      await bash('umount "$0"', folder);
    }
  });
}

/** Fills what is left of a disk. */
export async function fill(path: string): Promise<void> {
  for (const size of [64 * 1024, 4096, 1]) {
    using file = await Deno.open(path, { create: true, append: true });
    try {
      for (;;) await file.write(new Uint8Array(size));
    } catch {
      // Full.
    }
  }
}

/** Whether this machine lets tests mount a disk. */
export const canMount = await bash(
  'd=$(mktemp -d) && mount -t tmpfs tmpfs "$d" && umount "$d"; rmdir "$d"',
);
