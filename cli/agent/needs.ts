import { DownpourError, ExitCode } from "../../internal/mod.ts";

/** A permission of Deno's that a command can't do without. */
export interface Need {
  readonly permission: Deno.PermissionDescriptor;
  /** The flag that gives it. */
  readonly flag: string;
  /** What it is for. */
  readonly why: string;
}

/** Thrown where a process may not do what its command is for. */
export class PermissionMissing extends DownpourError {
  /** Name of the class, for logs. */
  override readonly name = "PermissionMissing";
  /** That of a command line that can't be used. */
  readonly exitCode: number = ExitCode.usage;
}

/**
 * Checks all permissions of a command at once, before it begins.
 *
 * @param task the task of `deno.json` that has them
 * @throws {PermissionMissing} naming each that is missing, and its flag
 */
export async function requirePermissions(
  command: string,
  task: string,
  needs: readonly Need[],
): Promise<void> {
  const missing: Need[] = [];
  for (const need of needs) {
    if ((await Deno.permissions.query(need.permission)).state !== "granted") missing.push(need);
  }
  if (missing.length === 0) return;
  const lines = missing.map(({ flag, why }) => `  ${flag}  ${why}`);
  throw new PermissionMissing(
    "permission_missing",
    `${command} may not do what it is for: use deno task ${task}, or give deno run\n` +
      lines.join("\n"),
  );
}
