import type { PageData } from "../data/types.ts";
import { IDS } from "../document/document.ts";
import { reportDocument } from "../document/report.ts";
import { download } from "./dom.ts";

/** Offers the page with its data as one file. */
export async function saveReport(data: PageData): Promise<void> {
  const script = document.getElementById(IDS.script)!.textContent;
  const style = document.getElementById(IDS.style)!.textContent;
  download(`${fileName(data)}.html`, "text/html", await reportDocument(data, { script, style }));
}

/** Offers the data of the page. */
export function saveJson(data: PageData): void {
  download(`${fileName(data)}.json`, "application/json", `${JSON.stringify(data, null, 1)}\n`);
}

function fileName({ run }: PageData): string {
  const name = run.name.replace(/^https?:\/\//, "").replace(/[^A-Za-z0-9._-]+/g, "-").slice(0, 60);
  const time = run.startedAt.slice(0, 19).replace(/[:T]/g, "-");
  return ["downpour", name.replace(/^[-.]+|[-.]+$/g, ""), time].filter((part) => part).join("-");
}
