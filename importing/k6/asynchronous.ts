import type ts from "typescript";
import { ASYNC_FUNCTIONS } from "./modules.ts";
import { lineOf, type Program, walk } from "./program.ts";
import { meaningsOf } from "./resolve.ts";

/** What must change for calls that return promises. */
export interface Changes {
  /** Calls to be awaited. */
  readonly awaited: ReadonlySet<ts.CallExpression>;
  /** Calls of `map` whose promises are awaited together. */
  readonly together: ReadonlySet<ts.CallExpression>;
  /** Calls of `forEach` that become loops. */
  readonly loops: ReadonlySet<ts.CallExpression>;
  /** Functions that become async. */
  readonly functions: ReadonlySet<ts.SignatureDeclaration>;
  /** What can't be changed. */
  readonly findings: readonly Finding[];
}

/** Something that needs a look. */
export interface Finding {
  /** 1-based line of the script as it was. */
  readonly line: number;
  readonly text: string;
}

/** Array methods that look at what a callback returns, or wait for it. */
const SYNC_CALLBACKS = new Set(
  "filter find findIndex findLast flatMap every some reduce reduceRight sort toSorted replace replaceAll"
    .split(" "),
);
/** Callees that take async functions as they are. */
const TAKES_ASYNC = new Set(
  "then catch finally setTimeout setInterval push unshift set".split(" "),
);

/** Finds what becomes asynchronous, from the requests up through all callers. */
export function findChanges(program: Program): Changes {
  return new Search(program).run();
}

class Search {
  readonly #program: Program;
  readonly #calls: ts.CallExpression[] = [];
  readonly #awaited = new Set<ts.CallExpression>();
  readonly #together = new Set<ts.CallExpression>();
  readonly #loops = new Set<ts.CallExpression>();
  readonly #functions = new Set<ts.SignatureDeclaration>();
  readonly #parameters = new Set<ts.Node>();
  readonly #inlined = new Set<ts.Node>();
  readonly #blocked = new Set<ts.CallExpression>();
  readonly #methods = new Set<string>();
  readonly #findings = new Map<string, Finding>();

  constructor(program: Program) {
    this.#program = program;
    walk(program, program.source, (node) => {
      if (program.ts.isCallExpression(node)) this.#calls.push(node);
    });
  }

