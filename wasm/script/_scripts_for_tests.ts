import type { Action, StressPlan } from "../plan.ts";
import { compileScript } from "./compile.ts";
import { problemLine, ScriptError } from "./problems.ts";

/** Settings that are complete, each with its line. */
export const SETTING_LINES: Readonly<Record<string, string>> = {
  SESSION: 'SESSION = "TCP"',
  PORT: "PORT = 9000",
  ENDPOINTS: "ENDPOINTS { 127.0.0.1 }",
  PACKETS: 'PACKETS { hello : "hello.bin" }',
};

/** Actions that are complete. */
export const ACTION_LINES = ["CREATE 100", "CONNECT 0:100"];

/** A script with a statement a line: settings begin in line 2, actions behind them. */
export function scriptOf(
  settings: Readonly<Record<string, string>> = {},
  actions: readonly string[] = ACTION_LINES,
): string {
  const lines = Object.values({ ...SETTING_LINES, ...settings }).filter((line) => line !== "");
  return `SETTINGS a {\n${lines.join("\n")}\n}\nORCHESTRATOR a {\n${actions.join("\n")}\n}\n`;
}

/** The plan of settings that stand beside or instead of the complete ones. */
export function planOf(settings: Readonly<Record<string, string>> = {}): StressPlan {
  return compileScript(scriptOf(settings));
}

/** The actions behind the complete ones. */
export function actionsOf(...lines: readonly string[]): Action[] {
  const { actions } = compileScript(scriptOf({}, [...ACTION_LINES, ...lines]));
  return actions.slice(ACTION_LINES.length);
}

/** What is wrong with a script, a line for each problem, without the name of the script. */
export function problemsOf(text: string): string[] {
  try {
    compileScript(text, { file: "f" });
  } catch (error) {
    if (!(error instanceof ScriptError)) throw error;
    return error.problems.map((problem) => problemLine("f", problem).slice(2));
  }
  return [];
}

/** What is wrong with lines of settings, without their places. */
export function settingProblems(settings: Readonly<Record<string, string>>): string[] {
  return withoutPlaces(problemsOf(scriptOf(settings)));
}

/** What is wrong with actions behind the complete ones, without their places. */
export function actionProblems(...lines: readonly string[]): string[] {
  return withoutPlaces(problemsOf(scriptOf({}, [...ACTION_LINES, ...lines])));
}

function withoutPlaces(problems: readonly string[]): string[] {
  return problems.map((problem) => problem.replace(/^\d+:\d+: /, ""));
}
