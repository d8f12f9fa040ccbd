import { ExitCode, VERSION } from "../internal/mod.ts";
import type { Standby } from "../runner/mod.ts";
import type { CommandLine } from "./command_line.ts";
import { closing } from "./closing.ts";
import { explain } from "./explain.ts";
import { type Host, processHost, writeQuietly } from "./host.ts";
import { load, type Starter } from "./load.ts";
import type { InspectFlags, ScriptFlags } from "./options.ts";
import { refuseAgentsFlags } from "./pool/run_options.ts";
import type { RequestPart } from "./request.ts";
import { completed, outputOf, withShards } from "./run_parts.ts";
import { type ScriptSource, withScript } from "./script_source.ts";
import { withServers } from "./with_servers.ts";

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
    case "agents": {
      const { agentsCommand } = await import("./pool/agents_command.ts");
      return await agentsCommand(line.flags, host);
    }
    case "attach": {
      const { attachCommand } = await import("./pool/attach_command.ts");
      const output = await outputOf(line.flags, host);
      return await attachCommand(line.run, line.flags, output, await starter(), host);
    }
    case "nats-config": {
      const { natsConfigCommand } = await import("./nats_config/command.ts");
      return await natsConfigCommand(line.flags, host);
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
    default: {
      const hears = line.command === "run";
      return await withScript(
        line.script,
        hears ? null : host,
        (script) => runWith(script, line, host, starter),
      );
    }
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
  const shown = { ...output, script: script.path };
  if (flags.on === undefined) refuseAgentsFlags(flags);
  else {
    const { runOnAgents } = await import("./pool/run_on_agents.ts");
    return await runOnAgents(script, request, flags, shown, await starter(), host);
  }
  const { result, exitCode } = await withServers(
    flags,
    request,
    host,
    async (request) => await load(await starter(), request, shown, host),
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

function printText(host: Host, text: string): number {
  try {
    host.write("stdout", text);
    return 0;
  } catch {
    return ExitCode.failed;
  }
}
