/** Installing the server, where there is none: with uv for all editors, or in a virtual environment of our own. */

import { spawn } from "node:child_process";
import * as fs from "node:fs/promises";
import * as os from "node:os";
import * as path from "node:path";
import { createInterface } from "node:readline";
import * as vscode from "vscode";
import { findProgram, privateEnvironment, programs } from "./find";

const PACKAGE = "flashls[local]";
const OLDEST = "3, 11";

interface Way extends vscode.QuickPickItem {
  /** The commands to run one after the other, and the folder to remove where one of them fails. */
  readonly steps: readonly (readonly [string, ...string[]])[];
  readonly leftover?: string;
}

/** Asks how to install the server, and does. Whether it is installed now; what went wrong was shown. */
export async function installServer(storage: vscode.Uri, log: vscode.LogOutputChannel): Promise<boolean> {
  const found = await ways(storage);
  if (found.length === 0) {
    void vscode.window.showErrorMessage(
      "flashls: neither uv nor Python 3.11 or later is on PATH. Install one of them, then run “flashls: Install server”.",
    );
    return false;
  }
  const title = "flashls: how to install the server";
  const way = await vscode.window.showQuickPick(found, { title, ignoreFocusOut: true });
  return way !== undefined && follow(way, log);
}

async function ways(storage: vscode.Uri): Promise<Way[]> {
  const [uv, python] = [await findProgram("uv"), await findPython()];
  const folder = privateEnvironment(storage);
  const found: Way[] = [];
  if (uv !== undefined) {
    const detail = "For all your editors and the terminal: uv tool install";
    found.push({ label: "$(package) With uv", detail, steps: [[uv, "tool", "install", "--upgrade", PACKAGE]] });
  }
  if (python !== undefined) {
    const inside = path.join(programs(folder), "python");
    found.push({
      label: "$(extensions) For VS Code alone",
      detail: `In a virtual environment of its own, made with ${python}`,
      steps: [
        [python, "-m", "venv", folder],
        [inside, "-m", "pip", "install", "--upgrade", "--disable-pip-version-check", PACKAGE],
      ],
      leftover: folder,
    });
  }
  return found;
}

async function findPython(): Promise<string | undefined> {
  for (const name of ["python3", "python", "python3.14", "python3.13", "python3.12", "python3.11"]) {
    const program = await findProgram(name);
    const asked = [program ?? "", "-c", `import sys, venv, ensurepip; sys.exit(sys.version_info < (${OLDEST}))`] as const;
    if (program !== undefined && (await run([...asked], () => undefined, new AbortController().signal)) === undefined) {
      return program;
    }
  }
  return undefined;
}

/** Does it, with progress and a cancel button. */
async function follow(way: Way, log: vscode.LogOutputChannel): Promise<boolean> {
  const options = { location: vscode.ProgressLocation.Notification, title: "flashls: installing the server", cancellable: true };
  const wrong = await vscode.window.withProgress(options, async (progress, cancel) => {
    const abort = new AbortController();
    cancel.onCancellationRequested(() => abort.abort());
    for (const step of way.steps) {
      log.info(step.join(" "));
      const failure = await run(step, (line) => (log.info(line), progress.report({ message: line })), abort.signal);
      if (failure !== undefined) {
        await (way.leftover && fs.rm(way.leftover, { recursive: true, force: true }));
        return abort.signal.aborted ? "" : failure;
      }
    }
    return undefined;
  });
  if (wrong && (await vscode.window.showErrorMessage(`flashls: the server was not installed: ${wrong}`, "Show log"))) {
    log.show();
  }
  return wrong === undefined;
}

/** Runs a program in the home folder, so that nothing of the open folder counts; why it failed, or undefined. */
function run(
  [command, ...given]: readonly [string, ...string[]],
  hear: (line: string) => void,
  signal: AbortSignal,
): Promise<string | undefined> {
  return new Promise((resolve) => {
    let last = "";
    const child = spawn(command, given, { cwd: os.homedir(), signal, stdio: ["ignore", "pipe", "pipe"] });
    for (const output of [child.stdout, child.stderr]) {
      createInterface({ input: output }).on("line", (line) => hear((last = line.trim() || last)));
    }
    child.on("error", (error) => resolve(error.message));
    child.on("close", (status) => resolve(status === 0 ? undefined : last || `exit status ${status}`));
  });
}
