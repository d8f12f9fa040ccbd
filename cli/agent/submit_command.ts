import { ExitCode, OptionError } from "../../internal/mod.ts";
import {
  type Host as AgentHost,
  LOCAL_HOSTS,
  readHosts,
  renderProgress,
  renderSubmit,
  submit,
  type SubmitOptions,
} from "../../agent/mod.ts";
import { type Host, wantsColor, wantsLiveLine, writeQuietly } from "../host.ts";
import { thresholdOverride } from "../threshold_flags.ts";
import { commaList, oneOf } from "../values.ts";
import type { SubmitFlags } from "./options.ts";
import { COLLECTOR_TOKEN, TOKEN, tokenOf } from "./tokens.ts";

/** Runs a command; gives its exit code. */
type RunCommand = (args: readonly string[], host: Host) => Promise<number>;

/** Where nobody watches, progress comes so often, milliseconds. */
const QUIET_LINES_MS = 10_000;

/**
 * `downpour submit`: runs a job on agents as golo-cli does. The summary, or JSON, is all that goes to
 * standard output.
 *
 * @param run another command, on behalf of this one
 */
export async function submitCommand(
  flags: SubmitFlags,
  host: Host,
  run: RunCommand,
): Promise<number> {
  const stop = new AbortController();
  const removeSignals = host.onSignal(() => stop.abort());
  try {
    const options = await submitSettings(flags, host);
    const done = await withUpload(flags, host, run, (upload) =>
      submit({
        ...options,
        ...upload,
        onProgress: flags.quiet === true ? () => {} : progressOf(host),
        signal: stop.signal,
      }));
    const width = host.columns() ?? 100;
    const color = wantsColor(host, "stdout", flags.color !== false);
    host.write(
      "stdout",
      flags.json === true
        ? `${JSON.stringify(done, null, 2)}\n`
        : renderSubmit(done, { width, color }),
    );
    return stop.signal.aborted ? ExitCode.signal : done.exitCode;
  } finally {
    removeSignals();
  }
}

async function submitSettings(
  flags: SubmitFlags,
  host: Host,
): Promise<Omit<SubmitOptions, "schedule" | "script">> {
  const { file, insecure, collector, threshold } = flags;
  if (file === undefined) {
    throw new OptionError("--file", "--file is missing: the job, as in -f job.toml");
  }
  const { thresholds = {} } = thresholdOverride(threshold) as {
    thresholds?: Record<string, string[]>;
  };
  return {
    jobFile: file,
    hosts: hostsOf(flags, host),
    token: await tokenOf(host, "--token-file", flags.tokenFile, TOKEN),
    insecure: insecure === true,
    ...(collector === undefined ? {} : { collectors: commaList("--collector", collector) }),
    collectorToken: await tokenOf(
      host,
      "--collector-token-file",
      flags.collectorTokenFile,
      COLLECTOR_TOKEN,
    ),
    thresholds: Object.entries(thresholds).flatMap(([metric, rules]) =>
      rules.map((rule) => `${metric}: ${rule}`)
    ),
  };
}

/** The agents of `--hosts`, else of `GOLO_HOSTS`, else the one of this machine. */
function hostsOf({ hosts, provider }: SubmitFlags, host: Host): readonly AgentHost[] {
  if (provider === "digitalocean") {
    throw new OptionError(
      "--provider",
      "--provider digitalocean makes no machines here: start agents, and name them by --hosts",
    );
  }
  const from = provider === undefined ? null : oneOf("--provider", provider, ["localhost", "env"]);
  if (hosts !== undefined) return readHosts(hosts, "--hosts");
  if (from === "localhost") return LOCAL_HOSTS;
  const named = host.env("GOLO_HOSTS");
  if (named !== undefined && named !== "") return readHosts(named, "GOLO_HOSTS");
  if (from === "env") {
    throw new OptionError(
      "--provider",
      "--provider env needs GOLO_HOSTS, which is not set or may not be read (deno run --allow-env=GOLO_HOSTS)",
    );
  }
  return LOCAL_HOSTS;
}

/** Gives what is uploaded; a script is put into an archive first. */
async function withUpload<T>(
  { schedule, script, env = [] }: SubmitFlags,
  host: Host,
  run: RunCommand,
  use: (upload: Pick<SubmitOptions, "schedule" | "script">) => Promise<T>,
): Promise<T> {
  if (schedule !== undefined && script !== undefined) {
    throw new OptionError("--script", "--schedule and --script exclude each other: give one");
  }
  if (schedule !== undefined) return await use({ schedule });
  if (script === undefined) {
    throw new OptionError(
      "--schedule",
      "give --schedule, a binary, or --script, a load test in TypeScript",
    );
  }
  if (script.endsWith(".tar")) {
    if (env.length === 0) return await use({ script });
    throw new OptionError(
      "--env",
      "--env is for a script: an archive has its own since it was made",
    );
  }
  const archive = await Deno.makeTempFile({ prefix: "downpour-", suffix: ".tar" });
  try {
    const args = ["archive", script, "-o", archive, ...env.flatMap((value) => ["-e", value])];
    const silent: Host = {
      ...host,
      write: (stream, text) => stream === "stdout" ? undefined : host.write(stream, text),
    };
    const code = await run(args, silent);
    if (code !== 0) {
      throw new OptionError(
        "--script",
        `--script ${script} can't be put into an archive: see above`,
      );
    }
    return await use({ script: archive });
  } finally {
    await Deno.remove(archive).catch(() => {});
  }
}

/** Shows how the hosts stand: redrawn on a terminal, else a line of each now and then. */
function progressOf(host: Host): NonNullable<SubmitOptions["onProgress"]> {
  const live = wantsLiveLine(host);
  let lines = 0;
  let shownAt = -Infinity;
  let last = "";
  return (hosts) => {
    const states = hosts.map(({ state }) => state).join();
    if (!live && states === last && host.now() - shownAt < QUIET_LINES_MS) return;
    [last, shownAt] = [states, host.now()];
    const text = renderProgress(hosts, host.columns() ?? 100);
    // Up over what was drawn before, and all below it cleared.
    const back = live && lines > 0 ? `\x1b[${lines}A\x1b[J` : "";
    writeQuietly(host, `${back}${text}`);
    lines = text.split("\n").length - 1;
  };
}
