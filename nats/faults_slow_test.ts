import assert from "node:assert/strict";
import { measured, until } from "./_faults_for_tests.ts";
import nats from "./mod.ts";
import { startNatsServer } from "./server/mod.ts";
import { natsTest } from "./server/servers_for_tests.ts";

/* Publishes messages of 64 KiB to `flood` on port $0 until the server's log ($1) has had enough. */
const FLOOD = `
exec 3<>"/dev/tcp/127.0.0.1/$0"
payload=$(head -c 65536 /dev/zero | tr '\\0' x)
printf 'CONNECT {"verbose":false}\\r\\n' >&3
for ((i = 0; i < 4000; i++)); do
  printf 'PUB flood 65536\\r\\n%s\\r\\n' "$payload" >&3
  if ((i % 50 == 0)) && grep -q 'Slow Consumer' "$1"; then exit 0; fi
done
for ((i = 0; i < 200; i++)); do
  if grep -q 'Slow Consumer' "$1"; then exit 0; fi
  sleep 0.05
done
exit 1`;

natsTest(
  "fault 49: a consumer that the server finds too slow is cut off, and comes back",
  () =>
    measured(async ({ count }) => {
      await using server = await startNatsServer({
        ...{ jetStream: false, maxPendingBytes: 1024 * 1024, writeDeadlineMs: 500 },
      });
      await using conn = await nats.connect({
        ...{ urls: server.url, reconnectWait: "20ms", reconnectJitter: 0, maxReconnects: -1 },
      });
      const heard: string[] = [];
      let cutOff: boolean | undefined;
      conn.subscribe("start", "", () => {
        // Nothing in this process happens, and nothing is read, until the server gives it up.
        const args = ["-c", FLOOD, String(server.port), `${server.folder}/log`];
        cutOff = new Deno.Command("bash", { args, stdin: "null" }).outputSync().success;
      });
      conn.subscribe("flood", "", () => {});
      conn.subscribe("news", "", (message) => void heard.push(message.text()));
      conn.publish("start", "");
      await until("the server cut it off", () => cutOff !== undefined);
      assert.equal(cutOff, true);
      await until("it is connected again", () => count("nats_reconnects") === 1);
      conn.publish("news", "still here");
      await until("it hears again", () => heard.length === 1);
    }),
);

natsTest(
  "fault 49: a handler that is too slow costs messages, which are counted, and no memory",
  () =>
    measured(async ({ count }) => {
      await using server = await startNatsServer({ jetStream: false });
      await using conn = await nats.connect({ urls: server.url });
      const { promise: taken, resolve: goOn } = Promise.withResolvers<void>();
      const told: (string | undefined)[] = [];
      let handled = 0;
      const slow = conn.subscribe("flood", {
        pendingMessages: 100,
        handler: () => ++handled === 1 ? taken : undefined,
        onError: ({ reason }) => told.push(reason),
      });
      await conn.publishMany("flood", 1000, "x");
      await conn.flush();
      await until("all arrived", () => slow.received === 1000);
      assert(slow.pending <= 100, `${slow.pending} wait`);
      goOn();
      await until("what waited is handled", () => slow.pending === 0);
      assert.equal(handled + slow.dropped, 1000);
      assert(slow.dropped >= 899);
      assert.equal(count("nats_msgs_dropped", { reason: "slow_consumer" }), slow.dropped);
      assert.deepEqual(new Set(told), new Set(["slow_consumer"]));
    }),
);
