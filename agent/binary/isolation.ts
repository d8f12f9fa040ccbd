import { JOB_VARIABLE } from "../processes.ts";
import { AgentError } from "../errors.ts";
import type { BinaryLimits } from "./limits.ts";

/** A measure that keeps a program apart from the agent and the machine. */
export type Protection =
  /** Its processes are one group: all of them are ended. */
  | "process_group"
  /** It has no terminal, and a session of its own. */
  | "session"
  /** It sees no variable of the agent's. */
  | "clean_environment"
  /** A folder of its own, that nobody else reads. */
  | "own_folder"
  /** Limits of files, memory, core dumps and processes. */
  | "resource_limits"
  /** It is killed when the agent is. */
  | "ends_with_agent"
  /** Set-uid programs give it nothing. */
  | "no_new_privileges"
  /** None of root's capabilities. */
  | "no_capabilities"
  /** A user of its own. */
  | "own_user";

/** Programs of this machine that isolate, and who runs the agent. */
export interface Isolators {
  /** util-linux: a session of its own. */
  readonly setsid: boolean;
  /** util-linux: no new privileges, another user. */
  readonly setpriv: boolean;
  /** Whether the agent runs as root. */
  readonly root: boolean;
}

/**
 * Whom programs run as when an agent of root's names nobody. No account has the number: Debian
 * reserves it, systemd leaves it unused. Not nobody's (65534): servers run as that.
 */
export const PROGRAM_UID = 65_533;

/** Finds what this machine has. */
export async function findIsolators(): Promise<Isolators> {
  const script =
    'for name in setsid setpriv; do command -v "$name" >/dev/null && echo "$name"; done; ' +
    "((EUID == 0)) && echo root; true";
  const { stdout } = await new Deno.Command("bash", {
    args: ["-c", `PATH="$PATH:/usr/bin:/bin"; ${script}`],
    stdin: "null",
    stderr: "null",
  }).output();
  const found = new Set(new TextDecoder().decode(stdout).split("\n"));
  return { setsid: found.has("setsid"), setpriv: found.has("setpriv"), root: found.has("root") };
}

/** How a program is run. */
export interface Isolation {
  /** What goes before the program. */
  readonly command: readonly string[];
  /** Bash's `ulimit` settings: letter and value. */
  readonly rlimits: readonly string[];
  /** What this comes to. */
  readonly protections: readonly Protection[];
}

/**
 * Whom uploaded programs run as: never root unless that is said.
 *
 * @param uid what was asked for: 0 for root, null for nobody in particular
 * @returns user and group; null for the agent's own
 * @throws {AgentError} `own_user_impossible`
 */
export function programUser({ setpriv, root }: Isolators, uid: number | null): number | null {
  if (uid === (root ? 0 : null)) return null;
  if (root && setpriv) return uid ?? PROGRAM_UID;
  throw ownUserImpossible(uid);
}

function ownUserImpossible(uid: number | null): AgentError {
  const message = uid === null
    ? "uploaded binaries would run as root: install setpriv, of util-linux, or say so with uid 0"
    : `the program can't run as user ${uid}: that takes an agent of root's, and setpriv`;
  return new AgentError("own_user_impossible", message, { phase: "start" });
}

/**
 * Decides how a program of a job is run with what this machine has.
 *
 * @param uid user and group to run as; null for the agent's own
 * @throws {AgentError} `own_user_impossible`
 */
export function isolate(
  { setsid, setpriv, root }: Isolators,
  { job, folder, uid, limits }: {
    readonly job: string;
    readonly folder: string;
    readonly uid: number | null;
    readonly limits: BinaryLimits;
  },
): Isolation {
  if (uid !== null && !(root && setpriv)) throw ownUserImpossible(uid);
  const protections: Protection[] = [
    ...["process_group", "clean_environment", "own_folder", "resource_limits"] as const,
    "ends_with_agent",
  ];
  const command: string[] = [];
  if (setsid) {
    command.push("setsid");
    protections.push("session");
  }
  command.push(
    ...["env", "-i", `${JOB_VARIABLE}=${job}`, `HOME=${folder}`, `TMPDIR=${folder}`],
    ...["PATH=/usr/local/bin:/usr/bin:/bin", "LANG=C.UTF-8"],
  );
  if (setpriv) {
    command.push("setpriv", "--no-new-privs", "--inh-caps=-all");
    protections.push("no_new_privileges");
    if (root) {
      command.push("--bounding-set=-all");
      protections.push("no_capabilities");
    }
    if (uid !== null) {
      command.push(`--reuid=${uid}`, `--regid=${uid}`, "--clear-groups");
      protections.push("own_user");
    }
  }
  const kib = (bytes: number): number => Math.ceil(bytes / 1024);
  const rlimits = [
    ...["c=0", `n=${limits.openFiles}`],
    ...[`d=${kib(limits.memoryBytes)}`, `f=${kib(limits.fileBytes)}`],
    ...(uid === null ? [] : [`u=${limits.processes}`]),
  ];
  return { command, rlimits, protections };
}
