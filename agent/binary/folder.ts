import { AgentError } from "../errors.ts";

/** The program's name in its folder. */
export const PROGRAM = "load";

/**
 * Makes a folder that is new, for one user alone, and puts the program into it: as a link where
 * that can be, else as a copy.
 *
 * @param uid whose it is; null for the agent's own
 * @throws {AgentError} `folder_failed`; also when the folder is there already
 */
export async function makeProgramFolder(
  folder: string,
  binary: string,
  uid: number | null,
): Promise<void> {
  try {
    await Deno.mkdir(folder, { mode: 0o700 });
  } catch (cause) {
    throw failed(folder, cause);
  }
  try {
    const program = `${folder}/${PROGRAM}`;
    const { isFile, mode } = await Deno.lstat(binary);
    if (!isFile) throw new Error(`${binary} is no file`);
    const everybody = mode !== null && (mode & 0o555) === 0o555;
    // A link is of the upload's owner: the program can't change it as another user.
    if (everybody) await Deno.link(binary, program).catch(() => Deno.copyFile(binary, program));
    else await Deno.copyFile(binary, program);
    if (!everybody) await Deno.chmod(program, 0o555);
    if (uid !== null) await Deno.chown(folder, uid, uid);
  } catch (cause) {
    await removeFolder(folder);
    throw failed(folder, cause);
  }
}

/** Removes a folder with what the program has left there; whether it is gone. */
export async function removeFolder(folder: string): Promise<boolean> {
  try {
    await Deno.remove(folder, { recursive: true });
    return true;
  } catch (error) {
    return error instanceof Deno.errors.NotFound;
  }
}

function failed(folder: string, cause: unknown): AgentError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new AgentError("folder_failed", `can't prepare the folder ${folder}: ${reason}`, {
    phase: "start",
    cause,
  });
}
