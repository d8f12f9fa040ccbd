import assert from "node:assert/strict";
import { readSecretSources } from "./secret_sources.ts";

Deno.test("secrets come from files, and a run without sources has none", async () => {
  const path = await Deno.makeTempFile();
  try {
    await Deno.writeTextFile(path, "token=t0ken\n");
    const secrets = await readSecretSources([`file=${path}`, "mock=default,a=1"]);
    assert.equal(secrets?.sources["file"]?.["token"], "t0ken");
    assert.equal(secrets?.default, "mock");
    assert.equal(await readSecretSources([]), undefined);
  } finally {
    await Deno.remove(path);
  }
});

Deno.test("a variable that may not be read names the permission", async () => {
  await assert.rejects(readSecretSources(["env=DOWNPOUR_TEST_TOKEN"]), {
    code: "secret_source",
    message:
      "Can't read secret DOWNPOUR_TEST_TOKEN from the environment: add --allow-env=DOWNPOUR_TEST_TOKEN",
  });
});
