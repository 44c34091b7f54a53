// What a visitor who sends files lives through, and staff who get them, in a real browser. A host that takes no files is left out,
// and that is said.

import { strict as assert } from "node:assert";
import { audit, until } from "./look.mjs";
import { png } from "./picture.mjs";

const MEAN = "\u202Egnp.<img src=x onerror=alert(1)>.png";

export const journeys = {
  async "files: a conversation begins with a picture, and the agent sees it"({ visitor, agent, unique }) {
    const page = await writing(visitor);
    if (!page) return console.log("left out: this host takes no files");
    await page.locator("engage-chat input[type=file]").setInputFiles([png(MEAN), png("second.png")]);
    await page.locator("engage-chat .attached .is-ready").nth(1).waitFor();
    await audit(page, "a box with files");
    await page.locator("engage-chat").getByRole("button", { name: "Remove second.png" }).click();
    await page.locator("engage-chat textarea").fill(unique("see this"));
    await page.locator("engage-chat .e-send").click();
    const image = page.locator("engage-chat .e-stored .e-files img");
    await image.waitFor();
    await until(() => image.evaluate((it) => [it.naturalWidth, it.getAttribute("width")].join()), "40,40");
    assert.ok(!(await image.getAttribute("alt")).includes("\u202E"), "no name turns what is beside it around");
    await audit(page, "a conversation with a picture");
    const desk = await agent(0);
    await desk.locator(".row", { hasText: unique("see this") }).click();
    await until(() => desk.locator(".sent-files img").evaluate((it) => it.naturalWidth), 40);
    assert.equal(await desk.locator(".sent-files li").count(), 1);
  },

  async "files: what is not what it says is refused in words that help, and nothing is lost"({ visitor, unique }) {
    const page = await writing(visitor);
    if (!page) return console.log("left out: this host takes no files");
    const chat = page.locator("engage-chat");
    await chat.locator("textarea").fill(unique("and a word"));
    const script = { name: "photo.png", mimeType: "image/png", buffer: Buffer.from("<script>alert(1)</script>") };
    const broken = { name: "half.png", mimeType: "image/png", buffer: png("half.png").buffer.subarray(0, 60) };
    await chat.locator("input[type=file]").setInputFiles([script, broken, png("good.png")]);
    await chat.getByText("Files of this type are not taken.").waitFor();
    await chat.getByText("This picture cannot be read.").waitFor();
    await chat.locator(".attached .is-ready", { hasText: "good.png" }).waitFor();
    await audit(page, "files that are refused");
    // What was open opens by itself.
    await page.reload();
    await chat.locator(".attached .is-ready", { hasText: "good.png" }).waitFor();
    assert.equal(await chat.locator("textarea").inputValue(), unique("and a word"));
    await chat.locator(".e-send").click();
    await chat.locator(".e-stored .e-files img").waitFor();
  },
};

/** A page with the panel open, where the site takes files. */
async function writing(visitor) {
  const page = await visitor();
  await page.locator("engage-launcher button").click();
  await page.locator("engage-chat textarea").waitFor();
  const { files } = await page.evaluate(() =>
    fetch("/engage/v1/session").then(async (answer) => (await answer.json()).site),
  );
  return files ? page : null;
}
