import { nearest, OptionError } from "../../internal/mod.ts";
import type { Host } from "../host.ts";
import { UsageError } from "../usage_error.ts";
import { wholeNumber } from "../values.ts";
import { buildParser } from "./build.ts";
import type { ParserFlags } from "./options.ts";
import { type ProbeAnswer, probeParser } from "./probe.ts";
import { benchReport, checkReport } from "./report.ts";
import { newParser } from "./scaffold.ts";

const ACTIONS = ["new", "build", "check", "bench"] as const;
/** Longest time of all packets of a check or a bench. */
const DEADLINE_MS = 15_000;
const MAX_BYTES = 4 * 2 ** 20;

/**
 * `downpour parser ACTION PATH`.
 *
 * @returns 0, or 1 for a parser that breaks the contract
 */
export async function parserCommand(
  action: string,
  path: string,
  flags: ParserFlags,
  host: Host,
): Promise<number> {
  switch (action) {
    case "new":
      host.write("stdout", await newParser(path, flags.lang ?? "c"));
      return 0;
    case "build":
      host.write("stdout", `${await buildParser(path, flags.out)}\n`);
      return 0;
    case "check": {
      const { ok, text } = checkReport(await probe(path, "check", flags));
      host.write("stdout", text);
      return ok ? 0 : 1;
    }
    case "bench": {
      const { ok, text } = benchReport(await probe(path, "bench", flags));
      host.write("stdout", text);
      return ok ? 0 : 1;
    }
    default: {
      const near = nearest(action, ACTIONS);
      const hint = near === null ? `there are ${ACTIONS.join(", ")}` : `did you mean ${near}?`;
      throw new UsageError(`downpour parser has no action '${action}' (${hint})`);
    }
  }
}

async function probe(
  path: string,
  task: "check" | "bench",
  flags: ParserFlags,
): Promise<ProbeAnswer> {
  const header = wholeNumber("--header", flags.header ?? "4", 0);
  if (header > 65_536) throw new OptionError("--header", `--header is more than 65536: ${header}`);
  return await probeParser({
    task,
    module: await read(path),
    packet: flags.packet === undefined ? null : await read(flags.packet),
    header,
    deadlineMs: DEADLINE_MS,
  });
}

async function read(path: string): Promise<Uint8Array> {
  try {
    const { size } = await Deno.stat(path);
    if (size <= MAX_BYTES) return await Deno.readFile(path);
  } catch (error) {
    const missing = error instanceof Deno.errors.NotFound;
    const why = missing ? "it does not exist" : error instanceof Error ? error.message : "";
    throw new OptionError("path", `cannot read ${path}: ${why}`, error);
  }
  throw new OptionError("path", `${path} is larger than 4 MiB`);
}
