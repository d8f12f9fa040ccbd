import assert from "node:assert/strict";
import { OptionError } from "./errors.ts";
import { checkNames } from "./check_names.ts";

Deno.test("options that exist pass, others are named with the nearest or with all", () => {
  const names = ["timeout", "proxy"];
  checkNames("open", {}, names);
  checkNames("open", { proxy: 1, timeout: undefined }, names);
  const cases: [options: unknown, message: string][] = [
    [{ timeuot: 1 }, "open has no option timeuot: did you mean timeout"],
    [{ zzz: 1 }, "open has no option zzz: it has timeout, proxy"],
    [null, "open takes an object of options: null"],
    ["timeout", "open takes an object of options: timeout"],
    [[], "open takes an object of options: "],
  ];
  for (const [options, message] of cases) {
    assert.throws(() => checkNames("open", options as object, names), (error) => {
      assert.ok(error instanceof OptionError);
      assert.equal(error.message, message);
      return true;
    });
  }
});
