// What a visitor and the staff live through, in a real browser. Each journey gets a fresh stage and throws when something is
// not as it should be.

import { strict as assert } from "node:assert";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

export const journeys = {
  async "asks for nothing before it is opened"({ visitor }) {
    const page = await visitor();
    await page.locator("engage-launcher button").waitFor();
    await page.waitForTimeout(500);
    assert.deepEqual(
      page.requested.filter((url) => url.includes("/v1/")),
      [],
    );
    assert.deepEqual(await page.context().cookies(), []);
  },

  async "goes both ways"({ visitor, agent, unique }) {
    const page = await chatting(visitor, unique("hello"));
    const desk = await opened(agent, unique("hello"));
    await reply(desk, unique("good day"));
    await sees(page, [unique("hello"), unique("good day")]);
    await page.locator("engage-chat .e-mine footer", { hasText: "Seen" }).waitFor();
    await say(page, unique("thanks"));
    await sees(desk, [unique("hello"), unique("good day"), unique("thanks")]);
    await desk.locator(".e-mine footer", { hasText: "Seen" }).waitFor();
    await page.locator("engage-chat textarea").pressSequentially("I was wond", { delay: 20 });
    await desk.locator(".e-typing", { hasText: "typing" }).waitFor();
  },

  async "keeps notes from the visitor"({ visitor, agent, unique }) {
    const page = await chatting(visitor, unique("hello"));
    const desk = await opened(agent, unique("hello"));
    await desk.getByRole("button", { name: "Note" }).click();
    await desk.locator(".e-composer-note textarea").fill(unique("secret"));
    await desk.locator(".e-composer-note .e-send").click();
    await desk.locator(".e-note.e-stored", { hasText: unique("secret") }).waitFor();
    await desk.getByRole("button", { name: "Reply" }).click();
    await reply(desk, unique("public"));
    await sees(page, [unique("hello"), unique("public")]);
    assert.ok(!page.received.some((text) => text.includes(unique("secret"))), "the visitor's browser got the note");
  },

  async "survives a reload, with what was being written"({ visitor, unique }) {
    const page = await chatting(visitor, unique("hello"));
    await page.locator("engage-chat textarea").fill(unique("half a tho"));
    await page.reload();
    await open(page);
    await sees(page, [unique("hello")]);
    assert.equal(await page.locator("engage-chat textarea").inputValue(), unique("half a tho"));
  },

  async "goes offline and comes back"({ visitor, agent, unique }) {
    const page = await chatting(visitor, unique("hello"));
    const desk = await opened(agent, unique("hello"));
    await page.context().setOffline(true);
    await page.locator("engage-chat .e-notice", { hasText: "No connection" }).waitFor();
    await say(page, unique("from the tunnel"));
    await page.locator("engage-chat .e-waiting", { hasText: unique("from the tunnel") }).waitFor();
    await reply(desk, unique("are you there"));
    await page.context().setOffline(false);
    await sees(page, [unique("hello"), unique("are you there"), unique("from the tunnel")]);
    await sees(desk, [unique("hello"), unique("are you there"), unique("from the tunnel")]);
    await page.locator("engage-chat .e-notice").waitFor({ state: "detached" });
  },

  async "sends after a reload what an offline page still had"({ visitor, agent, unique }) {
    const page = await chatting(visitor, unique("hello"));
    const desk = await opened(agent, unique("hello"));
    await page.context().setOffline(true);
    await say(page, unique("unsent"));
    await page.locator("engage-chat .e-waiting", { hasText: unique("unsent") }).waitFor();
    await page.evaluate(() => sessionStorage.clear());
    await page.context().setOffline(false);
    await page.goto("about:blank");
    // A page that was kept comes back without loading.
    await page.goBack({ waitUntil: "commit" });
    await page.reload();
    await sees(desk, [unique("hello"), unique("unsent")]);
    await open(page);
    await sees(page, [unique("hello"), unique("unsent")]);
  },

  async "is the same in two tabs"({ visitor, agent, unique }) {
    const first = await chatting(visitor, unique("hello"));
    const second = await visitor(first.context());
    await open(second);
    await sees(second, [unique("hello")]);
    await Promise.all([say(first, unique("one")), say(second, unique("two"))]);
    const desk = await opened(agent, unique("hello"));
    for (const page of [first, second, desk]) {
      await page.locator(".e-stored", { hasText: unique("one") }).waitFor();
      await page.locator(".e-stored", { hasText: unique("two") }).waitFor();
      assert.equal((await texts(page)).length, 3, "each message is shown once");
    }
    assert.deepEqual(await texts(first), await texts(second));
  },

  async "is handed over to another agent"({ visitor, agent, unique }) {
    const page = await chatting(visitor, unique("hello"));
    const first = await opened(agent, unique("hello"));
    const second = await agent(1);
    await second.goto(new URL("#/inbox?assignee=me", second.url()).href);
    await first.keyboard.press("m");
    await first.getByRole("button", { name: "Assigned to Me" }).waitFor();
    const name = (await second.locator(".me .name").textContent()) ?? "";
    await first.getByRole("button", { name: /^Assigned to/ }).click();
    await first.getByRole("menuitemradio", { name: new RegExp(name) }).click();
    await second.locator(".row", { hasText: unique("hello") }).click();
    await reply(second, unique("I take over"));
    await sees(page, [unique("hello"), unique("I take over")]);
    await page
      .locator("engage-chat .e-event", { hasText: `${name} takes care` })
      .last()
      .waitFor();
    await first.locator(".e-team", { hasText: unique("I take over") }).waitFor();
  },

  async "is closed by an agent and opened again by the visitor"({ visitor, agent, unique }) {
    const page = await chatting(visitor, unique("hello"));
    const desk = await opened(agent, unique("hello"));
    await desk.getByRole("button", { name: "Close", exact: true }).click();
    await desk.locator(".row", { hasText: unique("hello") }).waitFor({ state: "detached" });
    await page.locator("engage-chat .closed").waitFor();
    await say(page, unique("wait"));
    await page.locator("engage-chat .closed").waitFor({ state: "detached" });
    await desk.locator(".row", { hasText: unique("wait") }).waitFor();
    await desk.getByRole("button", { name: "Snooze", exact: true }).click();
    await desk.getByRole("menuitem", { name: "Tomorrow morning" }).click();
    await desk.locator(".badge.is-snoozed").first().waitFor();
  },

  async "counts what is unread while it is shut"({ visitor, agent, unique }) {
    const page = await chatting(visitor, unique("hello"));
    const desk = await opened(agent, unique("hello"));
    await page.keyboard.press("Escape");
    await reply(desk, unique("are you there"));
    await page.locator("engage-launcher .badge", { hasText: "1" }).waitFor();
    await page.reload();
    await page.locator("engage-launcher .badge", { hasText: "1" }).waitFor();
    await open(page);
    await page.locator("engage-launcher .badge").waitFor({ state: "hidden" });
  },

  async "is used with the keyboard alone"({ visitor, unique }) {
    const page = await visitor();
    await page.locator("engage-launcher button").focus();
    await page.keyboard.press("Enter");
    await page.locator("engage-chat textarea").waitFor();
    await until(() => focused(page), "textarea");
    await page.keyboard.type(unique("typed"));
    await page.keyboard.press("Enter");
    await sees(page, [unique("typed")]);
    await page.keyboard.press("Escape");
    await page.locator("engage-chat .panel").waitFor({ state: "hidden" });
    await until(() => focused(page), "button");
  },

  async "works where no socket gets through"({ visitor, agent, unique }) {
    const page = await visitor(null, (context) =>
      context.routeWebSocket(/\/v1\/chat\/socket/, (socket) => socket.close()),
    );
    await open(page);
    await say(page, unique("hello"));
    const desk = await opened(agent, unique("hello"));
    await reply(desk, unique("slow but sure"));
    await sees(page, [unique("hello"), unique("slow but sure")]);
    await say(page, unique("indeed"));
    await sees(desk, [unique("hello"), unique("slow but sure"), unique("indeed")]);
  },

  async "greets before the first message, with what the site says"({ visitor, unique }) {
    const page = await visitor();
    const session = page.waitForResponse(/\/v1\/session$/);
    await open(page);
    const { site } = await (await session).json();
    assert.notEqual(site.greeting, "");
    await page.locator("engage-chat .hello", { hasText: site.greeting }).waitFor();
    await say(page, unique("hello"));
    await page.locator("engage-chat .hello").waitFor({ state: "detached" });
    const silent = await visitor(null, (context) =>
      context.route(/\/v1\/session$/, async (route) => {
        const response = await route.fetch();
        const body = await response.json();
        await route.fulfill({ response, json: { ...body, site: { ...body.site, greeting: "" } } });
      }),
    );
    await open(silent);
    await silent.locator("engage-chat .title", { hasText: site.name }).waitFor();
    assert.equal(await silent.locator("engage-chat .start").textContent(), "");
  },

  async "says who they are, with the keyboard alone, and the agent sees it at once"({ visitor, agent, unique }) {
    const page = await chatting(visitor, unique("hello"));
    const desk = await opened(agent, unique("hello"));
    const row = desk.locator(".row", { hasText: unique("hello") }).locator(".who");
    assert.match((await row.textContent()) ?? "", /^Visitor/);
    await page.locator("engage-chat textarea").fill(unique("half a tho"));
    await page.keyboard.press("Shift+Tab");
    await page.keyboard.press("Shift+Tab");
    await page.keyboard.press("Enter");
    await page.locator("engage-chat .e-contact").waitFor();
    await until(() => focused(page), "input");
    await page.keyboard.type(unique("Marvin"));
    await page.keyboard.press("Tab");
    await page.keyboard.type("marvin at mars");
    await page.keyboard.press("Enter");
    const [name, email] = [page.getByLabel("Name", { exact: true }), page.getByLabel("E-mail", { exact: true })];
    await page.locator("engage-chat .e-fault", { hasText: "not an e-mail address" }).waitFor();
    assert.equal(await email.getAttribute("aria-invalid"), "true");
    assert.deepEqual([await name.inputValue(), await email.inputValue()], [unique("Marvin"), "marvin at mars"]);
    await audit(page, "a fault in the form");
    await page.reload();
    await open(page);
    assert.deepEqual([await name.inputValue(), await email.inputValue()], [unique("Marvin"), "marvin at mars"]);
    await email.fill("marvin@mars.example");
    await email.press("Enter");
    await page.locator("engage-chat [role=status]", { hasText: unique("Marvin") }).waitFor();
    await until(() => focused(page), "textarea");
    assert.equal(await page.locator("engage-chat textarea").inputValue(), unique("half a tho"));
    await until(() => row.textContent(), unique("Marvin"));
    await desk.locator(".contact h2", { hasText: unique("Marvin") }).waitFor();
    await desk.locator(".contact", { hasText: "marvin@mars.example" }).waitFor();
    await desk.locator(".e-event", { hasText: `The visitor is ${unique("Marvin")}` }).waitFor();
    assert.equal(await page.locator("engage-chat .offer").count(), 0);
  },

  async "shows hostile names and texts without harm"({ visitor, agent, unique }) {
    const page = await chatting(visitor, unique("hello"));
    const desk = await opened(agent, unique("hello"));
    const mean = [
      `https://evil.example/\u202Egpj.exe ${unique("<img src=x onerror=alert(1)>")}`,
      `https://evil.example/${"a".repeat(3_000)}`,
      "W".repeat(10_000),
    ];
    for (const text of mean) await say(page, text);
    await page.getByRole("button", { name: "Your name and e-mail" }).click();
    await page.getByLabel("Name", { exact: true }).fill(`\u202E<b>admin</b>${"M".repeat(180)}`);
    await page.getByLabel("Name", { exact: true }).press("Enter");
    await sees(desk, [unique("hello"), ...mean]);
    await reply(desk, mean[2]);
    await sees(page, [unique("hello"), ...mean, mean[2]]);
    await desk.locator(".e-event", { hasText: "<b>admin</b>" }).waitFor();
    assert.equal(await desk.locator(".e-body a").first().getAttribute("href"), "https://evil.example/");
    for (const width of [1100, 320]) {
      for (const one of [page, desk]) {
        await one.setViewportSize({ width, height: 700 });
        assert.deepEqual(await overflowing(one), [], `at ${width} px`);
      }
    }
    assert.ok(!(await desk.locator(".contact h2").textContent()).includes("\u202E"));
    assert.equal(await desk.locator(".contact b, .e-body img, .e-event b").count(), 0);
  },

  async "is not confused by what a newer server tells"({ visitor, agent, unique }) {
    const page = await visitor(null, (context) =>
      context.routeWebSocket(/\/v1\/chat\/socket/, (socket) => {
        const server = socket.connectToServer();
        server.onMessage((message) => {
          socket.send(JSON.stringify({ type: "fireworks", conversation: "all", seq: { much: true }, body: [1, 2] }));
          socket.send("what?");
          socket.send(message);
        });
      }),
    );
    await open(page);
    await say(page, unique("hello"));
    const desk = await opened(agent, unique("hello"));
    await reply(desk, unique("good day"));
    await sees(page, [unique("hello"), unique("good day")]);
    await say(page, unique("thanks"));
    await sees(desk, [unique("hello"), unique("good day"), unique("thanks")]);
  },

  async "passes axe, light and dark, wide and narrow"({ visitor, agent, unique }) {
    const page = await chatting(visitor, unique("hello"));
    const desk = await opened(agent, unique("hello"));
    await reply(desk, unique("good day"));
    await say(page, unique("thanks"));
    await desk.getByRole("button", { name: /^Assigned to/ }).click();
    await page.getByRole("button", { name: "Your name and e-mail" }).click();
    for (const colorScheme of ["light", "dark"]) {
      for (const width of [1100, 320]) {
        for (const one of [page, desk]) {
          await one.setViewportSize({ width, height: 700 });
          await one.emulateMedia({ colorScheme });
          await one.waitForTimeout(250);
          await audit(one, `${colorScheme}, ${width} px`);
          const wide = await one.evaluate(() => document.documentElement.scrollWidth - innerWidth);
          assert.ok(wide <= 0, `${one.url()} is ${wide} px too wide at ${width} px`);
        }
      }
    }
    await desk.keyboard.press("Escape");
    await desk.keyboard.press("?");
    await desk.locator("dialog[open]").waitFor();
    await audit(desk, "help");
  },

  async "shows every state of its gallery, without an error, at any width, in any language"({ visitor }) {
    const page = await visitor();
    const { origin } = new URL(page.url());
    const { stories } = await import("../../examples/quickstart/gallery/stories.js");
    for (const [index, { id }] of stories.entries()) {
      const lang = ["en", "ar", "de", "ja", "fr", "es"][index % 6];
      const theme = index % 2 ? "dark" : "light";
      if (index > 0 && index % 6 === 0) await page.setViewportSize({ width: index % 12 ? 320 : 1100, height: 700 });
      await page.goto(`${origin}/gallery/frame?story=${id}&theme=${theme}&lang=${id === "empty" ? lang : "en"}`);
      await page.locator(`html[data-ready=${id}]`).waitFor({ state: "attached" });
      assert.deepEqual(await overflowing(page), [], id);
      await audit(page, id);
    }
  },

  async "speaks the language of the page, in its direction, and no English remains"({ visitor }) {
    const page = await visitor();
    const { origin } = new URL(page.url());
    for (const [lang, write] of [
      ["de", "Nachricht schreiben"],
      ["fr", "Écrire un message"],
      ["es", "Escriba un mensaje"],
      ["ja", "メッセージを入力"],
      ["ar", "اكتب رسالة"],
    ]) {
      await page.goto(`${origin}/gallery/frame?story=talk&theme=light&lang=${lang}`);
      await page.locator("engage-chat textarea").waitFor();
      assert.equal(await page.locator("engage-chat textarea").getAttribute("placeholder"), write);
      assert.equal(await page.locator("engage-chat").getAttribute("dir"), lang === "ar" ? "rtl" : "ltr");
      const asked = page.requested.filter((url) => /assets\/(de|fr|es|ja|ar|en)-\w/.test(url));
      page.requested.length = 0;
      assert.ok(asked.length > 0 && asked.every((url) => url.includes(`/assets/${lang}-`)), asked.join());
    }
  },

  async "has no text of its own that a host cannot change, and room for longer ones"({ visitor }) {
    const page = await visitor();
    const { origin } = new URL(page.url());
    const { compilePseudo } = await import("../testing/pseudo.mjs");
    const strings = compilePseudo();
    for (const width of [1100, 320]) {
      await page.setViewportSize({ width, height: 700 });
      for (const story of ["talk", "rating", "who", "settings", "pre-chat", "away"]) {
        await page.route(/\/gallery\/frame/, async (route) => {
          const response = await route.fetch();
          const own = `<script type="application/json" data-engage-strings>${JSON.stringify(strings)}</script>`;
          await route.fulfill({ response, body: (await response.text()).replace("<body", `${own}<body`) });
        });
        await page.goto(`${origin}/gallery/frame?story=${story}&theme=light&lang=en`);
        await page.locator("engage-chat .head").waitFor();
        await page.waitForTimeout(600);
        const { plain, clipped } = await page.evaluate(reviewPseudo);
        assert.deepEqual(plain, [], `${story}: texts that are not from the catalogue`);
        assert.deepEqual(clipped, [], `${story} at ${width} px: clipped`);
      }
    }
  },

  async "without JavaScript is a form that posts"({ visitor, agent, unique }) {
    const there = await visitor();
    const { origin } = new URL(there.url());
    const bare = await there.context().browser().newContext({ javaScriptEnabled: false });
    const page = await bare.newPage();
    await page.goto(`${origin}/`);
    assert.equal(await page.locator("engage-launcher").count(), 0);
    await page.getByRole("link", { name: "Write to us" }).click();
    await page.getByLabel("Message").fill(unique("no script, please"));
    await page.getByRole("button", { name: "Send" }).click();
    await page.getByRole("status").waitFor();
    assert.match(page.url(), /\/contact\?sent=true$/);
    await bare.close();
    await opened(agent, unique("no script, please"));
  },

  async "asks first, and begins with the answers"({ visitor, unique }) {
    const page = await visitor();
    const { origin } = new URL(page.url());
    await page.goto(`${origin}/gallery/frame?story=pre-chat&theme=light&lang=en`);
    await page.locator("engage-chat .e-field").first().waitFor();
    await say(page, unique("hello"));
    await until(() => focused(page), "input");
    assert.equal(await page.locator("engage-chat .e-fault").count(), 3);
    assert.equal(await page.locator("engage-chat textarea").inputValue(), unique("hello"));
    await page.getByLabel("Your name", { exact: true }).fill("Marvin");
    await page.getByLabel("E-mail", { exact: true }).fill("marvin@mars.example");
    await page.getByLabel("I have read").check();
    await say(page, unique("hello"));
    await sees(page, [unique("hello")]);
    assert.equal(await page.locator("engage-chat .e-fields").count(), 0);
  },

  async "comes back with the page that the browser kept, and hears what came meanwhile"({ visitor, agent, unique }) {
    const page = await visitor();
    await page.evaluate(() => {
      globalThis.kept = "this very page";
      addEventListener("pageshow", (event) => {
        globalThis.persisted = event.persisted;
      });
    });
    await open(page);
    await say(page, unique("before"));
    await page.locator("engage-chat .e-stored", { hasText: unique("before") }).waitFor();
    const desk = await opened(agent, unique("before"));
    await page.goto(new URL("/style.css", page.url()).href);
    await reply(desk, unique("meanwhile"));
    await page.evaluate(() => history.back());
    await until(() => page.evaluate(() => globalThis.kept ?? null).catch(() => null), "this very page");
    assert.equal(await page.evaluate(() => globalThis.persisted), true);
    await sees(page, [unique("before"), unique("meanwhile")]);
    await reply(desk, unique("after"));
    await sees(page, [unique("before"), unique("meanwhile"), unique("after")]);
    await say(page, unique("thanks"));
    await sees(desk, [unique("before"), unique("meanwhile"), unique("after"), unique("thanks")]);
  },

  async "neither moves the page nor holds it up, and leaves the way back open"({ visitor }) {
    const page = await visitor();
    await page.addInitScript(() => {
      globalThis.measured = { shift: 0, long: [] };
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) if (!entry.hadRecentInput) globalThis.measured.shift += entry.value;
      }).observe({ type: "layout-shift", buffered: true });
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) globalThis.measured.long.push(entry.duration);
      }).observe({ type: "longtask", buffered: true });
    });
    await page.reload();
    await open(page);
    await page.waitForTimeout(500);
    const { shift, long } = await page.evaluate(() => globalThis.measured);
    assert.equal(shift, 0);
    // How long is a matter of the machine: it is told, and only what no machine excuses fails.
    assert.ok(
      long.every((ms) => ms < 1_000),
      `long tasks: ${long.join(", ")} ms`,
    );
    const unload = await page.evaluate(() => {
      const heard = [];
      for (const name of ["unload", "beforeunload"]) if (globalThis[`on${name}`]) heard.push(name);
      return heard;
    });
    assert.deepEqual(unload, []);
  },
};

