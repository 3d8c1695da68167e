/** Where the `flashls` program is. */

import * as fs from "node:fs/promises";
import * as os from "node:os";
import * as path from "node:path";
import * as vscode from "vscode";

const WINDOWS = process.platform === "win32";
const PROGRAM = WINDOWS ? "flashls.exe" : "flashls";

/** There is no server to start; the message says what to do. */
export class ServerNotFound extends Error {}

/**
 * The absolute path of the server: the setting `flashls.server.path`, else the first on PATH, in the folder that
 * `uv tool install` and `pipx` use, in the active Python environment, or in the extension's own.
 *
 * A Python environment may be part of the folder that is open, so it is only asked once that folder is trusted; for
 * the same reason relative entries of PATH are passed over.
 */
export async function findServer(storage: vscode.Uri): Promise<string> {
  const chosen = vscode.workspace.getConfiguration("flashls").get<string>("server.path", "").trim();
  if (chosen !== "") {
    if (path.isAbsolute(chosen) && (await isProgram(chosen))) {
      return chosen;
    }
    throw new ServerNotFound(`"${chosen}" (the setting flashls.server.path) is not the absolute path of a program.`);
  }
  const tools = path.join(os.homedir(), ".local", "bin");
  const places = [...searchPath(), tools, ...(await pythonFolders()), programs(privateEnvironment(storage))];
  const found = await firstProgram(PROGRAM, places);
  if (found === undefined) {
    throw new ServerNotFound("The server is not installed on this machine, or not where it was looked for.");
  }
  return found;
}

/** The absolute path of a program on PATH or where tools are installed for the user; undefined if it is not there. */
export async function findProgram(name: string): Promise<string | undefined> {
  const places = [...searchPath(), path.join(os.homedir(), ".local", "bin"), path.join(os.homedir(), ".cargo", "bin")];
  return firstProgram(WINDOWS ? `${name}.exe` : name, places);
}

/** The folder of the virtual environment that is the extension's own, whether it is there or not. */
export function privateEnvironment(storage: vscode.Uri): string {
  return path.join(storage.fsPath, "server");
}

/** Where a virtual environment has its programs. */
export function programs(environment: string): string {
  return path.join(environment, WINDOWS ? "Scripts" : "bin");
}

function searchPath(): string[] {
  return (process.env["PATH"] ?? "").split(path.delimiter);
}

async function firstProgram(name: string, folders: readonly string[]): Promise<string | undefined> {
  for (const folder of folders.filter((place) => path.isAbsolute(place))) {
    if (await isProgram(path.join(folder, name))) {
      return path.join(folder, name);
    }
  }
  return undefined;
}

async function isProgram(file: string): Promise<boolean> {
  try {
    await fs.access(file, fs.constants.X_OK);
    return (await fs.stat(file)).isFile();
  } catch {
    return false;
  }
}

/** The part of the Python extension's public interface that is used here. */
interface PythonExtension {
  readonly environments: { getActiveEnvironmentPath(): { readonly path: string } };
}

async function pythonFolders(): Promise<string[]> {
  const python = vscode.extensions.getExtension<PythonExtension>("ms-python.python");
  if (!vscode.workspace.isTrusted || python === undefined) {
    return [];
  }
  try {
    const { environments } = await python.activate();
    const environment = environments.getActiveEnvironmentPath().path; // an interpreter, or an environment's folder
    return [path.dirname(environment), programs(environment)];
  } catch {
    return [];
  }
}
