import assert from "node:assert/strict";
import config from "../deno.json" with { type: "json" };

// What the package exports, by name: a change here is a change for users.
const SURFACE: Record<string, string> = {
  ".":
    "Counter Gauge Rate Trend check env execution fail group instance randomSeed run scenario sleep test vu",
  "./agent":
    "AgentError BINARY_LIMITS DownpourError JobFileError LOCAL_HOSTS NO_COUNTS checkToken connectRpc openQueue openStore readHosts readJobFile readToken readTokenFile renderJobSummary renderProgress renderSubmit runBinary splitUsers startAgent startApi startCollector submit",
  "./crypto":
    "Hasher createHMAC createHash default hexEncode hmac md4 md5 randomBytes ripemd160 sha1 sha256 sha384 sha512 sha512_224 sha512_256",
  "./data": "SharedArray open",
  "./encoding": "b64decode b64encode default",
  "./file": "DownpourError FileError FileHandle OptionError open",
  "./http":
    "Client CookieJar DialInfo DownpourError HTTP_METRICS HttpError HttpTransport OptionError Request Response SentRequest fetch file k6ErrorCode setClientDefaults",
  "./metrics":
    "ChangeTracker Counter DEFAULT_SYSTEM_TAGS DeltaDecoder DeltaEncoder FailureSamples Gauge Histogram MetricError Rate Registry SampleDecoder SampleMerger SampleStream Trend closeContext closeOwned currentContext emptyAggregate evaluateThreshold isStat mergeAggregate newContext parseSelector parseThreshold restoreHistogram restoreSeries runInContext summarize takeOwned",
  "./nats":
    "Connection DownpourError JETSTREAM_METRICS JetStreamFailure JetStreamMessage Message MessageData MessageHeaders NATS_ERROR_NUMBERS NATS_METRICS NatsError NatsSeries OptionError connect consumerConfig decodeHeaders default describeDoubts encodeHeaders jetStream lineOf streamConfig tlsOptions",
  "./net":
    "IPC NET_METRICS NetError TCP UDP blockedRanges checkTlsOptions formatAddress k6NetCode netError parseAddress setNetDefaults throttle throttled",
  "./net/dns": "createLookup default lookup query resolve",
  "./outputs": "OUTPUT_KINDS createOutput junitReport",
  "./results":
    "OTHER RECORD_SCHEMA RECORD_VERSION RUNS_FOLDER RecordError RunRecorder TimelineRecorder checkRecord heatBounds heatBucket listRuns metricsOf numberBefore readRecord readRun resultOf saveRun totalsOf",
  "./runner":
    "ControlError ExitCode InterruptedError RunError ScriptError ScriptFailure SendError attachInterrupt attachVu bundleScript check checkScript compileScript compileThresholds currentVu execution fail group inspectRun instance interruptSignal judgeThresholds loadSecrets mergeOptions optionNames optionTable parseOptions readOptions scenario serveShard sleep startRun test vu",
  "./secrets": "default",
  "./targets": "PACKET_ANSWERS PACKET_SPLITS TargetError startEcho startPackets startTarget",
  "./testing": "assertLoad assertThresholds load loadTest",
  "./timers": "clearInterval clearTimeout default setInterval setTimeout",
  "./wasm":
    "DownpourError PACKET_METRICS PLAN_GRACE_MS PacketError PacketLoad PacketParser PacketSession blockOf checkGuest compileGuest createGuest playPlan sessionsOf",
  "./wasm/script":
    "SCRIPT_LIMITS ScriptError checkPacketSizes compileScript compileWithPositions describePlan formatProblems planNotes printScript",
  "./wrpc":
    "HTTP_ERROR_CODES WRPC_BLASTER_METRICS WRPC_HTTP_METRICS WRPC_TRANSPORT_METRICS WitStream WrpcError WrpcHttpError WrpcResponse blaster blasterInterface client default findInterface http natsServer natsTransport readComponent readWit serve serveHttp tcpServer tcpTransport unixServer unixTransport",
  "./cli": "main",
};

Deno.test("the package exports these values and no others", async () => {
  assert.deepEqual(Object.keys(config.exports), Object.keys(SURFACE));
  for (const [entry, path] of Object.entries(config.exports)) {
    const names = Object.keys(await import(`../${path}`)).toSorted().join(" ");
    assert.equal(names, SURFACE[entry], entry);
  }
});
