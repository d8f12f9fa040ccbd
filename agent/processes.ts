/** Which process it is, also after its number was given to another. */
export interface ProcessIdentity {
  /** Its number, which is also that of its process group. */
  readonly pid: number;
  /** When it began, clock ticks since the boot (`/proc/PID/stat`); null where there is no `/proc`. */
  readonly startTicks: string | null;
  /** The boot that it belongs to; null where there is no `/proc`. */
  readonly bootId: string | null;
}

/** Variable that is set for every process of a job, to its id: what left its group is found by it. */
export const JOB_VARIABLE = "DOWNPOUR_JOB";

/* A process's state and start: what stands behind the name, which may hold anything. */
const START_OF = `
start_of() { # PID: sets started, group
  local line fields
  started= group=
  { read -r -d '' line <"/proc/$1/stat"; } 2>/dev/null
  [[ $line ]] || return 1
  read -r -a fields <<<"\${line##*) }"
  [[ \${fields[0]} == [ZX] ]] && state=dead || state=alive
  group=\${fields[2]} started=\${fields[19]}
}
boot=; { read -r boot </proc/sys/kernel/random/boot_id; } 2>/dev/null
`;

const IDENTIFY = `${START_OF}
start_of "$1" || exit 1
printf '%s %s\\n' "$started" "$boot"
`;

/*
 * Kills what is left of a job: its process group, if its leader is still the one that was written
 * down, and every process that has the job's id in its environment. Prints how many were alive, and
 * how many still are after all tries. Only a shell may read another's environment: Deno asks for
 * all permissions.
 */
const KILL = `${START_OF}
job=$1 pid=$2 ticks=$3 wanted_boot=$4 first=-1
[[ -d /proc/self && ( -z $wanted_boot || $wanted_boot == "$boot" ) ]] || { echo '0 0'; exit; }
for ((try = 0; try < 100; try++)); do
  leader=no
  if [[ $pid ]] && start_of "$pid" && [[ $started == "$ticks" ]]; then leader=yes; fi
  alive=0
  for folder in /proc/[0-9]*; do
    one=\${folder#/proc/}
    [[ $one == "$$" || $one == "$BASHPID" ]] && continue
    start_of "$one" || continue
    [[ $state == alive ]] || continue
    ours=no
    if [[ $leader == yes && $group == "$pid" ]]; then ours=yes; else
      { mapfile -d '' -t variables <"$folder/environ"; } 2>/dev/null || variables=()
      for variable in "\${variables[@]}"; do
        if [[ $variable == "${JOB_VARIABLE}=$job" ]]; then ours=yes; break; fi
      done
    fi
    [[ $ours == yes ]] || continue
    alive=$((alive + 1))
    kill -KILL "$one" 2>/dev/null
  done
  ((first < 0)) && first=$alive
  ((alive == 0)) && break
  read -r -t 0.02 _ <> <(:)
done
echo "$first $alive"
`;

/** Says which process a number stands for now; null when there is none, or no `/proc`. */
export async function identifyProcess(pid: number): Promise<ProcessIdentity> {
  const [startTicks = null, bootId = null] = await bash(IDENTIFY, String(pid));
  return { pid, startTicks, bootId };
}

/**
 * Kills what is left of a job of an agent that has ended: its process group, and whatever carries
 * its id in `DOWNPOUR_JOB`.
 *
 * @param process the leader of its group, where it was written down
 * @returns how many processes there were, and how many can't be killed
 */
export async function killOrphans(
  job: string,
  process: ProcessIdentity | null,
): Promise<{ found: number; left: number }> {
  const leader = process?.startTicks == null ? "" : String(process.pid);
  const [found, left] = await bash(
    KILL,
    ...[job, leader, process?.startTicks ?? "", process?.bootId ?? ""],
  );
  return { found: Number(found ?? 0), left: Number(left ?? 0) };
}

async function bash(script: string, ...args: string[]): Promise<string[]> {
  const { stdout } = await new Deno.Command("bash", {
    args: ["-c", script, "downpour", ...args],
    stdin: "null",
    stderr: "null",
  }).output();
  return new TextDecoder().decode(stdout).trim().split(" ").filter((word) => word !== "");
}
