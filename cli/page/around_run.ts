import { describeError, DownpourError } from "../../internal/mod.ts";
import type { Registry } from "../../metrics/mod.ts";
import type { RunRecord } from "../../results/mod.ts";
import type { RunHandle } from "../../runner/mod.ts";
import { type Host, writeQuietly } from "../host.ts";
import type { PagePlace } from "./place.ts";
import type { OpenPage } from "./serve.ts";

/** Whether a run's record is asked for. */
export function wantsRecord({ dash, report, plots }: PagePlace): boolean {
  return dash !== null || report !== undefined || plots !== undefined;
}

/** Serves the live page of a run that is about to be started, where one is wanted. */
export async function showPage(
  pages: PagePlace | undefined,
  name: string,
  handle: () => RunHandle,
  metrics: () => Registry | null,
): Promise<OpenPage | null> {
  if (pages === undefined || pages.dash === null) return null;
  const { openPage } = await import("./serve.ts");
  return await openPage(pages.dash, {
    name,
    get handle() {
      return handle();
    },
    metrics,
  });
}

/** Writes the report and the plots that are wanted; false, and says why, when that can't be done. */
export async function writeFiles(
  pages: PagePlace | undefined,
  record: () => Promise<RunRecord>,
  host: Host,
): Promise<boolean> {
  if (pages?.report === undefined && pages?.plots === undefined) return true;
  try {
    const { writePages } = await import("./write.ts");
    await writePages(await record(), pages);
    return true;
  } catch (error) {
    const text = error instanceof DownpourError ? error.message : describeError(error);
    writeQuietly(host, `downpour: ${text}\n`);
    return false;
  }
}
