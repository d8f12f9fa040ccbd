import type { Command } from "commander";
import { generalOptions } from "../options.ts";

/** Flags of a run's page. */
export interface PageFlags {
  dash?: boolean;
  dashAddress?: string;
  report?: string;
  plots?: string;
}

/** Flags of `downpour report`. */
export interface ReportFlags {
  output?: string;
  plots?: string;
}

/** Flags of `downpour dash`. */
export interface DashFlags {
  dashAddress?: string;
}

const ADDRESS = "--dash-address <host:port>";

/** What every kind of run takes about its page. */
export function pageOptions(command: Command): Command {
  return command
    .optionsGroup("Page:")
    .option("--dash", "show the run in a browser while it goes on")
    .option(ADDRESS, "serve that page there; off loopback it needs a token [127.0.0.1:5665]")
    .option("--report <file>", "write a report: the page as one HTML file")
    .option("--plots <folder>", "write its plots as SVG files");
}

/** The options of `downpour report`. */
export function reportOptions(command: Command): Command {
  command
    .optionsGroup("Report:")
    .option("-o, --output <file>", "the file to write [report.html]")
    .option("--plots <folder>", "write its plots as SVG files");
  return generalOptions(command);
}

/** The options of `downpour dash`. */
export function dashOptions(command: Command): Command {
  command
    .optionsGroup("Page:")
    .option(ADDRESS, "serve it there, on loopback [127.0.0.1:5665, or a free port]");
  return generalOptions(command);
}
