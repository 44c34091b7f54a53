// Pictures of the admin panel against the fake server: every screen, light and dark, in Arabic, on a phone and with 200 % text.
// To be looked at after a change of the looks. Usage: node testing/shots-admin.mjs DIR [part of a name]
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { launch, watch } from "./browser.mjs";
import { furnish } from "./furnish.mjs";
import { serve } from "./serve.mjs";

const [dir = "shots", only = ""] = process.argv.slice(2);
mkdirSync(dir, { recursive: true });
const { base, fake, agents, stop, drop } = await serve();
const place = furnish(fake, agents);
const browser = await launch();

const LOOKS = {
  light: {},
  dark: { colorScheme: "dark" },
  arabic: { prefs: { language: "ar" } },
  phone: { viewport: { width: 360, height: 700 }, isMobile: true, hasTouch: true },
  large: { viewport: { width: 640, height: 400 }, deviceScaleFactor: 2 },
};

async function shot(name, { path = "#/inbox", act = async () => {}, looks = Object.keys(LOOKS), as = "ada" }) {
  for (const look of looks) {
    const file = `${name}-${look}`;
    if (!file.includes(only)) continue;
    const { prefs = {}, ...options } = LOOKS[look];
    const context = await browser.newContext({ viewport: { width: 1440, height: 860 }, ...options });
    const troubles = await watch(context);
    await context.addInitScript(
      (prefs) => location.protocol === "http:" && localStorage.setItem("engage:admin:prefs", prefs),
      JSON.stringify(prefs),
    );
    const page = await context.newPage();
    page.setDefaultTimeout(5_000);
    await page.goto(`${base}/login?as=${as}`);
    await page.goto(`${base}/admin/engage${path}`);
    await page.locator(".place, .wall").first().waitFor();
    try {
      await act(page, look);
    } catch (error) {
      console.error(`${file}: ${error.message.split("\n")[0]}`);
    }
    await page.waitForTimeout(500);
    await page.screenshot({ path: join(dir, `${file}.png`) });
    for (const trouble of troubles) console.error(`${file}: ${trouble}`);
    await context.close();
  }
}

