import { ExitCode, OptionError } from "../../internal/mod.ts";
import { serveReportPage } from "../../page/mod.ts";
import { readRun } from "../../results/mod.ts";
import { refusal } from "../control/mod.ts";
import { type Host, writeQuietly } from "../host.ts";
import { runsPlace } from "../runs_place.ts";
import type { DashFlags } from "./options.ts";
import { dashPlace } from "./place.ts";
import { onSomePort } from "./serve.ts";

/**
 * `downpour dash`: shows a kept run in a browser until Ctrl-C.
 *
 * @param run as `downpour runs` names it; undefined for the newest
 * @throws {RecordError} for a run that can't be read
 */
export async function dashCommand(
  run: string | undefined,
  { dashAddress }: DashFlags,
  host: Host,
): Promise<number> {
  const place = await dashPlace(dashAddress, "");
  if (!place.address.loopback) {
    throw new OptionError(
      "--dash-address",
      `--dash-address ${place.address.hostPort} is not this machine: write a file for others ` +
        "with downpour report",
    );
  }
  const { record, path } = await readRun(runsPlace(host).folder, run ?? "last");
  const { promise, resolve } = Promise.withResolvers<void>();
  const remove = host.onSignal(resolve);
  const { hostname } = place.address;
  const server = await onSomePort(
    place,
    (port) => serveReportPage({ hostname, port }, record, (headers) => refusal(headers, null)),
  );
  writeQuietly(host, `downpour: ${path} is shown at ${server.url}/ until Ctrl-C\n`);
  await promise;
  remove();
  await server.close();
  return ExitCode.ok;
}
