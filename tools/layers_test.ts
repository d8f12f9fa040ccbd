import assert from "node:assert/strict";
import { checkImport } from "./layers.ts";

const NAMES = {
  name: "@downpour/downpour",
  imports: {
    k6: "./mod.ts",
    "k6/execution": "./runner/api/execution.ts",
    "k6/x/net": "./net/mod.ts",
    commander: "npm:commander@1.0.0",
  },
};

const ALLOWED: [file: string, specifier: string][] = [
  ["http/client.ts", "../net/mod.ts"],
  ["http/client.ts", "./_pool.ts"],
  ["http/h1/parser.ts", "../_pool.ts"],
  ["file/open.ts", "../metrics/mod.ts"],
  ["internal/version.ts", "../deno.json"],
  ["mod.ts", "./runner/api/mod.ts"],
  ["mod.ts", "./runner/api/execution.ts"],
  ["http/client.ts", "./h1/parser.ts"],
  ["http/h1/parser.ts", "../../internal/mod.ts"],
  ["http/h1/parser.ts", "../errors.ts"],
  ["runner/options/parse.ts", "../script/types.ts"],
  ["runner/run.ts", "node:os"],
  ["cli/main.ts", "commander"],
  ["cli/script_modules.ts", "../script.ts"],
  ["cli.ts", "./cli/mod.ts"],
  ["mod.ts", "./runner/mod.ts"],
  ["http/client_test.ts", "../targets/mod.ts"],
  ["net/tls/peers_test.ts", "../../internal/certs_for_tests.ts"],
  ["runner/testdata/script.ts", "k6"],
  ["metrics/histogram_test.ts", "hdr-histogram-js"],
  ["http/_server_for_tests.ts", "../targets/mod.ts"],
  ["examples/first.ts", "@downpour/downpour/http"],
  ["examples/first.ts", "k6/x/net"],
  ["tests/examples_test.ts", "../examples/first.ts"],
  ["tests/report_test.ts", "../report/mod.ts"],
  ["tools/demo.ts", "../targets/mod.ts"],
];

for (const [file, specifier] of ALLOWED) {
  Deno.test(`${file} may import ${specifier}`, () => {
    assert.equal(checkImport(file, specifier, NAMES), null);
  });
}

const REFUSED: [file: string, specifier: string, message: string][] = [
  ["net/tcp.ts", "../http/mod.ts", "net may not import http"],
  ["metrics/registry.ts", "../net/mod.ts", "metrics may not import net"],
  ["runner/run.ts", "../http/mod.ts", "runner may not import http"],
  ["http/body.ts", "../file/mod.ts", "http may not import file"],
  ["file/open.ts", "../net/mod.ts", "file may not import net"],
  ["targets/target.ts", "../http/mod.ts", "targets may not import http"],
  ["http/client.ts", "../targets/mod.ts", "http may not import targets"],
  ["script.ts", "./cli/mod.ts", "script.ts may not import cli"],
  ["http/client.ts", "../net/tcp.ts", "net/tcp.ts is inside net: import net/mod.ts"],
  [
    "net/tls/start_tls.ts",
    "../../internal/certs_for_tests.ts",
    "internal/certs_for_tests.ts is inside internal: import internal/mod.ts",
  ],
  ["http/client.ts", "../net/_dns.ts", "net/_dns.ts is private to net/"],
  ["http/client.ts", "./h1/_state.ts", "http/h1/_state.ts is private to http/h1/"],
  ["http/h2/parser.ts", "../h1/_state.ts", "http/h1/_state.ts is private to http/h1/"],
  [
    "http/client.ts",
    "@downpour/downpour/net",
    "@downpour/downpour/net is the name for users: import the module by its path",
  ],
  ["http/client.ts", "k6", "k6 is the name for users: import the module by its path"],
  [
    "examples/first.ts",
    "../http/mod.ts",
    "examples may not import http by its path: import the package by name",
  ],
  ["metrics/histogram.ts", "hdr-histogram-js", "hdr-histogram-js is for tests alone"],
  [
    "cli/main.ts",
    "npm:commander@1",
    "npm:commander@1 is not pinned: name it in the import map of deno.json",
  ],
  [
    "cli/main.ts",
    "jsr:@std/async",
    "jsr:@std/async is not pinned: name it in the import map of deno.json",
  ],
  ["mod.ts", "../other/mod.ts", "../other/mod.ts leaves the repository"],
  ["other/x.ts", "./y.ts", "other has no layer: name it in tools/layers.ts"],
];

for (const [file, specifier, message] of REFUSED) {
  Deno.test(`${file} may not import ${specifier}`, () => {
    assert.equal(checkImport(file, specifier, NAMES), message);
  });
}
