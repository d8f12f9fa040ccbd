/** Where a project finds this package. */
export interface PackagePlace {
  /** As an import map has it: `jsr:@downpour/downpour@^1.0.0`. */
  readonly specifier: string;
  /** Folder of a checkout that stands in for it; null when the registry has it. */
  readonly link: string | null;
}

/** What the command may do: the script gets less, see `SCRIPT_FLAGS`. */
const FLAGS = "--no-prompt --allow-net --allow-read --allow-write --allow-run=deno " +
  "--allow-env=CI,FORCE_COLOR,DOWNPOUR_*,K6_*,GITHUB_*";
const COMMAND = `deno run ${FLAGS} @downpour/downpour/cli`;
/** The host that the script may reach is named: a flag behind it, as for another target, wins. */
const SCRIPT_FLAGS = "--with-target --allow-net=127.0.0.1";

/** The files of a new project, by their path in it. */
export function initFiles({ specifier, link }: PackagePlace): Readonly<Record<string, string>> {
  const config = {
    tasks: {
      load: {
        description:
          "Run the load test: deno task load [-u 50 -d 1m -e TARGET=http://… --allow-net=HOST]",
        command: `${COMMAND} run load.ts ${SCRIPT_FLAGS}`,
      },
      check: {
        description: "Check its types, run it once and show all it does",
        command: `${COMMAND} check load.ts ${SCRIPT_FLAGS}`,
      },
      dash: {
        description: "Look at the newest run in a browser: deno task dash [NUMBER]",
        command: `${COMMAND} dash`,
      },
      downpour: {
        description: "The whole command: deno task downpour --help",
        command: COMMAND,
      },
    },
    imports: { "@downpour/downpour": specifier },
    ...(link === null ? {} : { links: [link] }),
    unstable: ["bundle", "net", "no-legacy-abort"],
    compilerOptions: { exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true },
  };
  return {
    "deno.json": `${JSON.stringify(config, null, 2)}\n`,
    "load.ts": SCRIPT,
    ".gitignore": ".downpour/\n",
    ".github/workflows/load.yml": WORKFLOW,
  };
}

const SCRIPT = `import { check, env, sleep } from "@downpour/downpour";
import { Client } from "@downpour/downpour/http";

// deno task load starts a server to aim at. Yours: add
// -e TARGET=https://shop.example --allow-net=shop.example
const client = new Client({ baseUrl: env.TARGET ?? "http://127.0.0.1:8000" });

export const options = {
  vus: 10,
  duration: "5s",
  thresholds: {
    http_req_failed: ["rate<0.01"],
    http_req_duration: ["p(95)<200"],
  },
};

export default async function browse(): Promise<void> {
  const response = await client.get("/json");
  check(response, { "status is 200": ({ status }) => status === 200 });
  await sleep(0.1);
}
`;

const WORKFLOW = `name: load
on:
  push:
  workflow_dispatch:
permissions:
  contents: read
jobs:
  load:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: denoland/setup-deno@v2
        with:
          deno-version: v2.x
      - run: deno task check
      - run: deno task load --summary-json summary.json
      - uses: actions/upload-artifact@v4
        if: always()
        with:
          name: load-summary
          path: summary.json
`;
