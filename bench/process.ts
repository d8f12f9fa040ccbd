import { fileURLToPath } from "node:url";

/** How a command ended. */
export interface Finished {
  /** Exit code; 137 when it was killed. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** User and system CPU of the command and all its descendants that were waited for. */
  readonly cpuSeconds: number;
}

/** A command that runs, in a process group of its own. */
export interface Running {
  /** Its process id: the root of its tree. */
  readonly pid: number;
  /** When it was executed, in microsecond-precise milliseconds since the epoch. */
  readonly startedAtMs: number;
  /** Resolves when it has ended, by itself or not. */
  readonly finished: Promise<Finished>;
  /** Ends it as its options say and waits for the end. */
  stop(): Promise<void>;
}

/** Settings of one command. */
export interface StartOptions {
  /** Longest time that it may take before it is killed. */
  readonly limitSeconds: number;
  /** Added to the environment. */
  readonly env?: Record<string, string>;
  /** Sent to the command alone 2 s before its group is killed. Default: killed at once. */
  readonly signal?: "TERM";
  /** Told all of its standard output so far, whenever more has come. */
  readonly onOutput?: (text: string) => void;
  /** Working directory. Default: the root of the repository. */
  readonly cwd?: string;
}

/** The root of the repository. */
export const ROOT: string = fileURLToPath(new URL("../", import.meta.url));

const OUTPUT_LIMIT_BYTES = 1 << 20;

/*
 * Runs a command in a process group of its own and reports on stderr: first its pid and the time
 * of its start, last what `times` says of the children (CPU of the whole tree, as getrusage counts
 * it, to the millisecond). The group is killed when our end of stdin closes, however the bench
 * ended, and when the limit is over. The group also ends with its leader. Deno lets only
 * `--allow-all` read /proc or wait with usage, hence a shell.
 */
const WRAPPER = `
set -m
exec 3>&2 2>/dev/null # keeps the shell's own notices out
limit=$1 signal=$2; shift 2
ulimit -S -n "$(ulimit -H -n)"
{ exec 2>&3 3>&-; printf '%s %s\\n' "$BASHPID" "$EPOCHREALTIME" >&2; exec "$@" </dev/null; } &
child=$!
trap : INT TERM HUP
{
  read -r -t "$limit" _
  if [[ $signal != KILL ]]; then kill -s "$signal" "$child"; sleep 2; fi
  kill -KILL -- "-$child"
} >/dev/null 3>&- &
watch=$!
wait "$child"; status=$?
while ((status > 128)) && kill -0 "$child"; do wait "$child"; status=$?; done
kill -KILL -- "-$child" "-$watch"
printf '\\n' >&3
times >&3
exit "$status"
`;

/* Sum of the resident bytes of a process and all its descendants, in KiB, exact (smaps_rollup). */
const RSS = `
queue=("$1"); total=0
while ((\${#queue[@]})); do
  pid=\${queue[0]}; queue=("\${queue[@]:1}")
  for file in /proc/$pid/task/*/children; do
    kids=(); read -r -a kids <"$file"; queue+=("\${kids[@]}")
  done
  while read -r key kib _; do
    if [[ $key == Rss: ]]; then ((total += kib)); break; fi
  done </proc/$pid/smaps_rollup
done 2>/dev/null
echo "$total"
`;

/** How to stop each command that runs. */
const running = new Set<() => Promise<void>>();
let closing = false;

