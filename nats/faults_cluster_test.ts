import assert from "node:assert/strict";
import { measured, until } from "./_faults_for_tests.ts";
import { jetStream } from "./jetstream/mod.ts";
import { connect } from "./mod.ts";
import { startNatsCluster, startNatsLeafPair, untilLeafNodes } from "./server/mod.ts";
import { natsTest } from "./server/servers_for_tests.ts";

const QUICK = { reconnectWait: "20ms", reconnectJitter: 0, maxReconnects: -1 } as const;

natsTest(
  "fault 54: the leader of a stream goes: all that was acknowledged is pulled, once",
  () =>
    measured(async () => {
      await using cluster = await startNatsCluster();
      await using conn = await connect({ urls: cluster.urls, ...QUICK });
      const js = jetStream(conn, { timeout: 2000 });
      await js.addStream({ name: "R3", subjects: ["r3.*"], storage: "file", replicas: 3 });
      const consumer = {
        stream: "R3",
        durable: "puller",
        ackPolicy: "explicit",
        ackWait: 2,
      } as const;
      await js.addConsumer("R3", consumer);

      const acked: string[] = [];
      let stop = false;
      let next = 0;
      const publish = async () => {
        while (!stop) {
          const msgID = `m${next++}`;
          const sent = js.publish("r3.a", msgID, { msgID, retries: 30, timeout: 1000 });
          await sent.then(() => acked.push(msgID), () => {});
        }
      };
      // What the server confirmed must not come again; what it did not confirm may.
      const confirmed = new Set<number>();
      const repeated: number[] = [];
      const pulled = new Set<string>();
      const sub = await js.pullSubscribe("R3", "r3.*", "puller");
      const pull = async () => {
        for (let idle = 0; !stop || idle < 6;) {
          const messages = await js.pullMessages(sub, 50, 500).catch(() => []);
          idle = messages.length === 0 ? idle + 1 : 0;
          await Promise.all(messages.map(async (message) => {
            if (confirmed.has(message.seq)) repeated.push(message.seq);
            pulled.add(message.text());
            await message.ackAck(2000).then(() => confirmed.add(message.seq), () => {});
          }));
        }
      };
      const working = Promise.all([publish(), publish(), publish(), publish(), pull()]);
      await until("messages before", () => pulled.size > 100);

      const leader = (await js.getStreamInfo("R3")).cluster?.leader ?? "";
      await cluster.named(leader).kill();
      const after = acked.length;
      await until("messages after", () => acked.length > after + 100, 30_000);
      await until("pulled after", () => pulled.size > after + 100, 30_000);
      await cluster.named(leader).start();
      stop = true;
      await working;

      assert.notEqual((await js.getStreamInfo("R3")).cluster?.leader, "");
      assert.deepEqual(acked.filter((msgID) => !pulled.has(msgID)), []);
      assert.deepEqual(repeated, []);
      assert(confirmed.size > 200);
    }),
);

natsTest(
  "fault 50: a leaf node that is cut off goes on alone, and catches up",
  () =>
    measured(async () => {
      await using pair = await startNatsLeafPair();
      const { hub, leaf } = pair;
      await using onHub = await connect({ urls: hub.url, ...QUICK });
      await using onLeaf = await connect({ urls: leaf.url, ...QUICK });
      const heard: string[] = [];
      onLeaf.subscribe("news", "", (message) => void heard.push(message.text()));
      await onLeaf.flush();
      await until("what is said at the hub comes to the leaf", () => {
        onHub.publish("news", "before");
        return heard.includes("before");
      });
      // A stream of the hub, reached through the leaf.
      const js = jetStream(onLeaf, { domain: "hub" });
      await js.addStream({ name: "HUB", subjects: ["hub.*"], storage: "memory" });
      await js.publish("hub.a", "1");

      await hub.stop();
      assert(onLeaf.isConnected(), "the leaf's clients notice nothing");
      onLeaf.publish("news", "alone");
      await until("the leaf serves its own", () => heard.includes("alone"));
      await assert.rejects(js.publish("hub.a", "2", { timeout: 500 }), { name: "NatsError" });

      await hub.start();
      await untilLeafNodes(hub, 1);
      await until("the hub is connected to again", () => onHub.isConnected());
      await until("news comes again", () => {
        onHub.publish("news", "after");
        return heard.includes("after");
      });
    }),
);
