/** A commit's message, put into the box of the source control view. */

import * as vscode from "vscode";
import type { Connection } from "./connection";

/** The part of the Git extension's public interface that is used here. */
interface Repository {
  readonly rootUri: vscode.Uri;
  readonly inputBox: { value: string };
}

interface GitExtension {
  getAPI(version: 1): { readonly repositories: readonly Repository[] };
}

/**
 * Writes a message for what is staged into the repository's box; `given` is the view's source control, if the command
 * came from there. Rejects with what the server says, or if there is no repository.
 */
export async function writeMessage(server: Connection, given: unknown): Promise<void> {
  const repository = await chosen((given as { readonly rootUri?: vscode.Uri } | undefined)?.rootUri);
  if (repository === undefined || !(await mayReplace(repository.inputBox.value))) {
    return;
  }
  const text = await server.execute<string>("flashls.commitMessage", [{ uri: repository.rootUri.toString() }]);
  if (text !== undefined) {
    repository.inputBox.value = text.trimEnd();
    await vscode.commands.executeCommand("workbench.view.scm");
  }
}

async function chosen(root: vscode.Uri | undefined): Promise<Repository | undefined> {
  const git = await vscode.extensions.getExtension<GitExtension>("vscode.git")?.activate();
  const all = git?.getAPI(1).repositories ?? [];
  const named = all.find(({ rootUri }) => rootUri.toString() === root?.toString());
  if (named !== undefined || all.length < 2) {
    if (all.length === 0) {
      throw new Error("there is no Git repository open.");
    }
    return named ?? all[0];
  }
  const items = all.map((repository) => ({ label: vscode.workspace.asRelativePath(repository.rootUri), repository }));
  return (await vscode.window.showQuickPick(items, { title: "flashls: a commit's message for" }))?.repository;
}

async function mayReplace(text: string): Promise<boolean> {
  const replace = "Replace";
  const question = "Replace the commit's message that you have begun?";
  return text.trim() === "" || (await vscode.window.showWarningMessage(question, { modal: true }, replace)) === replace;
}
