import type { Case } from "./cases.ts";
import { makeCertificates } from "./certificates.ts";
import type { Pins } from "./pin.ts";
import { type Player, startPlayer } from "./player.ts";
import { type NetResults, toSample } from "./sample.ts";
import { startServer } from "./start_server.ts";

/** How a round goes. */
export interface RoundOptions {
  readonly pins: Pins;
  /** Of each client, all its turns together. */
  readonly seconds: number;
}

const TURN = { leadSeconds: 0.05, seconds: 0.25 };
const WARM_UP = { leadSeconds: 0, seconds: 0.5 };

/**
 * Measures the clients of a case, all started afresh against a server of its own, in short turns: one
 * plays, the others rest. What disturbs the machine for longer than a turn disturbs all of them.
 *
 * @param folder an empty one
 */
export async function playRound(
  folder: string,
  { subjects, connections, unitCount }: Case,
  { pins, seconds }: RoundOptions,
): Promise<NetResults> {
  const services = [...new Set(subjects.map(({ service }) => service))];
  if (services.includes("tls-echo")) await makeCertificates(folder);
  const limitSeconds = subjects.length * (seconds * 2 + 30);
  await using stack = new AsyncDisposableStack();
  const server = await startServer(folder, services, { pin: pins.server, limitSeconds });
  stack.defer(() => server.stop());
  const players: Player[] = [];
  for (const subject of subjects) {
    const player = await startPlayer(subject, {
      ...{ address: server.addresses[subject.service]!, caFile: `${folder}/ca.pem`, connections },
      ...{ pin: pins.client, limitSeconds },
    });
    stack.defer(() => player.stop());
    players.push(player);
  }
  for (const player of players) await player.play(WARM_UP);
  const samples: NetResults = new Map(players.map(({ name }) => [name, []]));
  for (const player of inTurns(players, Math.round(seconds / TURN.seconds))) {
    samples.get(player.name)!.push(toSample(await player.play(TURN), unitCount));
  }
  return samples;
}

/** All of them `turns` times; each time begins with another one. */
export function* inTurns<T>(players: readonly T[], turns: number): Generator<T> {
  for (let turn = 0; turn < turns; turn++) {
    for (let i = 0; i < players.length; i++) yield players[(i + turn) % players.length]!;
  }
}
