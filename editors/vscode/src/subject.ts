/** What a command is about: the selection or the cursor of the active editor, as the protocol has it. */

import * as vscode from "vscode";

export interface Position {
  readonly line: number;
  readonly character: number;
}

/** A command's first argument. A range without extent means the function or symbol around it. */
export interface Argument {
  readonly uri?: string;
  readonly range?: { readonly start: Position; readonly end: Position };
  readonly question?: string;
  readonly [more: string]: unknown;
}

/** The selection or the cursor of the active editor, or undefined if there is none. */
export function subject(): (Argument & Required<Pick<Argument, "uri" | "range">>) | undefined {
  const editor = vscode.window.activeTextEditor;
  if (editor === undefined) {
    return undefined;
  }
  const { start, end } = editor.selection;
  return { uri: editor.document.uri.toString(), range: { start: position(start), end: position(end) } };
}

/** What is known to be wrong where the selection or the cursor is. */
export function problems(): vscode.Diagnostic[] {
  const editor = vscode.window.activeTextEditor;
  const known = editor === undefined ? [] : vscode.languages.getDiagnostics(editor.document.uri);
  return known.filter(({ range }) => editor?.selection.intersection(range) !== undefined);
}

function position({ line, character }: vscode.Position): Position {
  return { line, character };
}
