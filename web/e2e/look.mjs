// How journeys look at a page.
import { strict as assert } from "node:assert";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const PATIENCE = 15_000;

/** Waits until `look` gives what is expected. */
export async function until(look, expected) {
  const end = Date.now() + PATIENCE;
  for (;;) {
    const found = await look();
    if (JSON.stringify(found) === JSON.stringify(expected)) return;
    if (Date.now() > end) assert.deepEqual(found, expected);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** What is wider than its place: each scrolls sideways, which nothing here may. */
export function overflowing(page) {
  return page.evaluate(() =>
    [
      ...document.querySelectorAll(
        "html, .inbox, .virtual, .found, .talk, .log, .e-line, .side, .page, .nav, .setting, .card-form, dialog",
      ),
    ]
      .filter((box) => box.scrollWidth > box.clientWidth + 1 && box.checkVisibility())
      // The menu of the navigation opens beyond it, and is to be seen there.
      .filter((box) => !box.matches(".nav") || getComputedStyle(box).overflowX !== "visible")
      .map((box) => `${box.localName}.${box.className}`),
  );
}

/** Throws when axe finds anything at all. */
export async function audit(page, where) {
  await page.evaluate(axe);
  const violations = await page.evaluate(async () => {
    // A colour that is still fading in is nobody's choice. What goes on for ever is not waited for.
    const ends = (moving) => Number.isFinite(moving.effect?.getComputedTiming().endTime);
    await Promise.allSettled(
      document
        .getAnimations()
        .filter(ends)
        .map((moving) => moving.finished),
    );
    const { violations } = await globalThis.axe.run(document, {
      runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    });
    return violations.map(({ id, impact, nodes }) => ({
      id,
      impact,
      nodes: nodes.map((node) => node.target.flat().join(" ")),
    }));
  });
  assert.deepEqual(violations, [], `axe at ${page.url()}, ${where}`);
}

/**
 * Tries screens of the panel in each look, `[language, colours, width]`: nothing is wider than its place, and axe finds nothing. `screens`
 * says what stands on each; `open` brings out what else there is of it.
 */
export async function everyLook(desk, looks, screens, open = async () => {}) {
  for (const [language, colorScheme, width] of looks) {
    await desk.emulateMedia({ colorScheme });
    await desk.setViewportSize({ width, height: 800 });
    await desk.evaluate((language) => {
      const prefs = JSON.parse(localStorage.getItem("engage:admin:prefs") ?? "{}");
      localStorage.setItem("engage:admin:prefs", JSON.stringify({ ...prefs, language }));
    }, language);
    for (const [path, there] of Object.entries(screens)) {
      await desk.goto(new URL(path, desk.url()).href);
      await desk.reload();
      await desk.locator(there).first().waitFor();
      await open(path);
      await until(() => overflowing(desk), []);
      await audit(desk, `${path} ${language} ${colorScheme} ${width}`);
    }
  }
}

/** A visitor who has asked something in the chat. */
export async function chatting(visitor, first) {
  const page = await visitor();
  await page.locator("engage-launcher button").click();
  await page.locator("engage-chat textarea").fill(first);
  await page.locator("engage-chat textarea").press("Enter");
  await page.locator("engage-chat .e-stored").first().waitFor();
  return page;
}

/** A request as the panel would make it. */
export async function call(page, method, path, body) {
  const answer = await page.evaluate(
    async ([method, path, body]) => {
      const base = new URL(document.querySelector("script[src]").src).pathname.replace(/\/assets\/.*$/, "");
      const response = await fetch(base + path, {
        method,
        ...(body && { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
      });
      return { status: response.status, body: response.status === 204 ? null : await response.json() };
    },
    [method, path, body],
  );
  assert.ok(answer.status < 300, `${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body;
}