const talk = `#/c/${place.talk}`;
const line = (page) => page.locator(".e-line").first().waitFor();
await shot("inbox", { act: (page) => page.locator(".row").first().waitFor() });
await shot("talk", { path: talk, act: line });
await shot("talk-rest", { path: `#/c/${place.plain}`, act: line, looks: ["light"] });
await shot("hostile", { path: `#/c/${place.hostile}`, act: line, looks: ["light", "phone"] });
await shot("side", {
  path: talk,
  looks: ["phone", "large"],
  act: async (page) => {
    await line(page);
    await page.locator(".talk-head > .tool[aria-expanded]").click();
    await page.locator(".side .card").waitFor();
  },
});
await shot("note", {
  path: talk,
  looks: ["light", "dark", "phone"],
  act: async (page) => {
    await line(page);
    await page.locator(".modes button[aria-pressed]").nth(1).click();
    await page.locator(".compose textarea").fill("Could you look at this, ");
    await page.locator(".compose textarea").press("End");
    await page.locator(".compose textarea").pressSequentially("@b");
    await page.locator(".suggestion").first().waitFor();
  },
});
await shot("canned", {
  path: talk,
  looks: ["light", "arabic", "phone"],
  act: async (page) => {
    await line(page);
    await page.locator(".compose textarea").pressSequentially("/");
    await page.locator(".suggestion").first().waitFor();
  },
});
await shot("menu", {
  path: talk,
  looks: ["light", "dark", "phone"],
  act: async (page) => {
    await line(page);
    await page.locator(".tools .menu button").first().click();
  },
});
await shot("bulk", {
  looks: ["light", "phone"],
  act: async (page) => {
    await page.locator(".row").first().waitFor();
    for (const at of [0, 1, 2]) await page.locator(".row-pick input").nth(at).dispatchEvent("click");
  },
});
await shot("filters", {
  looks: ["light", "arabic", "phone"],
  act: async (page) => {
    await page.locator(".row").first().waitFor();
    await page.locator(".inbox-title > .tool").click();
  },
});
await shot("search", {
  looks: ["light", "dark"],
  act: async (page) => {
    await page.locator(".search input").fill("rocket");
    await page.locator(".found-row").first().waitFor();
  },
});
await shot("watch", { path: `${talk}?watch=1`, looks: ["light"], act: line });
await shot("palette", {
  looks: ["light", "dark", "arabic", "phone"],
  act: async (page) => {
    await page.locator(".row").first().waitFor();
    await page.keyboard.press("Control+k");
    await page.locator(".palette input").waitFor();
  },
});
await shot("help", {
  looks: ["light", "phone", "large"],
  act: async (page) => {
    await page.locator(".row").first().waitFor();
    await page.keyboard.press("?");
  },
});
await shot("mine", {
  looks: ["light", "dark", "phone"],
  act: async (page) => {
    await page.locator(".me-button").click();
  },
});
await shot("offline", {
  path: talk,
  looks: ["light", "phone"],
  act: async (page) => {
    await line(page);
    await page.context().setOffline(true);
    drop();
    await page.locator(".compose textarea").fill("Are you still there?");
    await page.locator(".e-send").click();
    await page.waitForTimeout(1_500);
  },
});
await shot("board", { path: "#/board", act: (page) => page.locator(".queue-row").first().waitFor() });
const row = (page) => page.locator(".row").first().waitFor();
const ticket = `#/t/${place.ticket}`;
await shot("mine", { path: "#/mine", act: row });
await shot("tickets", { path: "#/tickets", act: row });
await shot("ticket", { path: ticket, act: line });
await shot("ticket-hostile", { path: `#/t/${place.hostileTicket}`, act: line, looks: ["light", "phone"] });
await shot("ticket-side", {
  path: ticket,
  looks: ["phone", "large"],
  act: async (page) => {
    await line(page);
    await page.locator(".talk-head > .tool[aria-expanded]").click();
    await page.locator(".side .ticket-fields").waitFor();
  },
});
await shot("ticket-side-end", {
  path: ticket,
  looks: ["light", "arabic"],
  act: async (page) => {
    await line(page);
    await page.locator(".side .attributes").scrollIntoViewIfNeeded();
  },
});
await shot("ticket-filters", {
  path: "#/tickets",
  looks: ["light", "arabic", "phone"],
  act: async (page) => {
    await row(page);
    await page.locator(".inbox-title > button.tool").last().click();
  },
});
await shot("ticket-bulk", {
  path: "#/tickets",
  looks: ["light", "phone"],
  act: async (page) => {
    await row(page);
    for (const at of [0, 1, 2]) await page.locator(".row-pick input").nth(at).dispatchEvent("click");
  },
});
await shot("ticket-merge", {
  path: ticket,
  looks: ["light", "dark", "phone"],
  act: async (page) => {
    await line(page);
    await page.locator(".tools > .menu").last().locator("button").click();
    await page.locator("[role=menuitem]", { hasText: "another" }).first().click();
    await page.locator("dialog .option, dialog .quiet").first().waitFor();
  },
});
await shot("ticket-write", {
  path: ticket,
  looks: ["light", "dark", "arabic", "phone"],
  act: async (page) => {
    await line(page);
    await page.locator(".compose textarea").fill("It is the left one.");
    await page.locator(".ticket-send .menu button").click();
  },
});
await shot("ticket-board", { path: "#/tickets/board", act: (page) => page.locator(".ticket-card").first().waitFor() });
await shot("ticket-new", {
  path: "#/tickets",
  looks: ["light", "phone"],
  act: async (page) => {
    await row(page);
    await page.keyboard.press("c");
    await page.locator("dialog input").first().fill("wile");
    await page.locator("dialog .option").first().waitFor();
  },
});
await shot("people", { path: `#/people/${place.contact}`, act: (page) => page.locator(".card").waitFor() });
for (const part of ["chat", "welcome", "look", "fields", "hours", "teams", "agents", "canned"]) {
  await shot(`settings-${part}`, {
    path: `#/settings/${part}`,
    looks: ["hours", "fields", "look", "teams"].includes(part) ? Object.keys(LOOKS) : ["light", "phone"],
    act: async (page) => {
      await page.locator(".setting, .card-form, .card-line").first().waitFor();
      if (part !== "look") return;
      const [colour, ...checks] = await page.locator(".setting .check input").all();
      await colour.check();
      await checks[0].waitFor();
      await page.locator(".colour input[maxlength]").first().fill("#7c3aed");
      await page.locator(".preview .tabs button").last().click();
      await page.locator(".preview-stage .e-line").last().waitFor();
    },
  });
}
for (const part of ["tickets", "rules", "macros", "deadlines"]) {
  await shot(`settings-${part}`, {
    path: `#/settings/${part}`,
    act: (page) => page.locator(".rule-card").first().waitFor(),
  });
  await shot(`settings-${part}-open`, {
    path: `#/settings/${part}`,
    act: async (page) => {
      await page.locator(".rule-open").first().click();
      await page.locator(".card-body").scrollIntoViewIfNeeded();
    },
  });
}
await shot("rules-tried", {
  path: "#/settings/rules",
  looks: ["light", "dark", "phone"],
  act: async (page) => {
    await page.getByRole("button", { name: "Try them on a ticket" }).click();
    await page.locator("dialog .option").first().click();
    await page.getByRole("button", { name: "Try", exact: true }).click();
    await page.locator(".rule-step").first().waitFor();
  },
});
await shot("macro", {
  path: ticket,
  act: async (page) => {
    await line(page);
    await page.keyboard.press("Shift+M");
    await page.locator(".macro-does").waitFor();
  },
});
await shot("settings-agent", { path: "#/settings/chat", as: "ben", looks: ["light"] });
await shot("webhooks", {
  path: "#/webhooks",
  act: async (page) => {
    await page.locator(".card-form .button").first().click();
    await page.locator("table").waitFor();
  },
});
await shot("webhook-new", {
  path: "#/webhooks",
  looks: ["light", "phone"],
  act: (page) => page.locator(".page-head .button").click(),
});
await shot("mail", { path: "#/mail", act: (page) => page.locator(".mail-row").first().waitFor() });
await shot("mail-letter", {
  path: `#/mail/out/${place.mail}`,
  act: (page) => page.locator(".mail-facts").waitFor(),
});
await shot("mail-in", {
  path: "#/mail/in/r1",
  looks: ["light", "phone"],
  act: (page) => page.locator(".mail-text").waitFor(),
});
await shot("mail-suppressed", {
  path: "#/mail/suppressed",
  looks: ["light", "dark", "arabic", "phone"],
  act: (page) => page.locator(".mail-address").first().waitFor(),
});
await shot("mail-templates", { path: "#/mail/templates", looks: ["light", "arabic", "phone"] });
await shot("mail-template", {
  path: "#/mail/templates/chat.reply/en",
  act: (page) => page.locator(".mail-frame").waitFor(),
});
await shot("mail-template-wrong", {
  path: "#/mail/templates/chat.reply/en",
  looks: ["light", "dark"],
  act: async (page) => {
    await page.locator(".faq-markdown").fill("<mj-text>\n{{ secret }}</mj-text>");
    await page.locator(".mail-preview .fault").waitFor();
  },
});
await shot("mail-settings", { path: "#/mail/settings", act: (page) => page.locator(".secret").waitFor() });
for (const part of ["inbox", "quarantine", "forms"]) {
  await shot(`forms-${part}`, {
    path: `#/forms/${part}`,
    act: (page) => page.locator(".card-form, .card-line").first().waitFor(),
  });
}
await shot("form-edit", {
  path: "#/forms/forms",
  act: async (page) => {
    await page.locator(".page-tools .is-chief").click();
    await page.locator(".form-preview input").first().waitFor();
  },
});
await shot("outbox", { path: "#/outbox", looks: ["light", "dark", "phone"] });
await shot("audit", { path: "#/audit", looks: ["light", "arabic", "phone"] });
await shot("nowhere", { path: "#/moon", looks: ["light"] });

await browser.close();
await stop();