async function chatting(visitor, first) {
  const page = await visitor();
  await open(page);
  await say(page, first);
  await page.locator("engage-chat .e-stored", { hasText: first }).waitFor();
  return page;
}

async function open(page) {
  const field = page.locator("engage-chat textarea");
  await page.locator("engage-launcher button").waitFor();
  // What was open before a reload opens by itself, sooner or later; a press would shut it again.
  const opens = await page.evaluate(() => Object.keys(sessionStorage).some((key) => key.endsWith(":open")));
  if (!opens) await page.locator("engage-launcher button").click();
  await field.waitFor();
}

async function say(page, text) {
  await page.locator("engage-chat textarea").fill(text);
  await page.locator("engage-chat textarea").press("Enter");
}

/** An agent's page with the conversation open in which `text` was said. Each text ends with the mark of its journey. */
async function opened(agent, text) {
  const page = await agent(0);
  await page.locator(".row", { hasText: text.split(" ").at(-1) }).click();
  await page.locator(".e-line", { hasText: text }).first().waitFor();
  return page;
}

async function reply(page, text) {
  await page.locator(".talk textarea").fill(text);
  await page.locator(".talk textarea").press("Enter");
}

const texts = (page) => page.locator(".e-stored .e-body").allTextContents();

/** Waits until the page shows exactly these messages, all stored. */
async function sees(page, expected) {
  await until(() => texts(page), expected);
}

