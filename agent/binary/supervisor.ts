import { AgentError } from "../errors.ts";
import type { Isolation } from "./isolation.ts";

/*
 * Runs the program in a group of its own and watches over it, a shell as Deno makes no groups and
 * signals none. Its standard input is what holds the program to the agent: a line means "end it"
 * (SIGTERM to the group, SIGKILL after the grace), its end that the agent is dead. Both outputs
 * are the program's alone, so that they end with it; the first line on stderr is its pid.
 */
const SUPERVISOR = `
folder=$1 grace=$2 rlimits=$3 session=$4; shift 4
exec 3<&0
cd "$folder" || exit 125
trap : INT TERM HUP # of the agent's terminal: not for the program, and not for its keeper
[[ $session == yes ]] || set -m
{
  exec 3<&-
  for limit in $rlimits; do ulimit "-\${limit%%=*}" "\${limit#*=}" 2>/dev/null; done
  printf '%s\\n' "$BASHPID" >&2
  exec "$@" </dev/null
} &
child=$!
exec >/dev/null 2>&1
signal() { kill -s "$1" -- "-$child" || kill -s "$1" "$child"; }
while kill -0 "$child"; do
  read -r -t 0.1 -u 3 _
  (($? > 128)) || break # no line within the time
done
signal TERM
for ((left = grace; left > 0; left--)); do
  kill -0 -- "-$child" || break
  read -r -t 0.1 -u 3 _
  (($? > 128)) || break
done
signal KILL
wait "$child"
`;

/** A program that runs. */
export interface Supervised {
  /** Of the program, and of its process group. */
  readonly pid: number;
  readonly stdout: ReadableStream<Uint8Array>;
  /** What is behind the pid. */
  readonly stderr: ReadableStream<Uint8Array>;
  /** Resolves when the program and its group have ended: its exit code, 128 + n for a signal n. */
  readonly exited: Promise<number>;
  /** Ends the group: SIGTERM, the grace, SIGKILL; a second time: SIGKILL now. */
  end(): Promise<void>;
}

/**
 * Starts a program.
 *
 * @param program its path, from the folder or absolute
 * @param graceSeconds between SIGTERM and SIGKILL
 * @throws {AgentError} `program_not_started`
 */
export async function startSupervised(
  program: string,
  { folder, graceSeconds, isolation }: {
    readonly folder: string;
    readonly graceSeconds: number;
    readonly isolation: Isolation;
  },
): Promise<Supervised> {
  const { command, rlimits, protections } = isolation;
  const session = protections.includes("session") ? "yes" : "no";
  const tenths = String(Math.ceil(graceSeconds * 10));
  const child = new Deno.Command("bash", {
    args: [
      ...["-c", SUPERVISOR, "downpour", folder, tenths, rlimits.join(" "), session],
      ...[...command, program],
    ],
    clearEnv: true,
    env: { PATH: "/usr/local/bin:/usr/bin:/bin" },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const input = child.stdin.getWriter();
  input.closed.catch(() => {}); // it goes first when the program ends by itself
  const exited = child.status.then(async ({ code }) => {
    await input.close().catch(() => {});
    return code;
  });
  const { line, rest } = await firstLine(child.stderr);
  const pid = Number(line);
  if (!Number.isInteger(pid) || pid <= 0) {
    await Promise.all([rest.cancel(), child.stdout.cancel(), input.close().catch(() => {})]);
    const code = await exited;
    throw new AgentError(
      "program_not_started",
      `the program can't be started: exit code ${code}, ${line || "no message"}`,
      { phase: "start" },
    );
  }
  const end = (): Promise<void> => input.write(new TextEncoder().encode("end\n")).catch(() => {});
  return { pid, stdout: child.stdout, stderr: rest, exited, end };
}

/** The first line of a stream, and the stream behind it. */
async function firstLine(
  stream: ReadableStream<Uint8Array>,
): Promise<{ line: string; rest: ReadableStream<Uint8Array> }> {
  const reader = stream.getReader();
  let text = "";
  let tail = new Uint8Array(0);
  while (text.length < 1000) {
    const { value, done } = await reader.read();
    if (done) break;
    const end = value.indexOf(10);
    text += new TextDecoder().decode(end < 0 ? value : value.subarray(0, end));
    if (end < 0) continue;
    tail = value.slice(end + 1);
    break;
  }
  const rest = new ReadableStream<Uint8Array>({
    start(controller) {
      if (tail.length > 0) controller.enqueue(tail);
    },
    async pull(controller) {
      const { value, done } = await reader.read();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    cancel: (reason) => reader.cancel(reason),
  });
  return { line: text, rest };
}
