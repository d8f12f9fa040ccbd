/**
 * The real peer of these tests: a load test binary in Go (`agent/testdata/go`), with flags to
 * behave badly. Built once for a test file; gone with its process.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import {
  accepting,
  freePort,
  PATH,
  type Program,
  startProgram,
} from "../internal/programs_for_tests.ts";

const SOURCE = fileURLToPath(new URL("./testdata/go/", import.meta.url));

let built: Promise<string> | null = null;

/** Path of the built program. */
export function buildLoadServer(): Promise<string> {
  return built ??= build();
}

async function build(): Promise<string> {
  const folder = await Deno.makeTempDir();
  await Deno.chmod(folder, 0o755); // for programs that run as a user of their own
  addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));
  const path = `${folder}/loadserver`;
  const { code, stderr } = await new Deno.Command("bash", {
    args: [
      "-c",
      `${PATH}; export PATH GOTOOLCHAIN=local GOPROXY=off; exec go build -o "$0" .`,
      path,
    ],
    cwd: SOURCE,
    stdout: "null",
  }).output();
  if (code !== 0) throw new Error(`go build: ${new TextDecoder().decode(stderr)}`);
  return path;
}

/** A running server, on a free port. */
export async function startLoadServer(
  flags: string = "",
): Promise<Program & { readonly address: string }> {
  const path = await buildLoadServer();
  const port = freePort();
  const address = `127.0.0.1:${port}`;
  const program = await startProgram(
    `exec "${path}" -listen ${address} ${flags}`,
    {},
    () => accepting(port),
  );
  return Object.assign(program, { address });
}

/** A file to upload: a script that becomes the server, with these flags, on this address. */
export async function writeLoadBinary(
  folder: string,
  address: string,
  flags: string = "",
): Promise<string> {
  return await writeScript(folder, `exec "${await buildLoadServer()}" -listen ${address} ${flags}`);
}

/** A file to upload: a bash script. */
export async function writeScript(folder: string, script: string): Promise<string> {
  const path = `${folder}/upload`;
  await Deno.writeTextFile(path, `#!/bin/bash\n${script}\n`);
  await Deno.chmod(path, 0o755);
  return path;
}
