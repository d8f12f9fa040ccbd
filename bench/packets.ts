import { verdict } from "./goals.ts";
import { machineFacts, writeResults } from "./machine.ts";
import { Unmeasured } from "./unmeasured.ts";
import { findPins } from "./net/pin.ts";
import { MANY_SESSIONS, PACKET_CASES } from "./packets/cases.ts";
import type { PacketFigure } from "./packets/figure.ts";
import { formatPacketResults, packetGoals, type PacketResults } from "./packets/report.ts";
import { runPacketClient, runParserLoop } from "./packets/run_client.ts";
import { startPacketServer } from "./packets/start_server.ts";
import { buildWasmtimeLoop, runWasmtimeLoop } from "./peers/wasmtime.ts";

/** How much `bench packets` measures. */
export interface PacketBenchOptions {
  /** Names from `--only`. */
  readonly parts: ReadonlySet<string>;
  readonly rounds: number;
  /** Of each measurement. */
  readonly seconds: number;
}

/** Measures packet sessions beside loops over Deno's own sockets; prints the tables, writes the JSON. */
export async function runPacketBench(
  folder: string,
  { parts, rounds, seconds }: PacketBenchOptions,
  log: (line: string) => void,
): Promise<void> {
  const unmeasured = new Unmeasured(log);
  const results: PacketResults = {
    ...{ rates: new Map(), sessions: [], loop: { ours: [], wasmtime: [] } },
  };
  const pins = await findPins();
  const serve = () => {
    const limitSeconds = rounds * 2 * (seconds + 30) + 60;
    return startPacketServer(folder, { pin: pins.server, limitSeconds });
  };

  for (const each of PACKET_CASES.filter(({ part }) => parts.has(part))) {
    await unmeasured.attempt(each.title, async () => {
      await using server = await serve();
      const { traffic, sessions, bytes, bareBytes, service } = each;
      const task = { traffic, sessions, bytes, bareBytes, seconds, port: server.ports[service] };
      const found = { ours: [] as PacketFigure[], bare: [] as PacketFigure[] };
      results.rates.set(each.title, found);
      for (let round = 0; round < rounds; round++) {
        found.bare.push(await runPacketClient("bare", task, pins.client));
        found.ours.push(await runPacketClient("our", task, pins.client));
      }
    });
  }
  if (parts.has("sessions")) {
    await unmeasured.attempt(`${MANY_SESSIONS} sessions`, async () => {
      await using server = await serve();
      const port = server.ports["tcp-echo"];
      const task = { traffic: "echo", port, bytes: 64, bareBytes: 64, seconds } as const;
      for (let round = 0; round < rounds; round++) {
        results.sessions.push(
          await runPacketClient("our", { ...task, sessions: MANY_SESSIONS }, pins.client),
        );
      }
    });
  }
  if (parts.has("parser")) {
    await unmeasured.attempt(
      "parser loop",
      () => measureLoops(folder, rounds, seconds, results, unmeasured),
    );
  }

  console.log(formatPacketResults(results));
  for (const line of unmeasured.lines()) console.log(line);
  const path = await writeResults("packets", {
    schemaVersion: 1,
    takenAt: new Date().toISOString(),
    machine: await machineFacts({}),
    settings: { rounds, seconds, pinned: pins.client.length > 0 },
    goals: packetGoals(results).map((goal) => ({ ...goal, reached: verdict(goal) || null })),
    rates: Object.fromEntries(results.rates),
    sessions: results.sessions,
    loop: results.loop,
    skipped: unmeasured.skipped,
    failed: unmeasured.failed,
  });
  console.log(`\nwritten to ${path}`);
}

/** The guest loop here, and where it can be built in the Rust program, in the same rounds. */
async function measureLoops(
  folder: string,
  rounds: number,
  seconds: number,
  { loop }: PacketResults,
  unmeasured: Unmeasured,
): Promise<void> {
  const { heartbeatGuest } = await import("./packets/heartbeat.ts"); // Brings an assembler.
  const guest = `${folder}/heartbeat.wasm`;
  await Deno.writeFile(guest, await heartbeatGuest());
  const program = await buildWasmtimeLoop();
  if (typeof program === "string") unmeasured.skip("wasmtime", program);
  for (let round = 0; round < rounds; round++) {
    loop.ours.push(await runParserLoop(seconds));
    if (typeof program === "string") continue;
    loop.wasmtime.push(await runWasmtimeLoop(program.path, guest, seconds));
  }
}
