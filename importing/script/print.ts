import { commentText, propertyName, stringLiteral } from "./literals.ts";
import { constantNames } from "./names.ts";
import {
  type Definition,
  definitionsOf,
  requestsOf,
  type RequestStep,
  type ScriptPlan,
  type Step,
  usesFile,
  type Value,
} from "./plan.ts";
import { printFlat, type Printing, printValue, WIDTH } from "./print_value.ts";

/** Methods that clients have functions for. */
const FUNCTIONS: Readonly<Record<string, string>> = {
  GET: "get",
  HEAD: "head",
  POST: "post",
  PUT: "put",
  PATCH: "patch",
  DELETE: "del",
  OPTIONS: "options",
};
/** Longer names of groups and checks are cut: they stand in every summary. */
const LONGEST_NAME = 40;

/** The script's text: TypeScript, as `deno fmt` leaves it. */
export function printScript(plan: ScriptPlan): string {
  const definitions = definitionsOf(plan);
  const printing: Printing = { names: constantNames(definitions) };
  const blocks = [
    header(plan),
    imports(plan, definitions),
    constants(definitions, printing),
    client(plan, printing),
    options(plan, printing),
    `export default async function replay(): Promise<void> {\n${body(plan.steps, printing, 2)}\n}`,
  ];
  return `${blocks.filter((block) => block !== "").join("\n\n")}\n`;
}

function header({ title, notes }: ScriptPlan): string {
  const lines = [`Made by downpour import from ${commentText(title)}.`];
  if (notes.length > 0) lines.push("", "Not taken over:");
  lines.push(...notes.map((note) => `- ${commentText(note)}`));
  return lines.map((line) => `// ${line}`.trimEnd()).join("\n");
}

function imports({ steps }: ScriptPlan, definitions: readonly Definition[]): string {
  const hasGroup = steps.some(({ kind }) => kind === "group");
  const hasSleep = steps.some(hasPause);
  const requests = [...requestsOf(steps)];
  const names = [
    ...requests.length > 0 ? ["check"] : [],
    "env",
    ...hasGroup ? ["group"] : [],
    ...hasSleep ? ["sleep"] : [],
  ];
  const http = requests.some(({ options }) => usesFile(options)) ? "Client, file" : "Client";
  const lines = [`import { ${names.join(", ")} } from "@downpour/downpour";`];
  if (definitions.some(({ kind }) => kind === "file")) {
    lines.push('import { open } from "@downpour/downpour/data";');
  }
  lines.push(`import { ${http} } from "@downpour/downpour/http";`);
  return lines.join("\n");
}

function hasPause(step: Step): boolean {
  return step.kind === "pause" || (step.kind === "group" && step.steps.some(hasPause));
}

function constants(definitions: readonly Definition[], { names }: Printing): string {
  const line = (definition: Definition) => {
    const name = names.get(definition)!;
    if (definition.kind === "file") {
      const mode = definition.binary ? ', "b"' : "";
      return `const ${name} = open(${stringLiteral(definition.path)}${mode});`;
    }
    return orElse(`const ${name} = env.${definition.env}`, definition.fallback, ";", 0);
  };
  const needed = definitions.filter((one) => one.kind === "env" && one.needed);
  const others = definitions.filter((one) => !needed.includes(one));
  const secrets = needed.length === 0
    ? ""
    : `// Secrets are no part of a script: give them by -e NAME=VALUE.\n${
      needed.map(line).join("\n")
    }`;
  return [secrets, others.map(line).join("\n")].filter((block) => block !== "").join("\n\n");
}

/** `start ?? "fallback"`, broken behind the operator where it is too long. */
function orElse(start: string, fallback: string, end: string, indent: number): string {
  const literal = stringLiteral(fallback);
  const whole = `${start} ?? ${literal}${end}`;
  const gap = indent + whole.length > WIDTH ? `\n${" ".repeat(indent + 2)}` : " ";
  return `${start} ??${gap}${literal}${end}`;
}

function client({ target, client }: ScriptPlan, printing: Printing): string {
  const flat = `const client = new Client({ ${orElse("baseUrl: env.TARGET", target, " });", 28)}`;
  if (client.size === 0 && !flat.includes("\n") && flat.length <= WIDTH) return flat;
  const lines = [
    `  ${orElse("baseUrl: env.TARGET", target, ",", 2)}`,
    ...properties(client, printing, 2),
  ];
  return `const client = new Client({\n${lines.join("\n")}\n});`;
}