/** Starts a command; resolves as it is executed: what it says shows when it runs. */
export async function start(argv: readonly string[], options: StartOptions): Promise<Running> {
  if (closing) throw new Error(`start ${argv[0]}: the bench is ending`);
  const child = new Deno.Command("bash", {
    args: ["-c", WRAPPER, "bench", String(options.limitSeconds), options.signal ?? "KILL", ...argv],
    cwd: options.cwd ?? ROOT,
    ...(options.env === undefined ? {} : { env: options.env }),
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();

  const began = Promise.withResolvers<{ pid: number; startedAtMs: number }>();
  const stdout = collect(child.stdout, options.onOutput);
  const stderr = collect(child.stderr, (text) => {
    const first = /^(\d+) (\d+)[.,](\d+)\n/.exec(text);
    if (first === null) return;
    began.resolve({
      pid: Number(first[1]),
      startedAtMs: Number(first[2]) * 1000 + Number(first[3]) / 1000,
    });
  });
  const finish = async (): Promise<Finished> => {
    const [out, err, status] = await Promise.all([stdout, stderr, child.status]);
    began.reject(new Error(`start ${argv[0]}: ${err.trim()}`));
    await child.stdin.close().catch(() => {}); // fails when the shell has gone first
    return { code: status.code, stdout: out, ...splitStderr(err) };
  };
  const finished = finish();
  const stop = async (): Promise<void> => {
    await child.stdin.close().catch(() => {});
    await finished;
  };
  running.add(stop);
  finished.finally(() => running.delete(stop));
  return { ...await began.promise, finished, stop };
}

/** Runs a command to its end. */
export async function run(argv: readonly string[], options: StartOptions): Promise<Finished> {
  return await (await start(argv, options)).finished;
}

/** Runs a command to its end; an exit code other than 0 is an error that shows its last lines. */
export async function runOk(argv: readonly string[], options: StartOptions): Promise<Finished> {
  const result = await run(argv, options);
  if (result.code !== 0) throw failure(argv, result);
  return result;
}

/** What went wrong with a command, for people: a first line without paths, then its last lines. */
export function failure(argv: readonly string[], result: Finished): Error {
  const name = argv[0]?.split("/").at(-1);
  const end = result.code === 137
    ? "was killed, perhaps for its limit of time"
    : `exited with ${result.code}`;
  const last = `${result.stdout}\n${result.stderr}`.trim().split("\n").slice(-6).join("\n  ");
  return new Error(`${name} ${end}\n  ${last}`.trimEnd());
}

/** Bytes that a process and its descendants have resident, summed; pages that they share count for each. */
export async function treeRssBytes(pid: number): Promise<number> {
  const { stdout } = await shell(RSS, String(pid));
  return Number(stdout) * 1024;
}

/** Runs a short piece of bash; its output, trimmed. */
export async function shell(
  script: string,
  ...args: string[]
): Promise<{ code: number; stdout: string }> {
  const output = await new Deno.Command("bash", {
    args: ["-c", script, "bench", ...args],
    cwd: ROOT,
    stdin: "null",
    stderr: "null",
  }).output();
  return { code: output.code, stdout: new TextDecoder().decode(output.stdout).trim() };
}

/** True once `stopAll` was called: what fails from then on fails for that. */
export function isEnding(): boolean {
  return closing;
}

/** Ends everything that was started here, for good. */
export async function stopAll(): Promise<void> {
  closing = true;
  await Promise.all([...running].map((stop) => stop()));
}

/** Splits what the wrapper wrote into the command's own lines and its CPU seconds. */
function splitStderr(text: string): { stderr: string; cpuSeconds: number } {
  const lines = text.trimEnd().split("\n");
  const times = /^(\d+)m([\d.,]+)s (\d+)m([\d.,]+)s$/.exec(lines[lines.length - 1] ?? "");
  const seconds = (minutes: string | undefined, rest: string | undefined): number =>
    Number(minutes) * 60 + Number(rest?.replace(",", "."));
  return {
    stderr: lines.slice(1, -3).join("\n"),
    cpuSeconds: times === null ? NaN : seconds(times[1], times[2]) + seconds(times[3], times[4]),
  };
}

/** The text of a stream: its beginning and, past the cap, its end. */
async function collect(
  stream: ReadableStream<Uint8Array>,
  seen?: (text: string) => void,
): Promise<string> {
  let text = "";
  const decoder = new TextDecoder();
  for await (const bytes of stream) {
    text += decoder.decode(bytes, { stream: true });
    if (text.length > OUTPUT_LIMIT_BYTES) {
      text = text.slice(0, 4096) + text.slice(-OUTPUT_LIMIT_BYTES / 2);
    }
    seen?.(text);
  }
  return text;
}
