/** Commands whose answer is words: streamed into the panel, where they can be stopped. */

import { randomUUID } from "node:crypto";
import * as path from "node:path";
import * as vscode from "vscode";
import { ProgressType } from "vscode-languageclient/node";
import type { Connection } from "./connection";
import type { Page, Panel } from "./panel";
import type { Argument } from "./subject";

type Progress =
  | { readonly kind: "append"; readonly text: string }
  | { readonly kind: "end"; readonly reason: string; readonly cost_usd?: number | null };

const NOTES: Readonly<Record<string, string>> = {
  length: "The answer reached its length limit.",
  blocked: "The model's provider withheld the rest.",
  cancelled: "Stopped.",
};

/** Runs `flashls.explain` or `flashls.ask` and shows the answer as it arrives. Errors are shown in the panel. */
export async function stream(server: Connection, panel: Panel, command: string, asked: Argument): Promise<void> {
  const cancellation = new vscode.CancellationTokenSource();
  const page = panel.begin(heading(asked), () => cancellation.cancel());
  try {
    await answer(server, page, command, asked, cancellation.token);
  } catch (error) {
    page.end(cancellation.token.isCancellationRequested ? "Stopped." : message(error));
  } finally {
    cancellation.dispose();
  }
}

/** What an error says. */
export function message(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

async function answer(
  server: Connection,
  page: Page,
  command: string,
  asked: Argument,
  cancel: vscode.CancellationToken,
): Promise<void> {
  const [client, token] = [await server.running(), randomUUID()];
  let end: Progress = { kind: "end", reason: "stop" };
  const progress = client?.onProgress(new ProgressType<Progress>(), token, (value) => {
    if (value.kind === "append") {
      page.append(value.text);
    } else {
      end = value;
    }
  });
  try {
    const text = await server.execute<string>(command, [asked, { token }], cancel);
    page.end(client === undefined ? "There is no server to ask." : note(end), text ?? undefined);
  } finally {
    progress?.dispose();
  }
}

function note(end: Extract<Progress, { kind: "end" }>): string {
  const cost = end.cost_usd ? `Cost: $${end.cost_usd.toPrecision(2)}` : "";
  return [NOTES[end.reason] ?? "", cost].filter((part) => part !== "").join(" ");
}

function heading({ question, uri, range }: Argument): string {
  if (question !== undefined) {
    return question;
  }
  const file = path.posix.basename(vscode.Uri.parse(uri ?? "").path);
  if (range === undefined) {
    return file;
  }
  const { start, end } = range;
  const last = end.character === 0 && end.line > start.line ? end.line - 1 : end.line; // a whole last line was selected
  return start.line === last ? `${file}:${start.line + 1}` : `${file}:${start.line + 1}-${last + 1}`;
}
