import assert from "node:assert/strict";
import { OptionError } from "../internal/mod.ts";
import { PERMISSION_FLAGS, permissions } from "./permissions.ts";

Deno.test("a script may use the network and read its folder, unless flags say otherwise", () => {
  assert.deepEqual(permissions("dir", {}), { allowNet: true, allowRead: ["dir"] });
  assert.deepEqual(permissions("dir", { allowNet: "a.example,10.0.0.1:80", allowRead: "none" }), {
    allowNet: ["a.example", "10.0.0.1:80"],
    allowRead: [],
  });
});

Deno.test("each permission has a flag, whose list must have no gaps", () => {
  for (const [name, [flag]] of Object.entries(PERMISSION_FLAGS)) {
    assert.deepEqual(Reflect.get(permissions("dir", { [name]: "a, b" }), name), ["a", "b"]);
    assert.deepEqual(Reflect.get(permissions("dir", { [name]: "none" }), name), []);
    assert.throws(() => permissions("dir", { [name]: "a,,b" }), {
      name: "OptionError",
      option: flag,
    });
  }
  assert.throws(() => permissions("dir", { allowNet: "" }), OptionError);
});
