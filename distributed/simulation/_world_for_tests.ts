import { describeError } from "../../internal/mod.ts";
import type { RunRequest } from "../../runner/mod.ts";
import { memoryServers } from "../bus/memory/servers.ts";
import type { Bus } from "../bus/bus.ts";
import { PoolError } from "../errors.ts";
import { joinPool, type PoolMember } from "../member/mod.ts";
import { RUNS, upSubject } from "../names.ts";
import type { PoolRun } from "../run/conduct.ts";
import { attachPoolRun, openPoolRun } from "../run/pool_run.ts";
import { seededRandom, VirtualClock } from "../virtual_clock_for_tests.ts";
import { coordinate, type CoordinatorResult } from "./_coordinator_for_tests.ts";
import { fakeShards } from "./_fake_shards_for_tests.ts";
import { type Machine, machine } from "./_machine_for_tests.ts";
import { type Observed, type Sabotage, SPOOL_BYTES } from "./_observed_for_tests.ts";
import type { Incident, Schedule } from "./_schedule_for_tests.ts";
import { Truth } from "./_truth_for_tests.ts";
import { watchedAgentBus, watchedCoordinatorBus } from "./_watched_bus_for_tests.ts";

/** Name of the run. */
const RUN = "sim";
/** Longest simulation, and how long members have to leave a run that is over; virtual milliseconds. */
const LIMIT_MS = 15 * 60_000;
const LEAVE_MS = 40_000;
/** How long what is on its way may take. */
const SETTLED_MS = 3000;
const LOOK_MS = 100;
/** How often it is tried to take a run over. */
const ATTACH_TRIES = 8;
const AGAIN_MS = 1000;

/** An agent that may be started again, as another process of the same name. */
interface Agent {
  readonly id: string;
  machine: Machine;
  member: PoolMember | null;
  /** How its shards, those that live, die. */
  deaths: (() => void)[];
}

interface Coordinating {
  readonly machine: Machine;
  done: boolean;
}

/** Plays a schedule in virtual time. */
export async function simulate(schedule: Schedule, sabotage: Sabotage = {}): Promise<Observed> {
  const clock = new VirtualClock(1_000_000);
  const world = new World(schedule, sabotage, clock);
  return await clock.run(world.play(), LIMIT_MS);
}

class World {
  readonly #schedule: Schedule;
  readonly #sabotage: Sabotage;
  readonly #common: VirtualClock;
  readonly #random: () => number;
  readonly #servers;
  readonly #truth = new Truth();
  readonly #agents: Agent[];
  readonly #coordinators: Coordinating[] = [];
  readonly #results: CoordinatorResult[] = [];
  readonly #notAttached: string[] = [];
  readonly #said: string[] = [];
  #processes = 0;
  #attaching = 0;

