import { createCursor, type Cursor, readKeyword } from "./cursor.ts";
import { type Token, tokenName } from "./lexer.ts";
import { parseOrchestrator } from "./parse_actions.ts";
import { parseSettings } from "./parse_settings.ts";
import type { Problems } from "./problems.ts";
import type { OrchestratorSyntax, ScriptSyntax, SettingsSyntax } from "./syntax.ts";
import { BLOCKS, isOneOf } from "./words.ts";

/**
 * Reads tokens as blocks. Where something can't be read that is added to the problems, and reading
 * goes on at the next statement; a mistyped keyword is read as the one it is nearest to.
 */
export function parseTokens(tokens: readonly Token[], problems: Problems): ScriptSyntax {
  const cursor = createCursor(tokens, problems);
  const settings: SettingsSyntax[] = [];
  const orchestrators: OrchestratorSyntax[] = [];
  while (cursor.next.kind !== "end") {
    const keyword = cursor.take();
    if (keyword.kind !== "word") {
      problems.add(keyword, `${tokenName(keyword)} stands outside of the blocks`, BLOCK);
      skipToBlock(cursor);
      continue;
    }
    switch (readKeyword(keyword, BLOCKS, "block", problems)) {
      case "SETTINGS":
        settings.push(parseSettings(cursor, keyword, problems));
        break;
      case "ORCHESTRATOR":
        orchestrators.push(parseOrchestrator(cursor, keyword, problems));
        break;
      default:
        skipToBlock(cursor);
    }
  }
  return { settings, orchestrators, end: cursor.next };
}

const BLOCK = "a block: SETTINGS or ORCHESTRATOR";

function skipToBlock(cursor: Cursor): void {
  while (cursor.next.kind !== "end") {
    if (cursor.next.kind === "word" && isOneOf(BLOCKS, cursor.next.text)) return;
    cursor.take();
  }
}
