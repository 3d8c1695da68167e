// Explanations and answers in the panel.

import { edit, expect, panel, run, sent, shot, sleep, takeFromLightBulb, until } from "../window.mjs";

export default {
  async explain_streams(page, setup) {
    const text = panel(page).locator("#text");
    await until("a part of it is shown", async () => {
      await edit(page, "explained.py", 3);
      await page.keyboard.press("Control+a");
      await run(page, "flashls: Explain");
      await text.locator("h2", { hasText: "What it does" }).waitFor();
      return !(await text.innerText()).includes("the end"); // a window that stands still for a while sees all at once
    }, 90000);
    await shot(page, setup, "explain_while_streaming");
    await text.getByText("the end").waitFor();
    await panel(page).locator("#stop").waitFor({ state: "hidden" });
    expect((await text.locator("pre code").innerText()).includes("return 3.14"), "no code block");
    expect((await text.innerText()).includes("<img src=x onerror=alert(1)>"), "HTML is not shown as text");
    expect((await text.locator("img").count()) === 0, "HTML became an element");
  },

  async explanation_stopped(page, setup) {
    const cancelled = sent(setup.wire, /"\$\/cancelRequest"/g);
    await edit(page, "endless.py", 4);
    await page.keyboard.press("Control+a");
    await run(page, "flashls: Explain");
    const text = panel(page).locator("#text");
    await text.getByText("word 10 ").waitFor();
    await panel(page).locator("#stop").click();
    await panel(page).locator("#note", { hasText: "Stopped." }).waitFor();
    expect(sent(setup.wire, /"\$\/cancelRequest"/g) > cancelled, "no cancellation was sent");
    const before = await text.innerText();
    await sleep(500);
    expect((await text.innerText()) === before, "text still arrives");
  },

  async light_bulb(page, setup) {
    await edit(page, "lamp.py", 3);
    await takeFromLightBulb(page, setup, "Explain", "flashls.explain");
    await panel(page).locator("#heading", { hasText: "lamp.py" }).waitFor();
    await panel(page).locator("#text").getByText("A lamp").waitFor();
  },
};
