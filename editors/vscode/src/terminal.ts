/** The server's other commands, run in a terminal where they can be read. */

import * as os from "node:os";
import * as vscode from "vscode";

/** Runs the program in the home folder, without a shell between; whether it was done, once it has ended. */
export async function runInTerminal(program: string, given: readonly string[]): Promise<boolean> {
  const execution = new vscode.ProcessExecution(program, [...given], { cwd: os.homedir() });
  const name = ["flashls", ...given].join(" ");
  const task = new vscode.Task({ type: "process" }, vscode.TaskScope.Workspace, name, "flashls", execution);
  task.presentationOptions = { clear: true, focus: true, showReuseMessage: false };
  const running = await vscode.tasks.executeTask(task);
  return new Promise((resolve) => {
    const listening = vscode.tasks.onDidEndTaskProcess((ended) => {
      if (ended.execution === running) {
        listening.dispose();
        resolve(ended.exitCode === 0);
      }
    });
  });
}
