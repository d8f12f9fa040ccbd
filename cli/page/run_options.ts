import type { Command } from "commander";

/** Flags of a run's page. */
export interface PageFlags {
  dash?: boolean;
  dashAddress?: string;
  report?: string;
  plots?: string;
}

/** Where a page is served, as help has it. */
export const ADDRESS_FLAGS = "--dash-address <host:port>";

/** What every kind of run takes about its page. */
export function pageOptions(command: Command): Command {
  return command
    .optionsGroup("Page:")
    .option("--dash", "show the run in a browser while it goes on")
    .option(ADDRESS_FLAGS, "serve that page there; off loopback it needs a token [127.0.0.1:5665]")
    .option("--report <file>", "write a report: the page as one HTML file")
    .option("--plots <folder>", "write its plots as SVG and PNG files");
}
