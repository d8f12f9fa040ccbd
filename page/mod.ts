/**
 * The page of a run: live while it goes on, and as one HTML file when it has ended.
 *
 * Both are the same page in the browser (`client/`, one script in `_client.gen.ts`) that shows
 * {@linkcode PageData}; live it is told of by server-sent events, in a file it comes along.
 *
 * @module
 */
export { renderComparisonPage } from "./comparison/page.ts";
export { pageData } from "./data/page_data.ts";
export type { PageData } from "./data/types.ts";
export type { LiveRun } from "./live/feed.ts";
export {
  type PlotFile,
  type PlotImage,
  renderPlotImages,
  renderPlots,
  renderReport,
} from "./report.ts";
export type { PageAddress, PageServer } from "./serve/http.ts";
export { type LivePage, type PageControl, serveLivePage } from "./serve/live_page.ts";
export { serveReportPage } from "./serve/report_page.ts";
