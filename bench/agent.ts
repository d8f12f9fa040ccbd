import { IN_FLIGHT, QUEUE_CONNECTIONS, UPLOAD_MIB, USERS } from "./agent/cases.ts";
import { buildGoPrograms } from "./agent/load_server.ts";
import { measureLines, measureRpc } from "./agent/measure.ts";
import { measureQueue } from "./agent/queue.ts";
import { agentGoals, type AgentResults, formatAgentResults } from "./agent/report.ts";
import { measureUpload } from "./agent/upload.ts";
import { verdict } from "./goals.ts";
import { machineFacts, writeResults } from "./machine.ts";
import { shell } from "./process.ts";
import { Unmeasured } from "./unmeasured.ts";

/** How much `bench agent` measures. */
export interface AgentBenchOptions {
  /** Names from `--only`. */
  readonly parts: ReadonlySet<string>;
  readonly rounds: number;
  /** Of each measurement, about. */
  readonly seconds: number;
  /** A small upload: shows that it works. */
  readonly quick: boolean;
}

/** Measures the agent beside Go's own RPC client and the plain disk; writes tables and JSON. */
export async function runAgentBench(
  folder: string,
  { parts, rounds, seconds, quick }: AgentBenchOptions,
  log: (line: string) => void,
): Promise<void> {
  const unmeasured = new Unmeasured(log);
  const results: AgentResults = { lines: [], rpc: [], upload: [], queue: [] };
  const mib = quick ? 64 : UPLOAD_MIB;
  const versions: Record<string, string> = {};
  /** Measures one part in all rounds. */
  const attempt = <T>(name: string, into: T[], measure: () => Promise<T>) =>
    unmeasured.attempt(name, async () => {
      for (let round = 0; round < rounds; round++) into.push(await measure());
    });

  if (parts.has("lines") || parts.has("rpc")) {
    const programs = await buildGoPrograms(folder);
    if (typeof programs === "string") unmeasured.skip("lines and rpc", programs);
    else {
      versions["go"] = programs.version;
      if (parts.has("lines")) {
        const settings = { users: USERS, seconds };
        await attempt("lines", results.lines, () => measureLines(programs, folder, settings));
      }
      if (parts.has("rpc")) {
        const settings = { inFlight: IN_FLIGHT, seconds };
        await attempt("rpc", results.rpc, () => measureRpc(programs, settings));
      }
    }
  }
  for (
    const { part, program, measure } of [
      {
        ...{ part: "upload", program: "curl" },
        measure: () => attempt("upload", results.upload, () => measureUpload(folder, { mib })),
      },
      {
        ...{ part: "queue", program: "wrk" },
        measure: () =>
          attempt(
            ...["queue", results.queue] as const,
            () => measureQueue(folder, { connections: QUEUE_CONNECTIONS, seconds }),
          ),
      },
    ]
  ) {
    if (!parts.has(part)) continue;
    const { code } = await shell('command -v "$1" >/dev/null', program);
    if (code === 0) await measure();
    else unmeasured.skip(part, `${program} is not on the PATH`);
  }

  console.log(formatAgentResults(results));
  for (const line of unmeasured.lines()) console.log(line);
  const path = await writeResults("agent", {
    schemaVersion: 1,
    takenAt: new Date().toISOString(),
    machine: await machineFacts(versions),
    settings: {
      ...{ rounds, seconds, users: USERS, inFlight: IN_FLIGHT },
      ...{ uploadMib: mib, queueConnections: QUEUE_CONNECTIONS },
    },
    goals: agentGoals(results).map((goal) => ({ ...goal, reached: verdict(goal) || null })),
    ...results,
    skipped: unmeasured.skipped,
    failed: unmeasured.failed,
  });
  console.log(`\nwritten to ${path}`);
}
