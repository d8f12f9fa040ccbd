import type { Command } from "commander";
import { generalOptions } from "./options.ts";

/** Flags of `downpour serve`. */
export interface ServeFlags {
  tcp?: string;
  unix?: string;
  nats?: string;
  prefix?: string;
  queue?: string;
  processes?: string;
  instances?: string;
  fresh?: boolean;
  timeout?: string;
  memory?: string;
  quiet?: boolean;
}

/** The options of `downpour serve`. */
export function serveOptions(command: Command): Command {
  command
    .optionsGroup("Server:")
    .option("--tcp <host:port>", "listen on a TCP port; 0 takes a free one [127.0.0.1:7761]")
    .option("--unix <path>", "listen on a Unix socket")
    .option("--nats <url>", "serve over NATS, as in nats://127.0.0.1:4222")
    .option("--prefix <subject>", "what subjects begin with, with --nats [none]")
    .option("--queue <group>", "share the calls with all of this queue group, with --nats [none]")
    .optionsGroup("Component:")
    .option("--processes <n>", "most processes [the number of CPUs, 8 at most]")
    .option("--instances <n>", "calls of one process at the same time; 1 keeps them apart [16]")
    .option("--fresh", "give every call a fresh instance")
    .option("--timeout <time>", "longest time of a call [30s]")
    .option("--memory <MiB>", "memory of one instance [512]")
    .optionsGroup("Output:")
    .option("-q, --quiet", "don't print what the component prints, nor calls that failed");
  return generalOptions(command);
}
