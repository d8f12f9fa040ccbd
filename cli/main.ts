import { ExitCode, OptionError, VERSION } from "../internal/mod.ts";
import type { RunRequest, ShardSetup, Standby } from "../runner/mod.ts";
import type { CommandLine } from "./args.ts";
import { checkWritable } from "./files.ts";
import { SHARD_ENTRY } from "./early.ts";
import { type Host, processHost, writeQuietly } from "./host.ts";
import { formatOutputs, summaryFormat } from "./format.ts";
import { NOTHING } from "./permissions.ts";
import { closing } from "./closing.ts";
import { explain } from "./explain.ts";
import { type ScriptSource, withScript } from "./script_source.ts";
import { withServers } from "./with_servers.ts";
import { controlPlace } from "./control_place.ts";
import { MODULE_NAMES } from "./module_names.ts";
import { load, type Output, type Starter } from "./load.ts";
import type { InspectFlags, LoadFlags, ScriptFlags } from "./options.ts";
import { outputsOf } from "./outputs.ts";
import { pagePlace } from "./page/place.ts";
import { placeToKeep } from "./runs_place.ts";
import { type RequestPart, shardCount } from "./request.ts";

/** What tests put in place of the process and the runner. */
export interface MainOptions {
  /** The process around the command. */
  readonly host?: Host;
  /** Starts runs. */
  readonly start?: Starter;
}

/**
 * The `downpour` command: reads `args`, does what they ask, and says how it went.
 *
 * @param standby shards that were started ahead
 * @returns the exit code; the caller sets it
 */
export async function main(
  args: readonly string[],
  options: MainOptions = {},
  standby?: Standby,
): Promise<number> {
  const host = options.host ?? processHost();
  if (standby !== undefined) import("../runner/mod.ts").catch(() => {});
  try {
    const { parseCommandLine } = await import("./args.ts");
    const line = parseCommandLine(args, { width: Math.min(host.columns() ?? 100, 100) });
    return await run(line, host, starterOf(options.start, standby));
  } catch (error) {
    const { exitCode, text } = explain(error);
    writeQuietly(host, `downpour: ${text}\n`);
    return exitCode;
  } finally {
    await standby?.close();
  }
}

async function run(
  line: CommandLine,
  host: Host,
  starter: () => Promise<Starter>,
): Promise<number> {
  switch (line.command) {
    case "help":
      return printText(host, line.text);
    case "version":
      return printText(host, `downpour ${VERSION}\n`);
    case "target": {
      const { serveTarget } = await import("./target.ts");
      return await serveTarget(line.flags, host);
    }
    case "serve": {
      const { serveCommand } = await import("./serve_command.ts");
      return await serveCommand(line.component, line.flags, host);
    }
    case "agent": {
      const { agentCommand } = await import("./agent/agent_command.ts");
      return await agentCommand(line.flags, host);
    }
    case "submit": {
      const { submitCommand } = await import("./agent/submit_command.ts");
      return await submitCommand(line.flags, host, (args, host) => main(args, { host }));
    }
    case "collector": {
      const { collectorCommand } = await import("./agent/collector_command.ts");
      return await collectorCommand(line.flags, host);
    }
    case "stress": {
      const { stressCommand } = await import("./stress_command.ts");
      return await stressCommand(line.file, line.flags, host, async (part) => {
        const output = await outputOf(line.flags, host);
        const request = await completed(part, line.flags, host);
        const shown = { ...output, view: "packets", script: line.file } as const;
        return await load(await starter(), request, shown, host);
      });
    }
    case "parser": {
      const { parserCommand } = await import("./parser/mod.ts");
      return await parserCommand(line.action, line.path, line.flags, host);
    }
    case "quick": {
      const output = await outputOf(line.flags, host);
      const { quickCommand } = await import("./quick_command.ts");
      return await quickCommand(line.url, line.flags, host, async (part) => {
        const request = await completed(part, line.flags, host);
        return await load(await starter(), request, output, host);
      });
    }
    case "status":
    case "pause":
    case "resume":
    case "scale":
    case "stop": {
      const { controlRun } = await import("./control_commands.ts");
      return await controlRun(line.command, line.flags, host);
    }
    case "completion": {
      const { completionOf } = await import("./completion.ts");
      return printText(host, completionOf(line.shell));
    }
    case "runs": {
      const { runsCommand } = await import("./runs_command.ts");
      return await runsCommand(line.run, line.flags, host);
    }
    case "report": {
      const { reportCommand } = await import("./page/report_command.ts");
      return await reportCommand(line.run, line.flags, host);
    }
    case "dash": {
      const { dashCommand } = await import("./page/dash_command.ts");
      return await dashCommand(line.run, line.flags, host);
    }
    case "compare": {
      const { compareCommand } = await import("./compare_command.ts");
      return await compareCommand(line.before, line.after, line.flags, host);
    }
    case "import": {
      const { importCommand } = await import("./import_command.ts");
      return await importCommand(line.input, line.flags, host);
    }
    case "record": {
      const { recordCommand } = await import("./record_command.ts");
      return await recordCommand(line.flags, host);
    }
    case "init": {
      const { initFolder } = await import("./init.ts");
      return printText(host, await initFolder(line.folder));
    }
    default:
      return await withScript(line.script, (script) => runWith(script, line, host, starter));
  }
}

