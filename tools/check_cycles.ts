/**
 * Finds import cycles between the repository's files, by `deno info`. Types count too: two files
 * that need each other are one file, or lack a third.
 *
 * Run it as `deno run --allow-read=. --allow-run=deno tools/check_cycles.ts`.
 *
 * @module
 */
import { listFiles } from "./_files.ts";

/** File to the files that it imports. */
export type ImportGraph = ReadonlyMap<string, readonly string[]>;

/** The part of `deno info --json` that is read here. */
interface ModuleInfo {
  specifier: string;
  error?: string;
  dependencies?: { code?: { specifier?: string }; type?: { specifier?: string } }[];
}

/** The local files of a `deno info --json` report with what they import, relative to `root`. */
export function readGraph(report: string, root: string): Map<string, string[]> {
  const { modules } = JSON.parse(report) as { modules: ModuleInfo[] };
  const graph = new Map<string, string[]>();
  for (const { specifier, dependencies = [] } of modules) {
    if (!specifier.startsWith(root)) continue;
    const targets = dependencies.flatMap(({ code, type }) => [code?.specifier, type?.specifier])
      .filter((target) => target !== undefined)
      .filter((target) => target.startsWith(root))
      .map((target) => target.slice(root.length));
    graph.set(specifier.slice(root.length), [...new Set(targets)]);
  }
  return graph;
}

/** Groups of files that reach each other (Tarjan's components), one shortest cycle of each. */
export function findCycles(graph: ImportGraph): string[][] {
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const cycles: string[][] = [];
  const visit = (node: string) => {
    index.set(node, index.size);
    low.set(node, index.get(node)!);
    stack.push(node);
    for (const next of graph.get(node) ?? []) {
      if (!index.has(next)) visit(next);
      if (stack.includes(next)) low.set(node, Math.min(low.get(node)!, low.get(next)!));
    }
    if (low.get(node) !== index.get(node)) return;
    const group = new Set(stack.splice(stack.indexOf(node)));
    const first = [...group].sort()[0]!;
    if (group.size > 1 || graph.get(first)?.includes(first)) {
      cycles.push(shortestCycle(graph, group, first));
    }
  };
  for (const node of graph.keys()) if (!index.has(node)) visit(node);
  return cycles.sort((a, b) => a[0]! < b[0]! ? -1 : 1);
}

function shortestCycle(graph: ImportGraph, group: Set<string>, first: string): string[] {
  let paths = [[first]];
  const seen = new Set<string>();
  while (paths.length > 0) {
    const longer: string[][] = [];
    for (const path of paths) {
      for (const next of graph.get(path.at(-1)!) ?? []) {
        if (next === first) return [...path, first];
        if (!group.has(next) || seen.has(next)) continue;
        seen.add(next);
        longer.push([...path, next]);
      }
    }
    paths = longer;
  }
  return [first];
}

async function main(): Promise<number> {
  const root = new URL("../", import.meta.url);
  const graph = new Map<string, string[]>();
  // Nothing imports a test, so none is part of a cycle.
  for (const file of await listFiles(root, (path) => /(?<!_test)\.ts$/.test(path))) {
    if (graph.has(file)) continue;
    const args = ["info", "--json", "--no-remote", file];
    const { code, stdout, stderr } = await new Deno.Command("deno", { args, cwd: root }).output();
    if (code !== 0) {
      console.error(new TextDecoder().decode(stderr));
      return 1;
    }
    for (const [from, to] of readGraph(new TextDecoder().decode(stdout), root.href)) {
      graph.set(from, to);
    }
  }
  const cycles = findCycles(graph);
  for (const cycle of cycles) console.error(`import cycle: ${cycle.join(" → ")}`);
  console.log(`${graph.size} files, ${cycles.length} import cycles`);
  return cycles.length === 0 ? 0 : 1;
}

if (import.meta.main) Deno.exitCode = await main();
