import assert from "node:assert/strict";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { parseAllDocuments } from "yaml";
import { VERSION } from "../../internal/mod.ts";
import { parseCommandLine } from "../args.ts";
import { readPoolFlags } from "../agent/pool_flags.ts";

type Fields = Record<string, unknown>;

const ROOT = new URL("../../", import.meta.url);
const TEXT = await Deno.readTextFile(new URL("deploy/kubernetes/agents.yaml", ROOT));

const OBJECTS = documentsOf(TEXT);

/** The parser looks for settings of its own in the environment, which tests may not read. */
function documentsOf(text: string): Fields[] {
  const { env } = process;
  process.env = {};
  try {
    return parseAllDocuments(text).map((document) => {
      assert.deepEqual([...document.errors, ...document.warnings], []);
      return document.toJS() as Fields;
    });
  } finally {
    process.env = env;
  }
}

/** What is at a path such as `spec.template.spec.containers.0`. */
function at(from: unknown, path: string): unknown {
  return path.split(".").reduce<unknown>((value, name) => {
    assert(typeof value === "object" && value !== null, `${path}: nothing is before ${name}`);
    return (value as Fields)[name];
  }, from);
}

function one(kind: string): Fields {
  const found = OBJECTS.filter((object) => object["kind"] === kind);
  assert.equal(found.length, 1, kind);
  return found[0]!;
}

const deployment = one("Deployment");
const pod = at(deployment, "spec.template.spec");
const container = at(pod, "containers.0");

Deno.test("the manifests are objects that Kubernetes knows, with names and one set of labels", () => {
  assert.deepEqual(OBJECTS.map((object) => [object["apiVersion"], object["kind"]]), [
    ["v1", "ServiceAccount"],
    ["apps/v1", "Deployment"],
    ["networking.k8s.io/v1", "NetworkPolicy"],
    ["policy/v1", "PodDisruptionBudget"],
  ]);
  const labels = at(deployment, "spec.template.metadata.labels");
  for (const object of OBJECTS) {
    assert.match(String(at(object, "metadata.name")), /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/);
    assert.deepEqual(at(object, "metadata.labels"), labels);
    assert.equal(at(object, "metadata.namespace"), undefined, "it goes where kubectl is");
  }
  for (
    const [object, path] of [
      [deployment, "spec.selector.matchLabels"],
      [one("NetworkPolicy"), "spec.podSelector.matchLabels"],
      [one("PodDisruptionBudget"), "spec.selector.matchLabels"],
    ] as const
  ) assert.deepEqual(at(object, path), labels);
  assert.equal(at(pod, "serviceAccountName"), at(one("ServiceAccount"), "metadata.name"));
});

/** Where Kubernetes' API says what the objects of a version look like. */
const TYPES: Readonly<Record<string, string>> = {
  "v1": "core/v1",
  "apps/v1": "apps/v1",
  "networking.k8s.io/v1": "networking/v1",
  "policy/v1": "policy/v1",
};

