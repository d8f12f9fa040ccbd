import { OptionError } from "../../internal/mod.ts";
import { type ControlPlaceFlags, tokenOf } from "../control_place.ts";
import type { ControlAddress } from "../control/mod.ts";
import { checkWritable } from "../files.ts";
import type { Host } from "../host.ts";
import type { PageFlags } from "./run_options.ts";

/** Where pages listen unless told: the port of k6's dashboard. */
const DEFAULT = "127.0.0.1:5665";

/** Where a page listens. */
export interface DashPlace {
  readonly address: ControlAddress;
  /** What it asks of those who look; null for none. */
  readonly token: string | null;
  /** Whether another port will do where that one is in use. */
  readonly anyPort: boolean;
}

/** What is wanted of a run's page. */
export interface PagePlace {
  /** Null without a live page. */
  readonly dash: DashPlace | null;
  /** File for the report. */
  readonly report: string | undefined;
  /** Folder for the plots. */
  readonly plots: string | undefined;
}

/** What flags want of a run's page. @throws {OptionError} */
export async function pagePlace(
  flags: PageFlags & ControlPlaceFlags,
  host: Host,
): Promise<PagePlace> {
  const { dash = false, dashAddress, report, plots } = flags;
  if (report !== undefined) {
    await checkWritable(report).catch((error) => {
      throw new OptionError("--report", `--report: ${error.message}`);
    });
  }
  const wanted = dash || dashAddress !== undefined;
  return {
    dash: wanted ? await dashPlace(dashAddress, await tokenOf(flags, host)) : null,
    ...{ report, plots },
  };
}

/** Where a page listens. @throws {OptionError} for one that others reach, without a token */
export async function dashPlace(
  text: string | undefined,
  token: string | null,
): Promise<DashPlace> {
  const { parseAddress } = await import("../control/mod.ts");
  const full = text === undefined ? DEFAULT : /:\d+$/.test(text) ? text : `${text}:5665`;
  const address = parseAddress(full, "--dash-address");
  if (!address.loopback && token === null) {
    throw new OptionError(
      "--dash-address",
      `--dash-address ${address.hostPort} would let other machines see and control the run: ` +
        "set DOWNPOUR_TOKEN, or take 127.0.0.1",
    );
  }
  return { address, token, anyPort: text === undefined };
}
