import assert from "node:assert/strict";
import { NatsError } from "../errors.ts";
import { consumerConfig, consumerConfigOf, type ConsumerOptions } from "./consumer_config.ts";
import { streamConfig, streamConfigOf, type StreamOptions } from "./stream_config.ts";

Deno.test("a stream's options become the server's names and nanoseconds", () => {
  const config = streamConfig({
    name: "ORDERS",
    subjects: ["orders.>", "*.audit"],
    retention: "workqueue",
    storage: "file",
    discard: "new",
    maxBytes: 1024,
    maxMsgs: -1,
    maxAge: 0.5,
    replicas: 3,
    duplicateWindow: 2,
  });
  assert.deepEqual({ ...config }, {
    name: "ORDERS",
    subjects: ["orders.>", "*.audit"],
    retention: "workqueue",
    storage: "file",
    discard: "new",
    max_bytes: 1024,
    max_msgs: -1,
    max_age: 5e8,
    num_replicas: 3,
    duplicate_window: 2e9,
  });
});

Deno.test("absent and undefined stream options stay absent", () => {
  const given = { name: "S", subjects: "s", maxAge: undefined } as unknown as StreamOptions;
  assert.deepEqual({ ...streamConfig(given) }, { name: "S", subjects: ["s"] });
});

Deno.test("a configuration that was made is taken as it is", () => {
  const stream = streamConfig({ name: "S", subjects: "s" });
  assert.equal(streamConfigOf(stream), stream);
  const consumer = consumerConfig({ durable: "C" });
  assert.equal(consumerConfigOf(consumer), consumer);
});

Deno.test("stream options that can't be used are refused by name, 1003", () => {
  const cases: [Record<string, unknown>, RegExp][] = [
    [{ name: undefined }, /name must be a name/],
    [{ name: "a b" }, /name must be a name .*"a b"/],
    [{ name: "a.b" }, /name must be/],
    [{ subjects: undefined }, /subjects must be a list of at least one subject/],
    [{ subjects: [] }, /subjects must be a list of at least one subject/],
    [{ subjects: [""] }, /subjects\[0\] must be a subject/],
    [{ subjects: ["a..b"] }, /subjects\[0\] must be a subject/],
    [{ subjects: ["a.>.b"] }, /subjects\[0\] must be a subject/],
    [{ subjects: ["a\r\nPUB b 0"] }, /subjects\[0\] must be a subject/],
    [{ subjects: [7] }, /subjects\[0\] must be a subject: 7/],
    [{ retention: "forever" }, /retention must be one of limits, interest, workqueue: "forever"/],
    [{ storage: "disk" }, /storage must be one of file, memory/],
    [{ discard: "all" }, /discard must be one of old, new/],
    [{ maxBytes: -2 }, /maxBytes must be a whole number that is not negative/],
    [{ maxMsgs: 1.5 }, /maxMsgs must be a whole number/],
    [{ maxMsgs: "7" }, /maxMsgs must be a whole number/],
    [{ maxAge: -1 }, /maxAge must be a number of seconds that is not negative: -1/],
    [{ maxAge: NaN }, /maxAge/],
    [{ maxAge: Infinity }, /maxAge/],
    [{ maxAge: 1e10 }, /maxAge/],
    [{ replicas: 0 }, /replicas must be 1 to 5: 0/],
    [{ replicas: 6 }, /replicas must be 1 to 5: 6/],
    [{ denyPurge: 1 }, /denyPurge must be true or false/],
    [{ maxage: 1 }, /no option maxage: did you mean maxAge/],
  ];
  for (const [change, message] of cases) {
    const options = { name: "S", subjects: ["s"], ...change } as unknown as StreamOptions;
    refused(() => streamConfig(options), message);
  }
  refused(() => streamConfig(null as unknown as StreamOptions), /takes an object/);
});

Deno.test("a consumer's options become the server's names and nanoseconds", () => {
  const config = consumerConfig({
    stream: "S",
    durable: "C",
    deliverPolicy: "by_start_time",
    optStartTime: 1_700_000_000,
    ackPolicy: "all",
    ackWait: 1.5,
    maxDeliver: 3,
    backOff: [0.1, 1],
    filterSubject: "s.*",
    replayPolicy: "original",
    sampleFreq: "30%",
  });
  assert.deepEqual({ ...config }, {
    name: "C",
    durable_name: "C",
    deliver_policy: "by_start_time",
    opt_start_time: "2023-11-14T22:13:20.000Z",
    ack_policy: "all",
    ack_wait: 1.5e9,
    max_deliver: 3,
    backoff: [1e8, 1e9],
    filter_subject: "s.*",
    replay_policy: "original",
    sample_freq: "30",
  });
});

Deno.test("consumer options that can't be used are refused by name, 1003", () => {
  const cases: [Record<string, unknown>, RegExp][] = [
    [{ durable: "a b" }, /durable must be a name/],
    [{ durable: "" }, /durable must be a name/],
    [{ name: "other" }, /name must be the same as durable/],
    [{ deliverPolicy: "first" }, /deliverPolicy must be one of/],
    [{ deliverPolicy: "by_start_sequence" }, /optStartSeq must be given with/],
    [{ optStartSeq: 4 }, /optStartSeq must be given with/],
    [{ optStartTime: 4 }, /optStartTime must be given with/],
    [{ ackPolicy: "some" }, /ackPolicy must be one of none, all, explicit/],
    [{ ackWait: -1 }, /ackWait must be a number of seconds/],
    [{ maxDeliver: -2 }, /maxDeliver/],
    [{ backOff: [1, 2], maxDeliver: 1 }, /maxDeliver must be at least 2/],
    [{ backOff: [-1] }, /backOff\[0\] must be a number of seconds/],
    [{ backOff: 1 }, /backOff must be a list: 1/],
    [{ replayPolicy: "slow" }, /replayPolicy must be one of instant, original/],
    [{ sampleFreq: "101" }, /sampleFreq must be a percentage of 0 to 100/],
    [{ filterSubject: "a b" }, /filterSubject must be a subject/],
    [{ filterSubject: "a", filterSubjects: ["b"] }, /filterSubjects must be left out/],
    [{ replicas: 6 }, /replicas must be 0 to 5/],
    [{ acWait: 1 }, /no option acWait: did you mean ackWait/],
  ];
  for (const [change, message] of cases) {
    const options = { durable: "C", ...change } as unknown as ConsumerOptions;
    refused(() => consumerConfig(options), message);
  }
});

function refused(make: () => unknown, message: RegExp): void {
  assert.throws(make, (error) => {
    assert.ok(error instanceof NatsError, String(error));
    assert.equal(error.errorCode, 1003);
    assert.match(error.message, message);
    return true;
  });
}
