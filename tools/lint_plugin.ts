/**
 * House rules that `deno lint` checks (see `lint.plugins` in `deno.json`):
 *
 * - `downpour/layers`: imports go one way (see `layers.ts`).
 * - `downpour/max-lines`: a file has at most 320 lines; generated ones end in `.gen.ts`.
 * - `downpour/console`: only programs write to the console; the library returns values.
 * - `downpour/hash-private`: private members are `#x`.
 * - `downpour/camel-case`: names of our own are; properties may have the names of a wire format.
 *
 * @module
 */
import config from "../deno.json" with { type: "json" };
import { checkImport, isTest, layerOf } from "./layers.ts";

const MAX_LINES = 320;
const ROOT = new URL("../", import.meta.url).pathname;
const PROGRAMS = new Set(["cli.ts", "cli", "examples", "bench", "tools"]);

const plugin: Deno.lint.Plugin = {
  name: "downpour",
  rules: {
    layers: {
      create(context) {
        const file = relative(context.filename);
        if (file === null) return {};
        const check = (source: Deno.lint.Node | null | undefined) => {
          if (source?.type !== "Literal" || typeof source.value !== "string") return;
          const message = checkImport(file, source.value, config);
          if (message !== null) context.report({ node: source, message });
        };
        return {
          ImportDeclaration: (node) => check(node.source),
          ImportExpression: (node) => check(node.source),
          ExportAllDeclaration: (node) => check(node.source),
          ExportNamedDeclaration: (node) => check(node.source),
          TSImportType: ({ argument }) =>
            check(argument.type === "TSLiteralType" ? argument.literal : null),
        };
      },
    },
    "max-lines": {
      create(context) {
        return {
          Program(node) {
            if (context.filename.endsWith(".gen.ts")) return;
            const lines = context.sourceCode.text.trimEnd().split("\n").length;
            if (lines <= MAX_LINES) return;
            context.report({
              node,
              message: `${lines} lines are more than ${MAX_LINES}: split it`,
            });
          },
        };
      },
    },
    console: {
      create(context) {
        const file = relative(context.filename);
        if (file === null || PROGRAMS.has(layerOf(file)) || isTest(file)) return {};
        return {
          MemberExpression(node) {
            if (node.object.type !== "Identifier" || node.object.name !== "console") return;
            context.report({ node, message: "the library doesn't print: return it or report it" });
          },
        };
      },
    },
    "camel-case": {
      create(context) {
        const check = (node: Deno.lint.Node | Deno.lint.Parameter | null | undefined) => {
          if (node?.type !== "Identifier" || !/[a-z]_[a-z]/.test(node.name)) return;
          context.report({ node, message: `${node.name} is not in camel case` });
        };
        const checkFunction = (node: { params: Deno.lint.Parameter[] }) =>
          node.params.forEach(check);
        return {
          VariableDeclarator: (node) => check(node.id),
          FunctionDeclaration(node) {
            check(node.id);
            checkFunction(node);
          },
          FunctionExpression: checkFunction,
          ArrowFunctionExpression: checkFunction,
          ClassDeclaration: (node) => check(node.id),
          TSTypeAliasDeclaration: (node) => check(node.id),
          TSInterfaceDeclaration: (node) => check(node.id),
        };
      },
    },
    "hash-private": {
      create(context) {
        // A parameter's accessibility is missing from its node: the text has it.
        const check = (node: Deno.lint.Node) => {
          if (!/^private\b/.test(context.sourceCode.getText(node))) return;
          context.report({ node, message: "private members are written #name" });
        };
        return { PropertyDefinition: check, MethodDefinition: check, TSParameterProperty: check };
      },
    },
  },
};
export default plugin;

/** A path from the root; null for a file outside of it. */
function relative(filename: string): string | null {
  const path = filename.replaceAll("\\", "/");
  return path.startsWith(ROOT) ? path.slice(ROOT.length) : null;
}
