import assert from "node:assert/strict";
import { ControlError, type RunStatus } from "../runner/mod.ts";
import { fakeHost } from "./_fakes_for_tests.ts";
import { steer, type Steered } from "./steering.ts";

/** A run that writes down what is asked of it. */
function steered(maxVUs: number) {
  const asked: string[] = [];
  const said: string[] = [];
  const handle: Steered = {
    stop: () => void asked.push("stop"),
    kill: () => void asked.push("kill"),
    pause: () => Promise.resolve(void asked.push("pause")),
    resume: () => Promise.resolve(void asked.push("resume")),
    setVUs(vus) {
      if (vus > maxVUs) return Promise.reject(new ControlError("control_vus", `too many: ${vus}`));
      return Promise.resolve(void asked.push(`vus ${vus}`));
    },
    status: () => ({ vus: 2 }) as RunStatus,
  };
  return { handle, asked, said, say: (text: string) => void said.push(text) };
}

/** Lets what keys began come to its end. */
const settled = () => new Promise<void>((resolve) => setTimeout(resolve, 0));

Deno.test("keys pause, resume and set VUs, each press one more", async () => {
  const { handle, asked, said, say } = steered(4);
  const host = fakeHost({ keys: true });
  const steering = steer(handle, host, true, say);
  await settled();
  assert.equal(steering.keys, true);
  for (const key of "pr++=x--") host.press(key);
  await settled();
  steering.end();
  assert.deepEqual(asked, ["pause", "resume", "vus 3", "vus 4", "vus 3", "vus 2"]);
  assert.deepEqual(said, ["too many: 5"]);
});

Deno.test("VUs don't go below none", async () => {
  const { handle, asked, say } = steered(4);
  const host = fakeHost({ keys: true });
  const steering = steer(handle, host, true, say);
  for (const key of "---") host.press(key);
  await settled();
  steering.end();
  assert.deepEqual(asked, ["vus 1", "vus 0", "vus 0"]);
});

Deno.test("q stops and never kills; a Ctrl-C behind it does, as a key or a signal", () => {
  for (const interrupt of ["key", "signal"] as const) {
    const { handle, asked, said, say } = steered(4);
    const host = fakeHost({ keys: true });
    const steering = steer(handle, host, true, say);
    for (const at of [0, 1000, 2000]) {
      host.at(at);
      host.press("q");
    }
    assert.deepEqual(asked, ["stop"]);
    host.at(5000);
    if (interrupt === "key") host.press("\x03");
    else host.signal(5000);
    assert.deepEqual(asked, ["stop", "kill"]);
    assert.equal(said.length, 2);
    steering.end();
  }
});

Deno.test("the terminal is given back once, and keys are read only where they are wanted", async () => {
  const { handle, say } = steered(4);
  const host = fakeHost({ keys: true });
  const steering = steer(handle, host, true, say);
  assert.deepEqual([host.listeners, host.readers], [1, 1]);
  await settled();
  steering.end();
  steering.end();
  assert.deepEqual([host.listeners, host.readers, host.restored], [0, 0, 1]);
  const without = steer(handle, host, false, say);
  assert.deepEqual([without.keys, host.readers], [false, 0]);
  without.end();
  const none = fakeHost();
  const nowhere = steer(handle, none, true, say);
  await settled();
  assert.equal(nowhere.keys, false);
  nowhere.end();
});

Deno.test("a terminal that is handed over after the end is given back at once", async () => {
  const { handle, say } = steered(4);
  const host = fakeHost({ keys: true });
  const steering = steer(handle, host, true, say);
  steering.end();
  assert.equal(host.restored, 0);
  await settled();
  assert.deepEqual([steering.keys, host.readers, host.restored], [false, 0, 1]);
});
