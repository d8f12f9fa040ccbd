import { denoCommand } from "../internal/mod.ts";

/** The same for a child, whose group and terminal are this process' own. */
const READ_OWN = `Deno.stdout.writeSync(Deno.readFileSync("/proc/self/stat"))`;

/**
 * Whether the terminal is this process' to change. To change, or to read, another job's (as after
 * `downpour … &`) would stop this process. Linux tells by a file that Deno shows only to those who
 * have all permissions; else bash is asked, or another deno, whichever may be run. Where none can
 * tell, the answer is no. On other systems it is yes: there is nothing to ask.
 */
export async function inForeground(): Promise<boolean> {
  if (Deno.build.os !== "linux") return true;
  const stat = ownStat() ??
    await told("bash", ["-c", "read -r line </proc/$PPID/stat; echo $line"]) ??
    await told(denoCommand(), ["eval", READ_OWN]);
  return stat !== null && isForeground(stat);
}

/** Whether a process of this `/proc/PID/stat` (proc_pid_stat(5)) is in its terminal's foreground. */
export function isForeground(stat: string): boolean {
  // Behind the name, which may hold anything: state, parent, group, session, terminal, its group.
  const fields = stat.slice(stat.lastIndexOf(") ") + 2).trim().split(" ");
  return fields.length > 5 && fields[2] === fields[5];
}

function ownStat(): string | null {
  const all = (["read", "ffi"] as const)
    .every((name) => Deno.permissions.querySync({ name }).state === "granted");
  if (!all) return null;
  try {
    return Deno.readTextFileSync("/proc/self/stat");
  } catch {
    return null;
  }
}

/** What a program prints; null where it may not be run or fails. */
async function told(program: string, args: string[]): Promise<string | null> {
  const { state } = Deno.permissions.querySync({ name: "run", command: program });
  if (state !== "granted") return null;
  try {
    const { success, stdout } = await new Deno.Command(program, {
      args,
      ...{ stdin: "null", stdout: "piped", stderr: "null" } as const,
    }).output();
    return success ? new TextDecoder().decode(stdout) : null;
  } catch {
    return null;
  }
}
