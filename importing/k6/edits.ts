import type ts from "typescript";
import type { Changes } from "./asynchronous.ts";
import type { Program } from "./program.ts";

/** A change of the text. */
export interface Edit {
  readonly start: number;
  /** The same for an insertion. */
  readonly end: number;
  readonly text: string;
  /** Of insertions at the same place, the lower comes first. */
  readonly order: number;
}

/** The text with all edits. */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  const sorted = edits.toSorted((a, b) => a.start - b.start || a.order - b.order);
  let at = 0;
  let result = "";
  for (const { start, end, text: inserted } of sorted) {
    result += text.slice(at, start) + inserted;
    at = Math.max(at, end);
  }
  return result + text.slice(at);
}

/** The edits that make a script wait. */
export function editsOf(program: Program, changes: Changes): Edit[] {
  const edits: Edit[] = [];
  for (const call of changes.awaited) edits.push(...awaitEdits(program, call, "", ""));
  for (const call of changes.together) {
    edits.push(...awaitEdits(program, call, "Promise.all(", ")"));
  }
  for (const call of changes.loops) edits.push(...loopEdits(program, call));
  for (const node of changes.functions) edits.push(...asyncEdits(program, node));
  return edits;
}

function awaitEdits(
  program: Program,
  call: ts.CallExpression,
  before: string,
  after: string,
): Edit[] {
  const { source } = program;
  const start = call.getStart(source);
  const wrap = needsParentheses(program, call);
  const guard = wrap && startsStatement(program, call) ? ";" : "";
  return [
    insert(start, `${guard}${wrap ? "(" : ""}await ${before}`, -call.end),
    insert(call.end, `${after}${wrap ? ")" : ""}`, -start),
  ];
}

/** Whether something is done with what was awaited: `(await x).y`. */
function needsParentheses({ ts }: Program, call: ts.CallExpression): boolean {
  const { parent } = call;
  if (
    ts.isPropertyAccessExpression(parent) || ts.isElementAccessExpression(parent) ||
    ts.isCallExpression(parent) || ts.isNewExpression(parent)
  ) return parent.expression === call;
  if (ts.isNonNullExpression(parent) || ts.isTaggedTemplateExpression(parent)) return true;
  return ts.isBinaryExpression(parent) && parent.left === call &&
    parent.operatorToken.kind === ts.SyntaxKind.AsteriskAsteriskToken;
}

/** Whether a parenthesis there would belong to a line above that ends without a semicolon. */
function startsStatement({ ts, source }: Program, call: ts.CallExpression): boolean {
  const start = call.getStart(source);
  for (let at: ts.Node = call; at !== undefined; at = at.parent) {
    if (at.getStart(source) !== start) return false;
    if (!ts.isExpressionStatement(at)) continue;
    const before = source.text.slice(0, at.getFullStart()).trimEnd();
    return before !== "" && !/[;{}:]$/.test(before);
  }
  return false;
}

function asyncEdits({ ts, source }: Program, node: ts.SignatureDeclaration): Edit[] {
  const keyword = ts.isFunctionDeclaration(node)
    ? node.getChildren(source).find(({ kind }) => kind === ts.SyntaxKind.FunctionKeyword)
    : ts.isMethodDeclaration(node)
    ? node.name
    : node;
  const edits = [insert((keyword ?? node).getStart(source), "async ", 0)];
  const { type } = node;
  if (type !== undefined && !ts.isTypePredicateNode(type)) {
    edits.push(insert(type.getStart(source), "Promise<", 0), insert(type.end, ">", 0));
  }
  return edits;
}

/** `xs.forEach((x) => { … });` as `for (const x of xs) { … }`. */
function loopEdits({ source }: Program, call: ts.CallExpression): Edit[] {
  const callback = call.arguments[0] as ts.ArrowFunction;
  const list = (call.expression as ts.PropertyAccessExpression).expression;
  const [item, index] = callback.parameters.map((one) => one.name.getText(source));
  const start = call.getStart(source);
  const listEnd = list.end;
  const head = index === undefined
    ? `for (const ${item} of `
    : `for (const [${index}, ${item}] of `;
  return [
    insert(start, head, Number.NEGATIVE_INFINITY),
    {
      start: listEnd,
      end: callback.body.getStart(source),
      text: index === undefined ? ") " : ".entries()) ",
      order: Number.POSITIVE_INFINITY,
    },
    { start: callback.body.end, end: call.parent.end, text: "", order: 0 },
  ];
}

function insert(at: number, text: string, order: number): Edit {
  return { start: at, end: at, text, order };
}
