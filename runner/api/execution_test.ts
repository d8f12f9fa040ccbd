import assert from "node:assert/strict";
import { newContext, Registry, runInContext } from "../../metrics/mod.ts";
import { attachVu, execution, fail, instance, scenario, test, vu, type VuState } from "./mod.ts";

function state(): VuState & { aborted: string[] } {
  const aborted: string[] = [];
  return {
    idInTest: 7,
    idInInstance: 3,
    iterationInInstance: 0,
    iterationInScenario: 12,
    scenario: "browse",
    executor: "constant-vus",
    scenarioStartedAt: 1000,
    progress: () => 0.25,
    abort: (reason) => void aborted.push(reason),
    aborted,
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
      tags: { scenario: "browse" },
    });
    assert.deepEqual({ ...scenario }, {
      name: "browse",
      executor: "constant-vus",
      startTime: 1000,
      progress: 0.25,
      iterationInTest: 12,
    });
    one.iterationInInstance = 5;
    assert.equal(vu.iterationInInstance, 5);
    assert.throws(() => instance.vusActive, {
      code: "not_supported",
      message: "instance.vusActive is not supported yet",
    });
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

Deno.test("fail throws its reason", () => {
  assert.throws(() => fail("no stock"), {
    name: "ScriptFailure",
    code: "script_failure",
    message: "no stock",
  });
  assert.throws(() => fail(), { message: "fail() called without a reason" });
});