function options({ options }: ScriptPlan, printing: Printing): string {
  const all = new Map<string, Value>([
    ["vus", 1],
    ["duration", "10s"],
    ...options,
    [
      "thresholds",
      new Map<string, Value>([["http_req_failed", ["rate<0.01"]], ["checks", ["rate>0.99"]]]),
    ],
  ]);
  return `export const options = {\n${
    [...all].map(([name, value]) => `  ${property(name, value, printing, 2)}`).join("\n")
  }\n};`;
}

function properties(all: ReadonlyMap<string, Value>, printing: Printing, indent: number): string[] {
  return [...all].map(([name, value]) =>
    `${" ".repeat(indent)}${property(name, value, printing, indent)}`
  );
}

function property(name: string, value: Value, printing: Printing, indent: number): string {
  const key = `${propertyName(name)}: `;
  return `${key}${printValue(value, printing, indent, indent + key.length + 1)},`;
}

/** Statements of a function. */
function body(steps: readonly Step[], printing: Printing, indent: number): string {
  const requests = steps.filter(({ kind }) => kind === "request").length;
  const pad = " ".repeat(indent);
  let seen = 0;
  return steps.map((step) => {
    switch (step.kind) {
      case "pause":
        return `${pad}await sleep(${step.seconds});`;
      case "group": {
        const name = stringLiteral(nameOf(step.name));
        const inner = body(step.steps, printing, indent + 2);
        return `${pad}await group(${name}, async () => {\n${inner}\n${pad}});`;
      }
      case "request": {
        const declare = requests === 1 ? "const " : seen++ === 0 ? "let " : "";
        return request(step, declare, printing, indent);
      }
    }
  }).join("\n");
}

function request(step: RequestStep, declare: string, printing: Printing, indent: number): string {
  const pad = " ".repeat(indent);
  const comment = step.comment === undefined ? "" : `${pad}// ${commentText(step.comment)}\n`;
  const named = Object.hasOwn(FUNCTIONS, step.method) ? FUNCTIONS[step.method] : undefined;
  const start = `${declare}response = await client.${named ?? "request"}(`;
  const args: Value[] = named === undefined ? [step.method, step.url] : [step.url];
  if (step.options.size > 0) args.push(step.options);
  return `${comment}${pad}${start}${callArguments(args, printing, indent, start.length)}\n${pad}${
    checkOf(step, indent)
  }`;
}

/** Arguments up to the semicolon: on one line, or with the last one broken, or with a line each. */
function callArguments(
  args: readonly Value[],
  printing: Printing,
  indent: number,
  start: number,
): string {
  const flat = `${args.map((arg) => printFlat(arg, printing)).join(", ")});`;
  if (indent + start + flat.length <= WIDTH) return flat;
  const last = args.at(-1)!;
  const head = args.slice(0, -1).map((arg) => `${printFlat(arg, printing)}, `).join("");
  if (last instanceof Map && indent + start + head.length + 1 <= WIDTH) {
    return `${head}${printValue(last, printing, indent, WIDTH)});`;
  }
  const inner = indent + 2;
  const lines = args.map((arg) =>
    `${" ".repeat(inner)}${printValue(arg, printing, inner, inner + 1)},\n`
  );
  return `\n${lines.join("")}${" ".repeat(indent)});`;
}

function checkOf({ label, expect }: RequestStep, indent: number): string {
  const [says, test] = expect === "ok"
    ? ["is ok", "(r) => r.ok"]
    : [`is ${expect}`, `(r) => r.status === ${expect}`];
  // Quotes, a colon and a comma; longer lines the formatter would break.
  const room = WIDTH - indent - 2 - says.length - test.length - 6;
  const name = nameOf(label, Math.max(12, Math.min(room, LONGEST_NAME)));
  const item = `${stringLiteral(`${name} ${says}`)}: ${test}`;
  const flat = `check(response, { ${item} });`;
  if (indent + flat.length <= WIDTH) return flat;
  const pad = " ".repeat(indent);
  return `check(response, {\n${pad}  ${item},\n${pad}});`;
}

/** The name of a group or a check: short, and without `::`, which divides groups. */
function nameOf(text: string, most: number = LONGEST_NAME): string {
  return commentText(text, most).replace(/:{2,}/g, ":") || "(no name)";
}
