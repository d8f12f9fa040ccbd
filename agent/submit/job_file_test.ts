import assert from "node:assert/strict";
import { JobFileError, readJobFile } from "./job_file.ts";

const GOLO = `
type = "job"
[schema]
name = "my-loadtest"
users = 1024
duration = 300
`;

Deno.test("golo-cli's job file is read", () => {
  assert.deepEqual(readJobFile(GOLO, "job.toml"), {
    name: "my-loadtest",
    users: 1024,
    duration: 300,
    thresholds: {},
  });
});

Deno.test("users have a default, thresholds may stand beside", () => {
  const text = `type = "job"
[schema]
name = "a"
duration = 1
[thresholds]
http_req_duration = ["p(95)<500", "max<2000"]
"http_req_failed{method:GET}" = "rate<0.01"
`;
  const { users, thresholds } = readJobFile(text, "f");
  assert.equal(users, 25);
  assert.deepEqual({ ...thresholds }, {
    http_req_duration: ["p(95)<500", "max<2000"],
    "http_req_failed{method:GET}": "rate<0.01",
  });
});

const BAD: [change: (text: string) => string, key: string, message: RegExp][] = [
  [() => "", "type", /^job\.toml: type is missing: it takes "job"$/],
  [(t) => t.replace('"job"', '"task"'), "type", /type is "task": it takes "job"/],
  [() => 'type = "job"', "schema", /schema is missing: it takes a table \[schema\] with name/],
  [() => 'type = "job"\nschema = 5', "schema", /schema is 5/],
  [
    (t) => t.replace("my-loadtest", "../../x"),
    "schema.name",
    /schema\.name is "\.\.\/\.\.\/x": it takes a name of 1 to 128 bytes/,
  ],
  [(t) => t.replace('"my-loadtest"', "7"), "schema.name", /schema\.name is 7/],
  [
    (t) => t.replace("1024", '"many"'),
    "schema.users",
    /schema\.users is "many": it takes a whole number from 1 to 10000000/,
  ],
  [(t) => t.replace("1024", "0"), "schema.users", /schema\.users is 0/],
  [(t) => t.replace("1024", "1.5"), "schema.users", /schema\.users is 1\.5/],
  [
    (t) => t.replace("300", "-1"),
    "schema.duration",
    /schema\.duration is -1: it takes a whole number of seconds/,
  ],
  [(t) => t.replace("duration = 300", ""), "schema.duration", /schema\.duration is missing/],
  [(t) => t.replace("300", "2026-01-01"), "schema.duration", /schema\.duration is "2026-01-01/],
  [
    (t) => t.replace("users", "user"),
    "schema.user",
    /there is no schema\.user: did you mean schema\.users/,
  ],
  [(t) => `tpye = 1\n${t}`, "tpye", /there is no tpye: did you mean type/],
  [
    (t) => `zzzzzzzzz = 1\n${t}`,
    "zzzzzzzzz",
    /there is no zzzzzzzzz: there are type, schema, thresholds/,
  ],
  [(t) => `thresholds = 1\n${t}`, "thresholds", /thresholds is 1: it takes a table/],
  [(t) => `${t}users = 5`, "", /^job\.toml:7:\d+: /],
  [() => "type = ", "", /^job\.toml:1:\d+: /],
  [() => "x".repeat(2 ** 21), "", /1048576 characters at most/],
];
for (const [i, [change, key, message]] of BAD.entries()) {
  Deno.test(`a job file that can't be used says where and why: ${i} ${key || "syntax"}`, () => {
    assert.throws(() => readJobFile(change(GOLO), "job.toml"), (error) => {
      assert.ok(error instanceof JobFileError);
      assert.deepEqual([error.code, error.key], ["job_file_invalid", key]);
      assert.match(error.message, message);
      assert.ok(!error.message.includes("\n"));
      return true;
    });
  });
}
