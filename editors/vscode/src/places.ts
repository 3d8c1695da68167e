/** Places in the code as answers name them, `src/a.py:12` or `src/a.py:12-20`: shown when they are clicked. */

import * as vscode from "vscode";

/** Opens the file at its rows, if it is in the workspace; does nothing otherwise. */
export async function showPlace(place: string): Promise<void> {
  const [, file, first, last] = /^(.+?):(\d+)(?:[-–](\d+))?$/.exec(place) ?? [];
  const uri = file === undefined ? undefined : await inWorkspace(file.replaceAll("\\", "/"));
  if (uri !== undefined) {
    const selection = new vscode.Range(Number(first) - 1, 0, Number(last ?? first) - 1, 0);
    await vscode.window.showTextDocument(uri, { selection, viewColumn: vscode.ViewColumn.One });
  }
}

async function inWorkspace(file: string): Promise<vscode.Uri | undefined> {
  for (const folder of file.split("/").includes("..") ? [] : (vscode.workspace.workspaceFolders ?? [])) {
    const uri = vscode.Uri.joinPath(folder.uri, file);
    try {
      await vscode.workspace.fs.stat(uri);
      return uri;
    } catch {
      // It may be in another folder.
    }
  }
  return undefined;
}
