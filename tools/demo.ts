/**
 * `deno task demo`, `demo:net`, `demo:nats`, `demo:packets`, `demo:wrpc`, `demo:agent`,
 * `demo:distributed`: starts a target on the loopback, runs one example or several against it and
 * ends with the exit code of the first that failed.
 *
 * @module
 */
import { findNatsServer, type NatsServerProgram, startNatsServer } from "../nats/server/mod.ts";
import { startEcho, startPackets, startTarget } from "../targets/mod.ts";
import { demoAgent } from "./demo_agent.ts";
import { demoDistributed } from "./demo_distributed.ts";
import { type ComponentHost, hostComponent, serveComponent } from "../wrpc/host/mod.ts";
import { natsServer, tcpServer } from "../wrpc/mod.ts";

/** Examples, and what the command line is told of its target. */
interface Demo {
  /** Scripts of `examples/`, or the path of a stress script. */
  readonly examples: readonly string[];
  /** Permissions of the command line; those of the shards are in `options`. */
  readonly allowNet: string;
  readonly options: readonly string[];
}

/** Starts a demo's target; `stack` ends it. Demos of a list run one after the other. */
type Prepare = (stack: AsyncDisposableStack) => Demo | Promise<Demo | readonly Demo[]>;

const DEMOS: Record<string, Prepare> = {
  http(stack) {
    const target = stack.use(startTarget());
    return {
      examples: ["first"],
      allowNet: `127.0.0.1:${target.port}`,
      options: ["-e", `TARGET=${target.url}`],
    };
  },

  async net(stack) {
    const folder = await Deno.makeTempDir({ prefix: "downpour-demo-" });
    stack.defer(() => Deno.remove(folder, { recursive: true }));
    const path = `${folder}/echo.sock`;
    const { tcp, udp } = stack.use(await startEcho({ path }));
    return {
      examples: ["net"],
      allowNet: "127.0.0.1",
      options: [
        ...["-e", `TCP=${tcp}`, "-e", `UDP=${udp}`, "-e", `IPC=${path}`],
        ...["--allow-unix", path],
      ],
    };
  },

  async nats(stack) {
    const server = stack.use(await startNatsServer({ program: await installedNatsServer() }));
    console.log(`nats-server ${server.version} at ${server.url}`);
    return {
      examples: ["nats_latency", "nats_request_reply", "nats_work_queue"],
      allowNet: `127.0.0.1:${server.port}`,
      options: ["-e", `NATS_URL=${server.url}`],
    };
  },

  async packets(stack) {
    const { address, port } = stack.use(await startPackets({ heartbeatMs: 20 }));
    console.log(`a packet server is at ${address}; it sends every client a heartbeat each 20 ms`);
    const folder = await Deno.makeTempDir({ prefix: "downpour-demo-" });
    stack.defer(() => Deno.remove(folder, { recursive: true }));
    const script = await atPort(port, "stress_heartbeat.ldsh", folder);
    return { examples: [script], allowNet: address, options: ["--shards", "2"] };
  },

  async wrpc(stack) {
    const blaster = stack.use(await hostBlaster());
    const { url, port } = stack.use(
      await startNatsServer({ program: await installedNatsServer() }),
    );
    const prefix = "demo";
    stack.use(await serveComponent(blaster, natsServer({ url, prefix })));
    const { address } = stack.use(await serveComponent(blaster, tcpServer()));
    console.log(`a blaster is hosted at ${address} and under ${prefix} at ${url}`);
    const examples = ["wrpc_blaster"];
    return [
      { examples, allowNet: address, options: ["-e", `TCP=${address}`] },
      {
        examples,
        allowNet: `127.0.0.1:${port}`,
        options: ["-e", `NATS=${url}`, "-e", `NATS_PREFIX=${prefix}`],
      },
    ];
  },
};

/** Copies a stress script into a folder, with another port; the files that it names stay where they are. */
async function atPort(port: number, example: string, folder: string): Promise<string> {
  const examples = new URL("../examples/", import.meta.url);
  const text = await Deno.readTextFile(new URL(example, examples));
  const path = `${folder}/${example}`;
  const moved = text.replace(/PORT = \d+/, `PORT = ${port}`)
    .replace(/"([^"\n]+\.(?:bin|wasm))"/g, (_, file) => `"${new URL(file, examples).pathname}"`);
  await Deno.writeTextFile(path, moved);
  return path;
}

/** Builds the small blaster, unless that was done before, and hosts it. */
async function hostBlaster(): Promise<ComponentHost> {
  const args = ["task", "--quiet", "components", "blaster_small"];
  const cwd = new URL("../", import.meta.url);
  const build = new Deno.Command("deno", { args, cwd, stdout: "piped" });
  const { success, stdout } = await build.spawn().output();
  if (!success) throw new Error("the blaster can't be built: see above");
  return await hostComponent(new TextDecoder().decode(stdout).trim());
}

/** The newest nats-server here; one is installed first where there is none. */
async function installedNatsServer(): Promise<NatsServerProgram> {
  const script = new URL("nats_server.sh", import.meta.url).pathname;
  const install = new Deno.Command("bash", { args: [script], stdout: "null" });
  if (!(await install.spawn().status).success) {
    throw new Error("no nats-server, and none installed");
  }
  return await findNatsServer();
}

async function main(name: string): Promise<number> {
  await using stack = new AsyncDisposableStack();
  // Ctrl-C reaches the run too: it drains and ends, and so does this.
  const stay = () => {};
  Deno.addSignalListener("SIGINT", stay);
  stack.defer(() => Deno.removeSignalListener("SIGINT", stay));
  if (name === "agent") return await demoAgent(stack);
  if (name === "distributed") return await demoDistributed(stack, await installedNatsServer());
  const prepare = DEMOS[name];
  if (prepare === undefined) {
    console.error(
      `there is no demo ${name}: choose ${Object.keys(DEMOS).join(", ")}, agent, distributed`,
    );
    return 2;
  }
  const demos = [await prepare(stack)].flat();
  for (const demo of demos) {
    for (const example of demo.examples) {
      const code = await runExample(example, demo);
      if (code !== 0) return code;
    }
  }
  return 0;
}

async function runExample(example: string, { allowNet, options }: Demo): Promise<number> {
  const command = new Deno.Command("deno", {
    args: [
      ...["run", "--no-prompt", `--allow-net=${allowNet}`],
      // Shards are processes of their own, with their own permissions.
      ...["--allow-read=.,/tmp", "--allow-run=deno"],
      ...["--allow-env=FORCE_COLOR,CI", "cli.ts"],
      ...(example.endsWith(".ldsh") ? ["stress", example] : ["run", `examples/${example}.ts`]),
      ...["--no-save", ...options],
    ],
    cwd: new URL("../", import.meta.url),
  });
  const { code } = await command.spawn().status;
  return code;
}

if (import.meta.main) Deno.exitCode = await main(Deno.args[0] ?? "http");
