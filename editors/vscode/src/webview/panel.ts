/** The panel's page: draws Markdown as it arrives. It never reaches the network (see its policy). */

import MarkdownIt from "markdown-it";
import type { FromPage, ToPage } from "../messages";

declare function acquireVsCodeApi(): { postMessage(message: FromPage): void };

// HTML in the text is shown as text; images would need the network.
const markdown = new MarkdownIt({ html: false, linkify: false }).disable("image");
const PLACE = /^[^\s:]+:\d+(?:[-–]\d+)?$/;
const asCode = markdown.renderer.rules.code_inline!;
markdown.renderer.rules.code_inline = (tokens, index, ...rest) => {
  const drawn = asCode(tokens, index, ...rest);
  return PLACE.test(tokens[index]!.content) ? `<a href="#" class="place">${drawn}</a>` : drawn;
};
const vscode = acquireVsCodeApi();
const [heading, stop, body, note] = ["heading", "stop", "text", "note"].map((id) => document.getElementById(id)!) as [
  HTMLElement,
  HTMLElement,
  HTMLElement,
  HTMLElement,
];
let shown: Extract<ToPage, { kind: "show" }> = { kind: "show", heading: "", text: "", running: false, note: "" };
let drawing = 0;

window.addEventListener("message", ({ data }: MessageEvent<ToPage>) => {
  shown = data.kind === "append" ? { ...shown, text: shown.text + data.text } : data;
  drawing ||= requestAnimationFrame(draw);
});
stop.addEventListener("click", askToStop);
body.addEventListener("click", ({ target }) => {
  const place = target instanceof Element ? target.closest("a.place")?.textContent : undefined;
  if (place) {
    vscode.postMessage({ kind: "place", place });
  }
});
window.addEventListener("keydown", (event) => event.key === "Escape" && !stop.hidden && askToStop());
vscode.postMessage({ kind: "ready" });

function draw(): void {
  drawing = 0;
  heading.textContent = shown.heading;
  body.innerHTML = markdown.render(shown.text);
  body.setAttribute("aria-busy", String(shown.running));
  note.textContent = shown.note;
  stop.hidden = !shown.running;
}

function askToStop(): void {
  vscode.postMessage({ kind: "stop" });
}
