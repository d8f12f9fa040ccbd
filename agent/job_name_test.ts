import assert from "node:assert/strict";
import { AgentError } from "./errors.ts";
import { checkJobName, isJobName, MAX_JOB_NAME_BYTES } from "./job_name.ts";

Deno.test("names of jobs are what people call them", () => {
  const names = ["my-loadtest", "dead_letter", "v1.2 (nightly)", "Übersicht", "a", "负载", "a..b"];
  for (const name of [...names, "x".repeat(MAX_JOB_NAME_BYTES)]) {
    assert.equal(checkJobName(name), name);
  }
});

const BAD = [
  "",
  ".",
  "..",
  "../../x",
  "/etc/passwd",
  "a/b",
  "a\\b",
  "a\0b",
  "a\nb",
  ".hidden",
  "-rf",
  " a",
  "a ",
  "a.",
  'a"b',
  "a\u202eb",
  "\ud800",
  "x".repeat(300),
  "ü".repeat(65),
];
Deno.test("fault 77: a job's name is no path, no option and no control characters", () => {
  for (const name of BAD) {
    assert.equal(isJobName(name), false, JSON.stringify(name));
    assert.throws(() => checkJobName(name), (error) => {
      assert.ok(error instanceof AgentError);
      assert.equal(error.code, "job_name_invalid");
      return error.message.length < 400;
    });
  }
});
