import assert from "node:assert/strict";
import { JetStreamFailure, NatsError, type StreamOptions } from "../../../nats/mod.ts";
import { VirtualClock } from "../../virtual_clock_for_tests.ts";
import type { NatsLink } from "./link.ts";
import { readBusOptions } from "./options.ts";
import { placesOf } from "./places.ts";
import { storeMaker } from "./stores.ts";

/** Servers that say there are three of them, and have as many at hand from a time on. */
async function copiesMade(formedAtMs: number): Promise<{ copies: unknown[]; ms: number }> {
  const time = new VirtualClock(0);
  const settings = readBusOptions({ time });
  const made: unknown[] = [];
  const js = {
    getStreamInfo: () => Promise.reject(new NatsError(1017, "no such stream")),
    addStream({ replicas }: StreamOptions) {
      if (replicas === 3 && time.now() < formedAtMs) {
        const description = "no suitable peers for placement";
        const failure = new JetStreamFailure({ errCode: 10005, code: 400, description });
        return Promise.reject(failure);
      }
      made.push(replicas);
      return Promise.resolve();
    },
  };
  const connection = { info: { connect_urls: ["a", "b", "c"] } };
  const link = { js, connection } as unknown as NatsLink;
  await time.run(storeMaker(link, settings, placesOf(settings.prefix))());
  return { copies: made, ms: time.now() };
}

// A real cluster is in this state for some milliseconds only.
Deno.test("a cluster that is just forming gets three copies; one that stays too small one, after 2 s", async () => {
  assert.deepEqual(await copiesMade(600), { copies: [3, 3, 3, 3], ms: 750 });
  assert.deepEqual(await copiesMade(Infinity), { copies: [1, 1, 1, 1], ms: 2000 });
});
