import type { RunRecord } from "../../results/mod.ts";
import { ASSETS } from "../document/assets.ts";
import { contentPolicy } from "../document/document.ts";
import { renderReport } from "../report.ts";
import {
  answer,
  htmlAnswer,
  listen,
  type PageAddress,
  type PageServer,
  refuseMethod,
} from "./http.ts";

/**
 * Serves the report of a finished run.
 *
 * @param refuse an answer for those who may not see it; null for those who may
 * @throws {DownpourError} `page_listen` when it can't listen there
 */
export async function serveReportPage(
  address: PageAddress,
  record: RunRecord,
  refuse: (headers: Headers) => Promise<Response | null>,
): Promise<PageServer> {
  const html = await renderReport(record);
  const policy = await contentPolicy({ ...ASSETS, data: "" });
  return listen(address, async (request) => {
    const refused = refuseMethod(request) ?? await refuse(request.headers);
    if (refused !== null) return refused;
    if (new URL(request.url).pathname !== "/") return answer(404, "There is / alone");
    return htmlAnswer(html, policy);
  });
}