/** What a command does with its script. */
async function runWith(
  script: ScriptSource,
  line: Extract<CommandLine, { script: string }>,
  host: Host,
  starter: () => Promise<Starter>,
): Promise<number> {
  switch (line.command) {
    case "run":
      return await runScript(script, line.flags, host, starter);
    case "inspect":
      return await inspectScript(script, line.flags, host);
    default: {
      const { archiveCommand, checkCommand, permsCommand } = await import("./script_commands.ts");
      const request = await withShards(await requestOf(script, line.flags, host), line.flags);
      if (line.command === "archive") {
        return await archiveCommand(script, request, line.flags, host);
      }
      const command = line.command === "check" ? checkCommand : permsCommand;
      return await withServers(
        line.flags,
        request,
        host,
        (request) => command(script, request, line.flags, host),
      );
    }
  }
}

async function runScript(
  script: ScriptSource,
  flags: ScriptFlags,
  host: Host,
  starter: () => Promise<Starter>,
): Promise<number> {
  const part = await requestOf(script, flags, host);
  const output = await outputOf(flags, host, flags.allowWrite);
  const request = await completed(part, flags, host);
  if (flags.check) {
    const { checkTypes } = await import("./check_types.ts");
    await checkTypes(script.path);
  }
  const { result, exitCode } = await withServers(
    flags,
    request,
    host,
    async (request) =>
      await load(await starter(), request, { ...output, script: script.path }, host),
  );
  return closing(host, result, exitCode, null);
}

/**
 * `downpour inspect`: one process loads the script, and says what it would run. Loading needs no
 * network, so it gets none unless told.
 */
async function inspectScript(
  script: ScriptSource,
  flags: InspectFlags,
  host: Host,
): Promise<number> {
  const part = await requestOf(script, flags, host);
  const least = flags.allowNet === undefined ? { ...part, allowNet: [] } : part;
  const request = await withShards(least, flags);
  const [{ inspectRun }, { renderInspection }] = await Promise.all([
    import("../runner/mod.ts"),
    import("./inspect.ts"),
  ]);
  const inspection = await inspectRun(request, {
    log: ({ text }) => writeQuietly(host, `${text}\n`),
  });
  return printText(
    host,
    renderInspection(inspection, {
      json: flags.json,
      requirements: flags.executionRequirements,
      width: host.columns() ?? 120,
    }),
  );
}

/** The request for a script; says what in the environment means nothing. */
async function requestOf(
  script: ScriptSource,
  flags: ScriptFlags,
  host: Host,
): Promise<RequestPart> {
  const { scriptRequest } = await import("./script_request.ts");
  const { unknownVariables } = await import("./environment.ts");
  for (const text of unknownVariables(host)) writeQuietly(host, `downpour: ${text}\n`);
  return await scriptRequest(script, flags, host);
}

/** The runner, which loads when it is needed, or a test's stand-in. */
function starterOf(
  start: Starter | undefined,
  standby: Standby | undefined,
): () => Promise<Starter> {
  return async () => {
    if (start !== undefined) return start;
    const { startRun } = await import("../runner/mod.ts");
    return (request, events) =>
      startRun(standby === undefined ? request : { ...request, standby }, events);
  };
}

/** Adds the outputs, and how shards are started. */
async function completed(part: RequestPart, flags: LoadFlags, host: Host): Promise<RunRequest> {
  return {
    ...await withShards(part, flags),
    outputs: await outputsOf([...flags.out, ...formatOutputs(flags)], host, flags.github),
  };
}

/** Adds how shards are started. The modules of scripts load here only for a run inside this process. */
async function withShards(part: RequestPart, flags: LoadFlags): Promise<RunRequest> {
  const shards = shardCount(flags);
  const names: ShardSetup = {
    modules: Object.fromEntries(MODULE_NAMES.map((name) => [name, {}])),
    builtins: {},
  };
  return {
    ...part,
    ...(shards === undefined ? {} : { shards }),
    inline: flags.inline,
    shardEntry: SHARD_ENTRY,
    setup: flags.inline ? (await import("./shard_setup.ts")).shardSetup : names,
  };
}

async function outputOf(
  flags: LoadFlags,
  host: Host,
  allowWrite?: string,
): Promise<Output> {
  if (flags.summaryJson !== undefined) {
    await checkWritable(flags.summaryJson).catch((error) => {
      throw new OptionError("--summary-json", `--summary-json: ${error.message}`);
    });
  }
  return {
    summary: flags.summary ? summaryFormat(flags) : null,
    quiet: flags.quiet,
    color: flags.color,
    summaryJson: flags.summaryJson,
    control: await controlPlace(flags, host),
    writable: writableBy(allowWrite),
    keep: placeToKeep(flags, host),
    page: await pagePlace(flags, host),
  };
}

/** The folders that `handleSummary` may write to. */
function writableBy(allowWrite: string | undefined): string[] {
  if (allowWrite === undefined) return ["."];
  return allowWrite === NOTHING ? [] : allowWrite.split(",");
}

function printText(host: Host, text: string): number {
  try {
    host.write("stdout", text);
    return 0;
  } catch {
    return ExitCode.failed;
  }
}
