import type { Finding } from "./asynchronous.ts";
import { lineOf, type Program, walk } from "./program.ts";

/** Methods of k6's responses that are not here. */
const RESPONSE_METHODS = new Set(["html", "submitForm", "clickLink"]);

/** Names what the script uses of k6 that has no counterpart, imports apart. */
export function findMissing(program: Program): Finding[] {
  const { ts, source } = program;
  const findings: Finding[] = [];
  walk(program, source, (node) => {
    const report = (text: string) => findings.push({ line: lineOf(program, node), text });
    if (ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression)) {
      const name = node.expression.name.text;
      if (RESPONSE_METHODS.has(name)) {
        report(`${name}() of responses: parse body with a package such as npm:cheerio`);
      }
    }
    if (ts.isCallExpression(node) && ts.isIdentifier(node.expression)) {
      const [first] = node.arguments;
      if (node.expression.text === "require" && first !== undefined) {
        report(`require(${first.getText(source).slice(0, 60)}): write import`);
      }
    }
    if (
      ts.isPropertyAssignment(node) && node.name.getText(source).replace(/["']/g, "") === "auth" &&
      ts.isStringLiteralLike(node.initializer) && node.initializer.text === "ntlm"
    ) report("auth: ntlm is not spoken");
  });
  return findings;
}