async function until(look, expected) {
  const end = Date.now() + 15_000;
  for (;;) {
    const found = await look();
    if (JSON.stringify(found) === JSON.stringify(expected)) return;
    if (Date.now() > end) assert.deepEqual(found, expected);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** The tag of what has the focus, also inside of a shadow root. */
function focused(page) {
  return page.evaluate(() => {
    let active = document.activeElement;
    while (active?.shadowRoot?.activeElement) active = active.shadowRoot.activeElement;
    return active?.localName;
  });
}

/** In the page: what is shown or told without the marks of the pseudo-locale, and what does not fit its place. */
function reviewPseudo() {
  const { shadowRoot } = document.querySelector("engage-chat");
  const own =
    ".e-body, .e-who, time, h2, .hello, .away, .e-avatar, .e-emoji, option, .e-field label, .e-day, .count, .e-score span";
  const plain = [];
  const walker = document.createTreeWalker(shadowRoot, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const text = node.data.trim();
    const shown = node.parentElement.checkVisibility();
    if (text && shown && !text.includes("⟦") && !text.includes("⟧") && !node.parentElement.closest(own))
      plain.push(text);
  }
  for (const it of shadowRoot.querySelectorAll("[aria-label]")) {
    if (!it.getAttribute("aria-label").includes("⟦")) plain.push(it.getAttribute("aria-label"));
  }
  const clipped = [...shadowRoot.querySelectorAll("button, label, .closed, .said, .e-event, .more, .start, .head")]
    .filter((it) => it.checkVisibility() && it.scrollWidth > it.clientWidth + 1 && it.clientWidth > 0)
    .map((it) => `${it.localName}.${it.className}`);
  return { plain, clipped };
}

/** What is wider than its place: each scrolls sideways, which nothing here may. */
function overflowing(page) {
  return page.evaluate(() => {
    const roots = [document, ...[...document.querySelectorAll("*")].map((it) => it.shadowRoot).filter(Boolean)];
    const boxes = roots.flatMap((root) => [
      ...root.querySelectorAll(".e-log, .body, .panel, .inbox, .talk, .e-line, html"),
    ]);
    return boxes
      .filter((box) => box.scrollWidth > box.clientWidth + 1)
      .map((box) => `${box.localName}.${box.className}`);
  });
}

async function audit(page, where) {
  await page.evaluate(axe);
  const violations = await page.evaluate(async () => {
    // The host's own page is not ours to judge.
    const ours = ["engage-chat", "engage-launcher"].filter((name) => document.querySelector(name));
    const { violations } = await globalThis.axe.run(ours.length > 0 ? { include: ours } : document, {
      runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    });
    return violations.map(({ id, impact, nodes }) => ({
      id,
      impact,
      nodes: nodes.map((node) => node.target.flat().join(" ")),
    }));
  });
  const serious = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
  assert.deepEqual(serious, [], `axe at ${page.url()}, ${where}`);
}