  run(): Changes {
    let before = -1;
    // Each round only adds.
    while (before !== this.#size()) {
      before = this.#size();
      for (const call of this.#calls) this.#look(call);
    }
    for (const call of this.#calls) this.#reportCallbacks(call);
    return {
      awaited: this.#awaited,
      together: this.#together,
      loops: this.#loops,
      functions: this.#functions,
      findings: [...this.#findings.values()],
    };
  }

  #size(): number {
    return this.#awaited.size + this.#together.size + this.#loops.size + this.#functions.size +
      this.#parameters.size;
  }

  #look(call: ts.CallExpression): void {
    this.#markParameters(call);
    if (this.#awaited.has(call) || this.#isAwaited(call)) return;
    const callback = call.arguments[0];
    const method = this.#methodOf(call);
    if (callback !== undefined && this.#isAsyncValue(callback)) {
      if (method === "map" && !this.#together.has(call) && this.#makeAsync(call)) {
        this.#together.add(call);
      }
      if (
        method === "forEach" && !this.#loops.has(call) && this.#canLoop(call) &&
        this.#makeAsync(call)
      ) {
        this.#loops.add(call);
        this.#inlined.add(callback);
        this.#functions.delete(callback as ts.ArrowFunction);
      }
    }
    if (this.#blocked.has(call) || !this.#isAsyncCall(call)) return;
    // An await where none can be would keep the script from being read at all.
    (this.#makeAsync(call) ? this.#awaited : this.#blocked).add(call);
  }

  /** Whether what a call gives is a promise now, and was not before. */
  #isAsyncCall(call: ts.CallExpression): boolean {
    const { ts } = this.#program;
    const meanings = meaningsOf(this.#program, call.expression);
    for (const meaning of meanings) {
      if (meaning.kind === "function" && this.#functions.has(meaning.node)) return true;
      if (meaning.kind === "parameter" && this.#parameters.has(meaning.node)) return true;
      if (meaning.kind !== "api") continue;
      const { module, name } = meaning.api;
      if (ASYNC_FUNCTIONS[module]?.has(name) || (module === "k6/http" && name === "?")) return true;
      if (module !== "k6") continue;
      if (name === "group" && call.arguments.some((arg) => this.#isAsyncValue(arg))) return true;
      const sets = call.arguments[1];
      if (name === "check" && sets !== undefined && ts.isObjectLiteralExpression(sets)) {
        const isAsync = sets.properties.some((property) =>
          ts.isPropertyAssignment(property)
            ? this.#isAsyncValue(property.initializer)
            : ts.isMethodDeclaration(property) && this.#functions.has(property)
        );
        if (isAsync) return true;
      }
    }
    // `x.login()` of who knows what, where a method of that name became async.
    const { expression } = call;
    if (meanings.length > 0 || !ts.isPropertyAccessExpression(expression)) return false;
    const name = expression.name.text;
    if (!this.#methods.has(name) || SYNC_CALLBACKS.has(name)) return false;
    this.#report(call, `${name}() is taken for the method of this script that is async now`);
    return true;
  }

  /** Whether a value is a function that became async, or one of k6's that returns promises. */
  #isAsyncValue(expression: ts.Expression): boolean {
    return meaningsOf(this.#program, expression).some((meaning) => {
      if (meaning.kind === "function") return this.#functions.has(meaning.node);
      if (meaning.kind === "parameter") return this.#parameters.has(meaning.node);
      return ASYNC_FUNCTIONS[meaning.api.module]?.has(meaning.api.name) === true;
    });
  }

  /** A function that is handed an async one calls it by its parameter. */
  #markParameters(call: ts.CallExpression): void {
    for (const meaning of meaningsOf(this.#program, call.expression)) {
      if (meaning.kind !== "function") continue;
      call.arguments.forEach((argument, i) => {
        const parameter = meaning.node.parameters[i];
        if (parameter !== undefined && this.#isAsyncValue(argument)) {
          this.#parameters.add(parameter);
        }
      });
    }
  }

  /** The function around a node that waits becomes async; false where none can. */
  #makeAsync(node: ts.Node): boolean {
    const { ts } = this.#program;
    let child: ts.Node = node;
    for (let at = node.parent; at !== undefined; child = at, at = at.parent) {
      if (ts.isClassStaticBlockDeclaration(at) || ts.isPropertyDeclaration(at)) {
        this.#report(node, "waits in a class body, where nothing can");
        return false;
      }
      if (!ts.isFunctionLike(at) || this.#inlined.has(at)) continue;
      if (ts.isParameter(child)) {
        this.#report(node, "waits in the default of a parameter, where nothing can");
        return false;
      }
      if (
        ts.isConstructorDeclaration(at) || ts.isGetAccessor(at) || ts.isSetAccessor(at) ||
        ("asteriskToken" in at && at.asteriskToken !== undefined)
      ) {
        this.#report(node, "waits in a constructor, accessor or generator, which can't be async");
        return false;
      }
      if (this.#isAsyncFunction(at)) return true;
      this.#functions.add(at);
      if (ts.isMethodDeclaration(at) && ts.isIdentifier(at.name)) this.#methods.add(at.name.text);
      return true;
    }
    this.#report(node, "waits while the script loads: requests belong into functions");
    return true;
  }

  #isAsyncFunction(node: ts.SignatureDeclaration): boolean {
    const { ts } = this.#program;
    return ts.canHaveModifiers(node) &&
      (ts.getModifiers(node) ?? []).some(({ kind }) => kind === ts.SyntaxKind.AsyncKeyword);
  }

  /** Whether it is awaited already, or its promise is used as one. */
  #isAwaited({ parent }: ts.CallExpression): boolean {
    const { ts } = this.#program;
    if (ts.isAwaitExpression(parent)) return true;
    return ts.isPropertyAccessExpression(parent) &&
      /^(then|catch|finally)$/.test(parent.name.text) && ts.isCallExpression(parent.parent);
  }

  /** Whether a `forEach` can be a loop: a statement of its own, a plain callback that returns nothing. */
  #canLoop(call: ts.CallExpression): boolean {
    const { ts } = this.#program;
    const callback = call.arguments[0]!;
    if (!ts.isExpressionStatement(call.parent) || call.arguments.length !== 1) return false;
    if (call.questionDotToken !== undefined) return false;
    if (!ts.isArrowFunction(callback) || !ts.isBlock(callback.body)) return false;
    const { parameters } = callback;
    if (parameters.length < 1 || parameters.length > 2) return false;
    if (
      parameters.some((one) => one.dotDotDotToken !== undefined || one.initializer !== undefined)
    ) {
      return false;
    }
    let returns = false;
    const visit = (node: ts.Node): void => {
      if (ts.isReturnStatement(node)) returns = true;
      if (!ts.isFunctionLike(node)) ts.forEachChild(node, visit);
    };
    visit(callback.body);
    return !returns;
  }

  /** Names what takes an async function and may not wait for it. */
  #reportCallbacks(call: ts.CallExpression): void {
    if (this.#awaited.has(call) || this.#together.has(call) || this.#loops.has(call)) return;
    const method = this.#methodOf(call);
    if (TAKES_ASYNC.has(method) || !call.arguments.some((arg) => this.#isAsyncValue(arg))) return;
    const meanings = meaningsOf(this.#program, call.expression);
    if (meanings.some(({ kind }) => kind === "function")) return;
    this.#report(
      call,
      `${method || "a call"} is handed a function that is async now: nobody waits for it`,
    );
  }

  #methodOf({ expression }: ts.CallExpression): string {
    const { ts } = this.#program;
    if (ts.isPropertyAccessExpression(expression)) return expression.name.text;
    return ts.isIdentifier(expression) ? expression.text : "";
  }

  #report(node: ts.Node, text: string): void {
    const line = lineOf(this.#program, node);
    this.#findings.set(`${line} ${text}`, { line, text });
  }
}