  constructor(schedule: Schedule, sabotage: Sabotage, clock: VirtualClock) {
    this.#schedule = schedule;
    this.#sabotage = sabotage;
    this.#common = clock;
    this.#random = seededRandom(schedule.seed);
    this.#servers = memoryServers({ time: clock, random: this.#random });
    this.#agents = schedule.agents.map((_, index) => ({
      id: "abcdefgh"[index]!,
      ...{ machine: machine("nobody", clock, 0), member: null, deaths: [] },
    }));
  }

  async play(): Promise<Observed> {
    const begunAt = this.#common.now();
    await Promise.all(this.#agents.map((agent) => this.#startAgent(agent)));
    await this.#open();
    const openedAt = this.#common.now();
    for (const incident of this.#schedule.incidents) {
      await this.#common.sleep(openedAt + incident.atMs - this.#common.now());
      this.#happen(incident);
    }
    this.#healAll();
    await this.#until(() => this.#attaching === 0, LIMIT_MS);
    await this.#until(() => !this.#isCommanded, LIMIT_MS);
    // As people would who read that nobody commands it.
    for (let n = 0; n < 3 && this.#results.every(({ how }) => how === "fenced"); n++) {
      await this.#attach(false);
      await this.#until(() => !this.#isCommanded, LIMIT_MS);
    }
    const tookMs = this.#common.now() - begunAt;
    if (this.#results.length > 0) await this.#until(() => this.#staying.length === 0, LEAVE_MS);
    const staying = this.#staying;
    await this.#common.sleep(SETTLED_MS);
    const reader = this.#servers.bus("reader");
    const entries = [...await reader.keys.list(RUNS), ...await reader.keys.list("parts")];
    const keys = entries.map(({ key }) => key);
    const observed: Observed = {
      ...{ truth: this.#truth, results: this.#results, notAttached: this.#notAttached, tookMs },
      staying,
      leftKeys: keys.filter((key) => key !== `runs.${RUN}.end`),
      leftRecords: this.#truth.parts().flatMap(([part]) =>
        this.#servers.recordsOf(upSubject(RUN, part)) > 0 ? part : []
      ),
      said: this.#said,
    };
    await reader.close();
    return observed;
  }

  get #isCommanded(): boolean {
    return this.#coordinators.some(({ machine, done }) => !machine.dead && !done);
  }

  get #staying(): string[] {
    return this.#agents.flatMap(({ id, machine, member }) =>
      machine.dead ? [] : (member?.running ?? []).map((part) => `${id}: ${part}`)
    );
  }

  #happen(incident: Incident): void {
    const servers = this.#servers;
    const last = this.#coordinators.at(-1)!;
    switch (incident.what) {
      case "partition":
        return servers.partition(this.#agents[incident.agent]!.machine.name);
      case "heal":
        return this.#heal(this.#agents[incident.agent]!.machine);
      case "kill":
        return this.#kill(this.#agents[incident.agent]!.machine);
      case "restart": {
        const agent = this.#agents[incident.agent]!;
        if (agent.machine.dead) void this.#startAgent(agent);
        return;
      }
      case "shard dies":
        return this.#agents[incident.agent]!.deaths.pop()?.();
      case "coordinator cut":
        return servers.partition(last.machine.name);
      case "coordinator heal":
        for (const { machine } of this.#coordinators) this.#heal(machine);
        return;
      case "coordinator dies":
        return this.#kill(last.machine);
      case "attach":
        return void this.#attach(incident.force);
      case "servers stop":
        return servers.stop();
      case "servers start":
        if (incident.lost) this.#truth.forgetAgreed();
        return servers.start({ lost: incident.lost });
      case "ids forgotten":
        return servers.forgetIds();
      case "election":
        return servers.electing(incident.on);
      case "records lost":
        return servers.loseRecords(incident.count);
    }
  }

  #kill(machine: Machine): void {
    machine.die();
    this.#servers.partition(machine.name);
  }

  #heal(machine: Machine): void {
    if (!machine.dead) this.#servers.heal(machine.name);
  }

  #healAll(): void {
    this.#servers.start();
    this.#servers.electing(false);
    for (const { machine } of [...this.#agents, ...this.#coordinators]) this.#heal(machine);
  }

  /** A process of an agent, the first or another one. */
  async #startAgent(agent: Agent): Promise<void> {
    const { offsetMs, cores, faults } = this.#schedule.agents[this.#agents.indexOf(agent)]!;
    const own = machine(`${agent.id}.${this.#processes++}`, this.#common, offsetMs);
    const random = seededRandom(Math.floor(this.#random() * 2 ** 31));
    agent.machine = own;
    agent.member = null;
    agent.deaths = [];
    this.#servers.faults(own.name, faults);
    const bus = this.#bus(own, (bus) => watchedAgentBus(bus, this.#truth));
    while (!own.dead && agent.member === null) {
      try {
        const member = await joinPool({
          ...{ bus, clock: own.clock, id: agent.id, labels: {}, cores, slots: 2, signers: [] },
          start: () =>
            fakeShards(this.#truth, {
              ...{ machine: own, schedule: this.#schedule, random },
              alive: (die) => void agent.deaths.push(die),
            }),
          policy: { allowNet: true, allowRead: [] },
          spoolBytes: this.#sabotage.spoolBytes ?? SPOOL_BYTES,
          say: (text) => this.#say(own, text),
        });
        agent.member = member;
      } catch (error) {
        this.#say(own, describeError(error));
        await own.clock.sleep(AGAIN_MS);
      }
    }
  }

  #bus(own: Machine, watched: (bus: Bus) => Bus): Bus {
    const bus = watched(this.#servers.bus(own.name));
    return this.#sabotage.bus?.(bus, own.name) ?? bus;
  }

  #say({ name }: Machine, text: string): void {
    this.#said.push(`${this.#common.now() - 1_000_000} ${name}: ${text}`);
  }

  #newCoordinator(): { own: Machine; bus: Bus } {
    const offsets = this.#schedule.coordinatorOffsetsMs;
    const number = this.#coordinators.length;
    const name = `coordinator.${this.#processes++}`;
    const own = machine(name, this.#common, offsets[number % offsets.length]!);
    this.#servers.faults(name, this.#schedule.coordinatorFaults);
    return { own, bus: this.#bus(own, (bus) => watchedCoordinatorBus(bus, name, this.#truth)) };
  }

  /** The first coordinator; tries until enough agents are there. */
  async #open(): Promise<void> {
    const { own, bus } = this.#newCoordinator();
    const { wanted, onLoss, lossAfterMs } = this.#schedule;
    for (;;) {
      try {
        const run = await openPoolRun({
          ...{ bus, time: own.clock, where: "memory", holder: own.name, request: REQUEST },
          ...{ agents: { count: wanted, labels: {} }, onLoss, lossAfterMs, id: RUN },
          ...{ weight: "equal", shards: null, signer: null },
        });
        return this.#command(run, own);
      } catch (error) {
        if (!(error instanceof PoolError && error.code === "pool_too_small")) throw error;
        await own.clock.sleep(AGAIN_MS);
      }
    }
  }

  /** Another coordinator, which tries for a while. */
  async #attach(force: boolean): Promise<void> {
    const { own, bus } = this.#newCoordinator();
    this.#attaching++;
    let code = "";
    for (let n = 0; n < ATTACH_TRIES; n++) {
      try {
        const run = await attachPoolRun({
          ...{ bus, time: own.clock, where: "memory", holder: own.name, run: RUN, force },
          own: { shardEntry: REQUEST.shardEntry, setup: REQUEST.setup },
        });
        this.#command(run, own);
        code = "";
        break;
      } catch (error) {
        if (!(error instanceof PoolError)) throw error;
        ({ code } = error);
        this.#say(own, `can't attach: ${error.message}`);
        if (code === "run_unknown" || code === "run_fenced" && this.#isCommanded) break;
        await own.clock.sleep(AGAIN_MS);
      }
    }
    if (code !== "") this.#notAttached.push(code);
    this.#attaching--;
  }

  #command(run: PoolRun, own: Machine): void {
    const one: Coordinating = { machine: own, done: false };
    this.#coordinators.push(one);
    const agreed = (startAt: number) => this.#truth.agree(startAt - own.offsetMs);
    const epoch = () => this.#truth.epochs.get(own.name) ?? 0;
    void coordinate(run, own, this.#schedule, epoch, agreed).then((result) => {
      one.done = true;
      this.#results.push(result);
    });
  }

  async #until(holds: () => boolean, mostMs: number): Promise<void> {
    const end = this.#common.now() + mostMs;
    while (!holds() && this.#common.now() < end) await this.#common.sleep(LOOK_MS);
  }
}

const REQUEST: RunRequest & { source: Extract<RunRequest["source"], { kind: "bundle" }> } = {
  source: {
    kind: "bundle",
    bundle: { entry: "/load.ts", code: "", map: '{"version":3,"sources":[],"mappings":""}' },
    title: "load.ts",
  },
  ...{ overrides: {}, env: {}, allowNet: [], allowRead: [] },
  shardEntry: new URL(import.meta.url),
  setup: { modules: {}, builtins: {} },
};
