import type ts from "typescript";
import type { Program } from "./program.ts";

/** A function of one of k6's modules. */
export interface Api {
  readonly module: string;
  /** `default` and `*` for the module itself. */
  readonly name: string;
}

/** What an expression may be, as far as the script tells. */
export type Meaning =
  | { readonly kind: "api"; readonly api: Api }
  | { readonly kind: "function"; readonly node: ts.SignatureDeclaration }
  | { readonly kind: "parameter"; readonly node: ts.ParameterDeclaration };

/** Names may stand for names; more than this is a circle. */
const MOST_STEPS = 20;

/** Everything that an expression may mean; nothing where the script doesn't tell. */
export function meaningsOf(program: Program, expression: ts.Expression, steps = 0): Meaning[] {
  const { ts } = program;
  if (steps > MOST_STEPS) return [];
  const next = (other: ts.Expression) => meaningsOf(program, other, steps + 1);
  const node = unwrapped(program, expression);
  if (ts.isFunctionExpression(node) || ts.isArrowFunction(node)) {
    return [{ kind: "function", node }];
  }
  if (ts.isConditionalExpression(node)) return [...next(node.whenTrue), ...next(node.whenFalse)];
  if (ts.isBinaryExpression(node)) {
    const { kind } = node.operatorToken;
    const either = kind === ts.SyntaxKind.BarBarToken ||
      kind === ts.SyntaxKind.QuestionQuestionToken;
    return either ? [...next(node.left), ...next(node.right)] : [];
  }
  if (ts.isIdentifier(node)) return meaningsOfSymbol(program, node, steps);
  if (ts.isPropertyAccessExpression(node)) {
    const [owner] = next(node.expression);
    if (owner?.kind === "api") return [member(owner.api, node.name.text)];
    return meaningsOfSymbol(program, node.name, steps);
  }
  if (ts.isElementAccessExpression(node)) {
    const [owner] = next(node.expression);
    const name = ts.isStringLiteralLike(node.argumentExpression)
      ? node.argumentExpression.text
      : "?";
    if (owner?.kind === "api") return [member(owner.api, name)];
  }
  return [];
}

function member(api: Api, name: string): Meaning {
  const isModule = api.name === "default" || api.name === "*";
  return {
    kind: "api",
    api: { module: api.module, name: isModule ? name : `${api.name}.${name}` },
  };
}

function meaningsOfSymbol(program: Program, name: ts.Node, steps: number): Meaning[] {
  const symbol = program.checker.getSymbolAtLocation(name);
  return (symbol?.declarations ?? []).flatMap((one) => meaningsOfDeclaration(program, one, steps));
}

function meaningsOfDeclaration(program: Program, node: ts.Declaration, steps: number): Meaning[] {
  const { ts } = program;
  const api = importedApi(program, node);
  if (api !== null) return [{ kind: "api", api }];
  if (ts.isFunctionDeclaration(node) || ts.isMethodDeclaration(node)) {
    return [{ kind: "function", node }];
  }
  if (
    ts.isVariableDeclaration(node) || ts.isPropertyAssignment(node) ||
    ts.isPropertyDeclaration(node)
  ) {
    return node.initializer === undefined ? [] : meaningsOf(program, node.initializer, steps + 1);
  }
  if (ts.isShorthandPropertyAssignment(node)) {
    const symbol = program.checker.getShorthandAssignmentValueSymbol(node);
    return (symbol?.declarations ?? []).flatMap((one) =>
      steps > MOST_STEPS ? [] : meaningsOfDeclaration(program, one, steps + 1)
    );
  }
  if (ts.isParameter(node)) return [{ kind: "parameter", node }];
  if (ts.isBindingElement(node)) {
    const declaration = node.parent.parent;
    if (!ts.isVariableDeclaration(declaration) || declaration.initializer === undefined) return [];
    const [owner] = meaningsOf(program, declaration.initializer, steps + 1);
    const name = node.propertyName ?? node.name;
    return owner?.kind === "api" && ts.isIdentifier(name) ? [member(owner.api, name.text)] : [];
  }
  return [];
}

/** What a declaration of an import brings. */
function importedApi({ ts }: Program, node: ts.Declaration): Api | null {
  const name = ts.isImportClause(node)
    ? "default"
    : ts.isNamespaceImport(node)
    ? "*"
    : ts.isImportSpecifier(node)
    ? (node.propertyName ?? node.name).text
    : null;
  if (name === null) return null;
  for (let at: ts.Node = node; at !== undefined; at = at.parent) {
    if (!ts.isImportDeclaration(at)) continue;
    return ts.isStringLiteral(at.moduleSpecifier)
      ? { module: at.moduleSpecifier.text, name }
      : null;
  }
  return null;
}

/** Without parentheses, assertions and the like. */
function unwrapped({ ts }: Program, expression: ts.Expression): ts.Expression {
  let node = expression;
  while (
    ts.isParenthesizedExpression(node) || ts.isNonNullExpression(node) ||
    ts.isAsExpression(node) || ts.isSatisfiesExpression(node)
  ) node = node.expression;
  return node;
}
