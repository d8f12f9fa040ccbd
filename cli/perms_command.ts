import { describeError } from "../internal/mod.ts";
import type { RunRequest, ShardPermissions } from "../runner/mod.ts";
import { startAudit } from "./audit.ts";
import { type Host, writeQuietly } from "./host.ts";
import { runOnce } from "./once.ts";
import type { ScriptFlags } from "./options.ts";
import { permissions } from "./permissions.ts";
import { Asked, permissionLine } from "./perms_asked.ts";
import type { ScriptSource } from "./script_source.ts";

/** How often a script is run at most: each time it may come further and ask for more. */
const MAX_ROUNDS = 20;

/**
 * `downpour perms`: runs a script with what flags give it and nothing else, then with what it asked
 * for besides, until it asks for no more. What it would write, start or load is never given.
 */
export async function permsCommand(
  _script: ScriptSource,
  request: RunRequest,
  flags: ScriptFlags,
  host: Host,
): Promise<number> {
  const given: ShardPermissions = {
    ...permissions("", flags),
    ...(flags.allowNet === undefined ? { allowNet: [] } : {}),
    ...(flags.allowRead === undefined ? { allowRead: [] } : {}),
  };
  const asked = new Asked(given);
  let failure: string | null = null;
  let grown = true;
  for (let round = 0; grown && round < MAX_ROUNDS; round++) {
    failure = await probe({ ...request, ...asked.granted() }, asked);
    grown = await asked.grow();
  }
  if (failure !== null) writeQuietly(host, `downpour: it did not end well: ${failure}\n`);
  if (grown) writeQuietly(host, `downpour: it asked for more ${MAX_ROUNDS} times: try again\n`);
  for (const text of asked.withheld()) {
    writeQuietly(host, `downpour: it asks for ${text}, which was not given to it here\n`);
  }
  host.write("stdout", `${permissionLine(asked.needed())}\n`);
  return failure === null ? 0 : 1;
}

/** Runs a script once and takes note of what it asks for; why it failed, or null. */
async function probe(request: RunRequest, asked: Asked): Promise<string | null> {
  await using audit = await startAudit();
  let failure: string | null = null;
  try {
    const { failures, iterations } = await runOnce({ ...request, auditTo: audit.path }, {
      log: ({ text, level }) => {
        asked.refused(text);
        if (level === "error") failure ??= text.split("\n", 1)[0]!;
      },
    });
    if (iterations.thrown === 0) failure = failures[0] ?? null;
  } catch (error) {
    failure = describeError(error);
    asked.refused(failure);
  }
  asked.note(await audit.read());
  return failure;
}
