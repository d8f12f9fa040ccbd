/**
 * Where things are on the bus. Ids (of runs, of agents) are words of `[-\w]`, at most 64 characters.
 *
 * @module
 */

/** Key of what an agent says of itself: `AgentCard`. Written at each heartbeat. */
export const agentKey = (agent: string): string => `agents.${agent}`;
/** Keys of all agents are below it. */
export const AGENTS = "agents";

/** Key of what a run is: `RunSpec`. */
export const specKey = (run: string): string => `runs.${run}.spec`;
/** Key of who commands it: `Lease`. */
export const leaseKey = (run: string): string => `runs.${run}.lease`;
/** Key of when its load begins: `RunStart`; created once, the barrier. */
export const startKey = (run: string): string => `runs.${run}.start`;
/** Key of what was set live of it: `RunControl`. Written before its parts hear of it. */
export const controlKey = (run: string): string => `runs.${run}.control`;
/** Key of how it ended: `RunEnd`. */
export const endKey = (run: string): string => `runs.${run}.end`;
/**
 * Key of which process runs a part: created once by the agent that takes it, so that no other does.
 * Not below the run, which all of its parts watch.
 */
export const claimKey = (run: string, part: number): string => `parts.${run}.${part}`;
/** Keys of a run are below it. */
export const runKeys = (run: string): string => `runs.${run}`;
/** Keys of all runs are below it. */
export const RUNS = "runs";

/** Queue of jobs for one agent: a part of a run each, `PartJob`. */
export const jobQueue = (agent: string): string => `jobs.${agent}`;

/** Log of what a part of a run says: `up` frames. */
export const upSubject = (run: string, part: number): string => `up.${run}.${part}`;
/** Log of all parts of a run. */
export const upSubjects = (run: string): string => `up.${run}.>`;

/** Live requests to a part of a run: `Downlink` commands, acknowledged. */
export const downSubject = (run: string, part: number): string => `down.${run}.${part}`;
/** Live heartbeats of a part of a run: `PartBeat`. */
export const beatSubject = (run: string, part: number): string => `beat.${run}.${part}`;
/** Live heartbeats of all parts of a run. */
export const beatSubjects = (run: string): string => `beat.${run}.*`;
/** Live requests of the coordinator's time: the answer is `ClockAnswer`. */
export const clockSubject = (run: string): string => `clock.${run}`;
