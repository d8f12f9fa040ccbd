import assert from "node:assert/strict";
import { newContext, Registry, runInContext } from "../../metrics/mod.ts";
import { parseOptions } from "../options/mod.ts";
import {
  attachVu,
  execution,
  fail,
  group,
  instance,
  scenario,
  test,
  vu,
  type VuState,
} from "./mod.ts";

function state(): VuState & { aborted: string[]; failed: string[] } {
  const aborted: string[] = [];
  const failed: string[] = [];
  return {
    idInTest: 7,
    idInInstance: 3,
    iterationInInstance: 0,
    iterationInScenario: 12,
    iterationOfScenarioInInstance: 4,
    scenario: "browse",
    executor: "constant-vus",
    scenarioStartedAt: 1000,
    progress: () => 0.25,
    abort: (reason) => void aborted.push(reason),
    fail: (reason) => void failed.push(reason),
    instance: () => ({
      vusActive: 1,
      vusInitialized: 2,
      iterationsCompleted: 3,
      iterationsInterrupted: 4,
      currentTestRunDuration: 5,
    }),
    options: parseOptions({ duration: "90s", thresholds: { checks: ["rate>0.9"] } }, {}),
    aborted,
    failed,
  };
}

Deno.test("the views show the running virtual user, each its own", () => {
  const registry = new Registry();
  const [one, two] = [state(), { ...state(), idInTest: 8 }];
  const contexts = [one, two].map((each) => {
    const context = newContext(registry, registry.tags.with("scenario", "browse"));
    attachVu(context, each);
    return context;
  });
  runInContext(contexts[0]!, () => {
    assert.deepEqual({ ...vu }, {
      idInTest: 7,
      idInInstance: 3,
      iterationInInstance: 0,
      iterationInScenario: 0,
      tags: { scenario: "browse" },
      metrics: { tags: { scenario: "browse" } },
    });
    assert.deepEqual({ ...scenario }, {
      name: "browse",
      executor: "constant-vus",
      startTime: 1000,
      progress: 0.25,
      iterationInInstance: 4,
      iterationInTest: 12,
    });
    one.iterationInInstance = 5;
    assert.equal(vu.iterationInInstance, 5);
    assert.deepEqual({ ...instance }, one.instance());
    assert.throws(() => Object.assign(vu, { idInTest: 1 }), TypeError);
  });
  assert.equal(runInContext(contexts[1]!, () => execution.vu.idInTest), 8);
});

Deno.test("outside a run the views say so", () => {
  for (const read of [() => vu.idInTest, () => scenario.name, () => vu.tags]) {
    assert.throws(read, { code: "no_virtual_user", message: /^Can't read \w+\.\w+: no virtual/ });
  }
  assert.throws(() => test.abort("x"), { code: "no_virtual_user" });
});

Deno.test("test.abort asks the run to end and ends the iteration", () => {
  const vuState = state();
  const context = newContext(new Registry());
  attachVu(context, vuState);
  runInContext(context, () => {
    assert.throws(() => test.abort("enough"), {
      code: "interrupted",
      message: "Run aborted by the script: enough",
    });
    assert.throws(() => test.abort(), { code: "interrupted" });
    assert.throws(() => test.abort(5 as unknown as string), { code: "option_invalid" });
  });
  assert.deepEqual(vuState.aborted, ["enough", "test aborted"]);
});

Deno.test("test.fail marks the run and lets the iteration go on", () => {
  const vuState = state();
  const context = newContext(new Registry());
  attachVu(context, vuState);
  runInContext(context, () => {
    test.fail("wrong total");
    test.fail();
    assert.throws(() => test.fail(5 as unknown as string), { code: "option_invalid" });
  });
  assert.deepEqual(vuState.failed, ["wrong total", "test marked as failed"]);
});

Deno.test("test.options are those of the run under k6's names, the same object for all, frozen", () => {
  const vuState = state();
  const context = newContext(new Registry());
  attachVu(context, vuState);
  runInContext(context, () => {
    const { options } = test;
    assert.equal(test.options, options);
    assert.deepEqual(options["scenarios"], {
      default: {
        executor: "constant-vus",
        vus: 1,
        duration: "1m30s",
        startTime: "0s",
        gracefulStop: "30s",
        exec: "default",
        env: {},
        tags: {},
      },
    });
    assert.deepEqual(options["thresholds"], {
      checks: [{ threshold: "rate>0.9", abortOnFail: false, delayAbortEval: "0s" }],
    });
    assert.equal(options["setupTimeout"], "1m");
    assert.throws(() => Object.assign(options, { vus: 5 }), TypeError);
  });
  attachVu(context, { ...vuState, options: null });
  runInContext(context, () => assert.throws(() => test.options, { code: "no_options" }));
});

Deno.test("tags that a script sets stay with its virtual user, through groups too", () => {
  const registry = new Registry();
  const contexts = [1, 2].map(() => {
    const context = newContext(registry, registry.tags.with("scenario", "s"));
    attachVu(context, state());
    return context;
  });
  runInContext(contexts[0]!, () => {
    vu.metrics.tags["user"] = "7";
    Object.assign(vu.tags, { round: 3, last: true });
    group("g", () => {
      vu.tags["inner"] = "x";
      assert.equal(vu.tags["inner"], "x");
      assert.equal(vu.tags["group"], "::g");
    });
    assert.deepEqual({ ...vu.tags }, {
      scenario: "s",
      user: "7",
      round: "3",
      last: "true",
      inner: "x",
    });
    delete vu.metrics.tags["user"];
    assert.equal(vu.tags["user"], undefined);
    assert.throws(() => Object.assign(vu.tags, { bad: {} }), { code: "option_invalid" });
  });
  runInContext(contexts[1]!, () => assert.deepEqual({ ...vu.tags }, { scenario: "s" }));
});

Deno.test("fail throws its reason", () => {
  assert.throws(() => fail("no stock"), {
    name: "ScriptFailure",
    code: "script_failure",
    message: "no stock",
  });
  assert.throws(() => fail(), { message: "fail() called without a reason" });
});
