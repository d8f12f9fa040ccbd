// Seed "wrpc", "Blaster API", with `await`. NATS is the server; under NATS_PREFIX is a blaster.
import wrpc from 'k6/x/wrpc';

// create a wrpc blaster client with nats transport
// each VU will have a dedicated nats connection
let blaster = wrpc.blaster({
  nats: {
    url: __ENV.NATS || "nats://localhost:4222",
    prefix: __ENV.NATS_PREFIX || "wasmtime",
  },
  // metric tags
  tags: { scenario: "basic" },
});

export default async function () {
  // send a single packet (io blocking)
  await blaster.blast();

  // tell component to burn cpu for 100ms
  await blaster.blast({
    cpu_burn_ms: 100,
  });
}
