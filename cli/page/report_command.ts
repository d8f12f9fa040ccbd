import { ExitCode } from "../../internal/mod.ts";
import { readRun } from "../../results/mod.ts";
import { type Host, writeQuietly } from "../host.ts";
import { runsPlace } from "../runs_place.ts";
import type { ReportFlags } from "./options.ts";
import { writePages } from "./write.ts";

/**
 * `downpour report`: writes the report of a kept run.
 *
 * @param run as `downpour runs` names it; undefined for the newest
 * @throws {RecordError} for a run that can't be read
 */
export async function reportCommand(
  run: string | undefined,
  { output = "report.html", plots }: ReportFlags,
  host: Host,
): Promise<number> {
  const { record } = await readRun(runsPlace(host).folder, run ?? "last");
  const written = await writePages(record, { report: output, plots });
  for (const path of written) writeQuietly(host, `downpour: wrote ${path}\n`);
  return ExitCode.ok;
}
