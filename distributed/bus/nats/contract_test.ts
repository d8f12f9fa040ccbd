import { type NatsServerOptions, startNatsServer } from "../../../nats/server/mod.ts";
import { natsTest, serverBefore } from "../../../nats/server/servers_for_tests.ts";
import { busContract } from "../_contract_for_tests.ts";
import { keysContract } from "../_contract_stores_for_tests.ts";
import { jobsContract, logContract } from "../_contract_streams_for_tests.ts";
import type { World } from "../_contract_world_for_tests.ts";
import { natsBus } from "./bus.ts";

const ACK_WAIT_MS = 1000;

/** Runs a test over a server of its own. */
async function inWorld(
  options: NatsServerOptions,
  fn: (world: World) => Promise<void>,
): Promise<void> {
  await using server = await startNatsServer(options);
  await using stack = new AsyncDisposableStack();
  const bus = async (member: string) => {
    const made = await natsBus({
      connect: { urls: server.url, name: member },
      ackWaitMs: ACK_WAIT_MS,
    });
    stack.defer(() => made.close());
    return made;
  };
  const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
  await fn({ bus, ackWaitMs: ACK_WAIT_MS, sleep });
}

busContract((name, fn) => natsTest(`NATS: ${name}`, () => inWorld({}, fn)));

const old = serverBefore("2.11.0");
for (const contract of [keysContract, logContract, jobsContract]) {
  contract((name, fn) =>
    Deno.test({
      name: `NATS ${old?.version ?? "before 2.11 (needs one)"}: ${name}`,
      ignore: old === undefined,
      fn: () => inWorld({ program: old! }, fn),
    })
  );
}
