import { seededRandom, VirtualClock } from "../../virtual_clock_for_tests.ts";
import { ACK_WAIT_MS, type Bus } from "../bus.ts";
import { busContract } from "../_contract_for_tests.ts";
import { memoryServers } from "./servers.ts";

for (const delayMs of [0, [1, 9]] as const) {
  const how = delayMs === 0 ? "at once" : "with delays";
  busContract((name, fn) => {
    Deno.test(`memory, ${how}: ${name}`, async () => {
      const time = new VirtualClock(1_000_000);
      const servers = memoryServers({ time, random: seededRandom(1) });
      const buses: Bus[] = [];
      const bus = (member: string) => {
        servers.faults(member, { delayMs });
        const made = servers.bus(member);
        buses.push(made);
        return Promise.resolve(made);
      };
      await time.run(fn({ bus, ackWaitMs: ACK_WAIT_MS, sleep: (ms) => time.sleep(ms) }));
      for (const made of buses) await made.close();
    });
  });
}
