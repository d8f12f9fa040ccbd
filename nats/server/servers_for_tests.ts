/**
 * Tests against real nats-servers: skipped by name where there is none.
 *
 * @module
 */
import {
  compareVersions,
  listNatsServers,
  type NatsServerProgram,
  OLDEST_NATS_SERVER,
} from "./find.ts";

const programs = (await listNatsServers()).filter(({ version }) =>
  compareVersions(version, OLDEST_NATS_SERVER) >= 0
);

/** What most tests go by: earlier servers lack what some of them ask for. The compatibility suite takes any. */
const TESTED = "2.12.0";

/** Whether a nats-server of now is here. */
export const serversHere: boolean = programs.some(({ version }) =>
  compareVersions(version, TESTED) >= 0
);

/** A test that needs a nats-server: skipped, with the reason in its name, where there is none. */
export function natsTest(name: string, fn: () => Promise<void>): void {
  const needs = serversHere ? "" : ` (needs nats-server ${TESTED})`;
  Deno.test({ name: `${name}${needs}`, ignore: needs !== "", fn });
}

/** The newest server older than `version`, as Debian has one, if it is here. */
export function serverBefore(version: string): NatsServerProgram | undefined {
  return programs.find((program) => compareVersions(program.version, version) < 0);
}
