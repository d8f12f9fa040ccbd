import { join } from "node:path";
import type { RunRecord } from "../../results/mod.ts";
import { writeWhole } from "../files.ts";

/** Writes a run's report and plots, whichever are wanted. Gives back what was written. */
export async function writePages(
  record: RunRecord,
  { report, plots }: { readonly report?: string | undefined; readonly plots?: string | undefined },
): Promise<string[]> {
  const { renderPlotImages, renderPlots, renderReport } = await import("../../page/mod.ts");
  const written: string[] = [];
  if (report !== undefined) {
    await writeWhole(report, await renderReport(record));
    written.push(report);
  }
  if (plots === undefined) return written;
  await Deno.mkdir(plots, { recursive: true });
  const files = [
    ...renderPlots(record).map(({ name, text }) => ({ name, content: text })),
    ...renderPlotImages(record).map(({ name, bytes }) => ({ name, content: bytes })),
  ];
  for (const { name, content } of files) {
    const path = join(plots, name);
    await writeWhole(path, content);
    written.push(path);
  }
  return written;
}
