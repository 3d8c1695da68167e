/** Explaining: the command `flashls.explain`, streamed into the panel. */

import { randomUUID } from "node:crypto";
import * as path from "node:path";
import * as vscode from "vscode";
import { ExecuteCommandRequest, ProgressType } from "vscode-languageclient/node";
import type { LanguageClient } from "vscode-languageclient/node";
import type { ExplainPanel } from "./panel";

interface Position {
  readonly line: number;
  readonly character: number;
}

/** What to explain. A range without extent means the function or symbol around it. */
export interface Target {
  readonly uri: string;
  readonly range: { readonly start: Position; readonly end: Position };
}

type Progress =
  | { readonly kind: "append"; readonly text: string }
  | { readonly kind: "end"; readonly reason: string; readonly cost_usd?: number | null };

const NOTES: Readonly<Record<string, string>> = {
  length: "The explanation reached its length limit.",
  blocked: "The model's provider withheld the rest.",
  cancelled: "Stopped.",
};

/** The selection or the cursor of the active editor, or undefined if there is none. */
export function targetAtCursor(): Target | undefined {
  const editor = vscode.window.activeTextEditor;
  if (editor === undefined) {
    return undefined;
  }
  const { start, end } = editor.selection;
  return { uri: editor.document.uri.toString(), range: { start: position(start), end: position(end) } };
}

/** Asks the server to explain the target and shows the answer as it arrives. Errors are shown in the panel. */
export async function explain(client: LanguageClient, panel: ExplainPanel, target: Target): Promise<void> {
  const cancellation = new vscode.CancellationTokenSource();
  const page = panel.begin(heading(target), () => cancellation.cancel());
  const token = randomUUID();
  let reason = "stop";
  const progress = client.onProgress(new ProgressType<Progress>(), token, (value) => {
    if (value.kind === "append") {
      page.append(value.text);
    } else {
      reason = value.reason;
    }
  });
  const params = { command: "flashls.explain", arguments: [target, { token }] };
  try {
    const text: unknown = await client.sendRequest(ExecuteCommandRequest.type, params, cancellation.token);
    page.end(NOTES[reason] ?? "", typeof text === "string" ? text : undefined);
  } catch (error) {
    page.end(cancellation.token.isCancellationRequested ? "Stopped." : message(error));
  } finally {
    progress.dispose();
    cancellation.dispose();
  }
}

function position({ line, character }: vscode.Position): Position {
  return { line, character };
}

function heading({ uri, range: { start, end } }: Target): string {
  const file = path.posix.basename(vscode.Uri.parse(uri).path);
  const last = end.character === 0 && end.line > start.line ? end.line - 1 : end.line; // a whole last line was selected
  return start.line === last ? `${file}:${start.line + 1}` : `${file}:${start.line + 1}-${last + 1}`;
}

function message(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
