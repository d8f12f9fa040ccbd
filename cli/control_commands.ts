import type { Command } from "commander";
import { controlPlace, type ControlPlaceFlags } from "./control_place.ts";
import type { StatusAttributes } from "./control/mod.ts";
import type { Host } from "./host.ts";
import { generalOptions } from "./options.ts";
import { UsageError } from "./usage_error.ts";
import { notNegative, wholeNumber } from "./values.ts";

/** Commands that ask the REST API of a run for something. */
export type ControlCommand = "status" | "pause" | "resume" | "scale" | "stop";

/** Their flags. */
export interface ControlFlags extends ControlPlaceFlags {
  json: boolean;
  vus?: string;
  max?: string;
  rate?: string;
  scenario?: string;
}

/** The options of every control command. */
export function controlOptions(command: Command): Command {
  command
    .optionsGroup("Run:")
    .option("-a, --address <host:port>", "where it listens [$DOWNPOUR_ADDRESS or 127.0.0.1:6565]")
    .option("--token <token>", "what it asks for [$DOWNPOUR_TOKEN]")
    .optionsGroup("Output:")
    .option("--json", "print JSON");
  return generalOptions(command);
}

/** The options of `downpour scale`. */
export function scaleOptions(command: Command): Command {
  command
    .optionsGroup("Scale:")
    .option("-u, --vus <n>", "virtual users of the scenario")
    .option("-m, --max <n>", "raise the most that it may have")
    .option("-r, --rate <n>", "iterations a second of an arrival-rate scenario, from now on")
    .option("--scenario <name>", "which one, where there are several");
  return controlOptions(command);
}

/** Does what a command asks of a run, and prints how it stands then. */
export async function controlRun(
  command: ControlCommand,
  flags: ControlFlags,
  host: Host,
): Promise<number> {
  const { callStatus, DEFAULT_ADDRESS } = await import("./control/mod.ts");
  const given = {
    ...flags,
    address: flags.address ?? (host.env("DOWNPOUR_ADDRESS") || DEFAULT_ADDRESS),
  };
  const place = (await controlPlace(given, host))!;
  const attributes = await callStatus(place.address, place.token, changeOf(command, flags));
  host.write("stdout", render(attributes, flags.json));
  return 0;
}

function changeOf(command: ControlCommand, flags: ControlFlags): StatusAttributes | null {
  switch (command) {
    case "status":
      return null;
    case "pause":
      return { paused: true };
    case "resume":
      return { paused: false };
    case "stop":
      return { stopped: true };
    case "scale": {
      if (flags.vus === undefined && flags.max === undefined && flags.rate === undefined) {
        throw new UsageError("scale needs --vus, --max or --rate");
      }
      return {
        ...(flags.vus === undefined ? {} : { vus: wholeNumber("--vus", flags.vus, 0) }),
        ...(flags.max === undefined ? {} : { "vus-max": wholeNumber("--max", flags.max, 1) }),
        ...(flags.rate === undefined ? {} : { rate: notNegative("--rate", flags.rate) }),
        ...(flags.scenario === undefined ? {} : { scenario: flags.scenario }),
      };
    }
  }
}

/** Lines as k6 prints them, which YAML readers take. */
function render(attributes: StatusAttributes, json: boolean): string {
  if (json) return `${JSON.stringify(attributes, null, 2)}\n`;
  return Object.entries(attributes).map(([name, value]) => `${name}: ${value}\n`).join("");
}