/** What the types of Kubernetes' API, made from its schema, have against objects; nothing: "". */
async function checkTypes(objects: readonly Fields[]): Promise<string> {
  const folder = await Deno.makeTempDir();
  try {
    const checks = objects.map(({ apiVersion, kind, ...fields }, index) =>
      `import type { ${kind} as Kind${index} } from "kubernetes-types/${
        TYPES[String(apiVersion)]
      }.d.ts";
export const object${index}: Kind${index} = ${JSON.stringify({ apiVersion, kind, ...fields })};`
    );
    await Deno.writeTextFile(`${folder}/objects.ts`, checks.join("\n"));
    const { code, stderr } = await new Deno.Command("deno", {
      args: [
        "check",
        "--config",
        fileURLToPath(new URL("deno.json", ROOT)),
        `${folder}/objects.ts`,
      ],
      stdout: "null",
    }).output();
    return code === 0 ? "" : new TextDecoder().decode(stderr);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("the manifests have the fields of Kubernetes' API, of its types, and no others", async () => {
  assert.equal(await checkTypes(OBJECTS), "");
  // It does look, however deep.
  const wrong: [from: string, to: string, expected: RegExp][] = [
    ["maxUnavailable: 1", "maxUnavailible: 1", /'"maxUnavailible"' does not exist in type/],
    [
      "readOnlyRootFilesystem",
      "readonlyRootFilesystem",
      /'"readonlyRootFilesystem"' does not exist/,
    ],
    ["replicas: 3", "replicas: three", /'string' is not assignable to type 'number'/],
  ];
  const objects = wrong.flatMap(([from, to]) => {
    assert(TEXT.includes(from), from);
    return documentsOf(TEXT.replaceAll(from, to));
  });
  const said = await checkTypes(objects);
  for (const [, , expected] of wrong) assert.match(said, expected);
});

Deno.test("an agent in a pod has no rights that it needs not", () => {
  assert.deepEqual(at(pod, "securityContext.runAsNonRoot"), true);
  assert.notEqual(at(pod, "securityContext.runAsUser"), 0);
  assert.equal(at(pod, "automountServiceAccountToken"), false);
  assert.deepEqual(at(container, "securityContext"), {
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ["ALL"] },
  });
  assert.deepEqual(at(one("NetworkPolicy"), "spec.ingress"), []);
  assert.doesNotMatch(TEXT, /hostNetwork|hostPath|privileged: true/);
});

Deno.test("an agent in a pod has whole cores of its own", () => {
  const limits = at(container, "resources.limits") as Fields;
  assert.deepEqual(at(container, "resources.requests"), limits);
  assert.match(String(limits["cpu"]), /^\d+$/);
});

Deno.test("secrets come from the secret alone, and every volume and variable is there", () => {
  const env = at(container, "env") as Fields[];
  const names = env.map((one) => String(one["name"]));
  for (const variable of env) assert.equal(variable["value"], undefined, String(variable["name"]));
  const used = [...TEXT.matchAll(/\$\((\w+)\)/g)].map(([, name]) => name!);
  assert.deepEqual([...new Set(used)].sort(), names.toSorted());
  const mounts = (at(container, "volumeMounts") as Fields[]).map((one) => one["name"]);
  assert.deepEqual((at(pod, "volumes") as Fields[]).map((one) => one["name"]), mounts);
  const items = at(pod, "volumes.0.secret.items") as Fields[];
  for (const file of ["agent.creds", "ca.pem"]) {
    assert(items.some((item) => item["path"] === file), file);
    assert((at(container, "args") as string[]).includes(`/etc/downpour/${file}`), file);
  }
});

Deno.test("the command in a pod is one that downpour understands, of this version", () => {
  const words = at(container, "command") as string[];
  const args = at(container, "args") as string[];
  const filled = args.map((arg) =>
    arg.replace("$(NATS_URL)", "tls://nats.example:4222").replace("$(POD_NAME)", "agents-7d-x2")
      .replace("$(NODE_NAME)", "node-1.example").replace("$(CORES)", "2")
  );
  const line = parseCommandLine([...words.slice(words.indexOf("cli.ts") + 1), ...filled]);
  assert(line.command === "agent");
  assert.equal(line.flags.nats, "tls://nats.example:4222");
  const flags = readPoolFlags(line.flags);
  assert.deepEqual([flags.id, flags.labels, flags.cores], [
    "agents-7d-x2",
    { node: "node-1.example" },
    2,
  ]);
  assert.deepEqual(flags.policy.allowNet, ["target.example:443"]);
  assert.match(String(at(container, "image")), new RegExp(`:${VERSION}$`));
  const granted = words.filter((word) => /^(--allow|-A)/.test(word)).map((word) =>
    word.split("=")[0]
  );
  assert.deepEqual(granted, ["--allow-net", "--allow-read", "--allow-run", "--allow-env"]);
});
