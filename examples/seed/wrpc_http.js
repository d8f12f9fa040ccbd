// Seed "wrpc", "HTTP API", with `await`. NATS is the server; under NATS_PREFIX is an HTTP handler.
import wrpc from 'k6/x/wrpc';

// create a wrpc http client with nats transport
// each VU will have a dedicated nats connection
let httpPacketGen = wrpc.http({
  nats: {
    url: __ENV.NATS || "nats://localhost:4222",
    prefix: __ENV.NATS_PREFIX || "default.AtVWn5-http_server",
  },
  // metric tags
  tags: { scenario: "basic" },
});

export default async function () {
  // send a http get request (io blocking)
  await httpPacketGen.get("http://localhost:8000/");
}
