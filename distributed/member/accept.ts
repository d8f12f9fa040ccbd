import { VERSION } from "../../internal/mod.ts";
import type { Keys } from "../bus/bus.ts";
import { PoolError } from "../errors.ts";
import { claimKey, endKey, specKey } from "../names.ts";
import { type PartJob, PROTOCOL } from "../wire/mod.ts";
import type { AgentSelf } from "./card.ts";
import { checkPolicy } from "./policy.ts";
import { checkSigner } from "./signature.ts";

/**
 * Refuses a job that this agent can't or won't do.
 *
 * @param process of this agent: another one of the same name must not go on with what it began
 * @throws {PoolError} `pool_version`, `pool_permission`, `bundle_untrusted`, `run_unknown`, `bus_conflict`
 */
export async function acceptJob(
  keys: Keys,
  self: AgentSelf,
  job: PartJob,
  process: string,
): Promise<void> {
  const { id, policy, signers, version = VERSION } = self;
  const { run } = job;
  if (job.protocol !== PROTOCOL || job.version !== version) {
    throw new PoolError(
      "pool_version",
      `agent ${id} is downpour ${version} (protocol ${PROTOCOL}) and takes no run of downpour ` +
        `${job.version} (protocol ${job.protocol}): use the same version on all machines`,
    );
  }
  checkPolicy(id, policy, job.permissions);
  checkSigner(job.signer, signers);
  await claim(keys, id, job, `${id} ${process}`);
  // Asked afterwards: a claim that comes when the run's keys were removed has to go by itself.
  const [spec, end] = await Promise.all([keys.get(specKey(run)), keys.get(endKey(run))]);
  if (spec !== null && end === null) return;
  await keys.delete(claimKey(run, job.part));
  throw new PoolError("run_unknown", `run ${run} is over: agent ${id} comes too late for it`);
}

/** A part is done by one process, from its beginning to its end. */
async function claim(keys: Keys, id: string, { run, part }: PartJob, by: string): Promise<void> {
  const key = claimKey(run, part);
  try {
    await keys.create(key, new TextEncoder().encode(by));
  } catch (error) {
    if (!(error instanceof PoolError && error.code === "bus_conflict")) throw error;
    const found = await keys.get(key);
    // It was there, only the answer was lost.
    if (found !== null && new TextDecoder().decode(found.value) === by) return;
    throw new PoolError(
      "bus_conflict",
      `agent ${id} was started anew: what it did of run ${run} is gone`,
    );
  }
}
