// What admins set for tickets: rules, macros, deadlines, and what comes of them. A host whose front page leads to no tickets at
// `/tickets` is left out, and that is said.
import { strict as assert } from "node:assert";
import { audit, everyLook } from "./look.mjs";

const ASKED = { timeout: 25_000 };

async function settings(agent, part) {
  const desk = await agent(0);
  // Wide enough for what stands beside a ticket.
  await desk.setViewportSize({ width: 1_440, height: 800 });
  await desk.goto(new URL(`#/settings/${part}`, desk.url()).href);
  await desk.locator(".setting").first().waitFor();
  return desk;
}

/** Somebody asks for something on the site; gives false where that cannot be. */
async function ask(visitor, subject) {
  const page = await visitor();
  const there = await page.goto(`${new URL(page.url()).origin}/tickets`);
  if (there?.status() !== 200) return false;
  await page.getByRole("button", { name: "New ticket" }).click();
  await page.getByLabel("Subject").fill(subject);
  await page.getByLabel("What can we do for you?").fill("Please help.");
  await page.getByRole("button", { name: "Send" }).click();
  await page.getByRole("heading", { level: 2 }).waitFor();
  return true;
}

async function ticket(desk, subject) {
  await desk.goto(new URL("#/tickets", desk.url()).href);
  await desk.locator(".row", { hasText: subject }).locator(".row-link").click(ASKED);
  await desk.locator(".talk .e-line").first().waitFor();
}

const saved = (desk) => desk.locator(".toasts", { hasText: "Saved" }).waitFor();
const card = (desk, name) => desk.locator(".rule-card", { hasText: name });
/** Takes away what a journey has made, so that it is not there for the next. */
async function clean(desk, part, name) {
  await desk.goto(new URL(`#/settings/${part}`, desk.url()).href);
  await desk.getByRole("button", { name: `Remove ${name}` }).click();
  await desk.getByRole("button", { name: "Save", exact: true }).click();
  await saved(desk);
}

export const journeys = {
  async "ticket: a rule is made, tried and seen at work, and says in the history that it was it"({
    visitor,
    agent,
    unique,
  }) {
    const [before, after, rule] = [unique("Before"), unique("After"), unique("Refunds")];
    if (!(await ask(visitor, before))) return console.log("left out: this host has no tickets");
    const desk = await settings(agent, "rules");
    await audit(desk, "rules");
    await desk.getByRole("button", { name: "Add a rule" }).click();
    await desk.getByLabel("Name").fill(rule);
    await desk.getByLabel("Add a condition").selectOption("subject");
    // Without a word to look for it is not taken, and that is said where the word belongs.
    await desk.getByLabel("Add something to do").selectOption("priority");
    await desk.getByRole("button", { name: "Save", exact: true }).click();
    await desk.locator(".rule-value .fault", { hasText: "at least one" }).waitFor();
    await audit(desk, "a rule that is not whole");
    await desk.getByLabel("Add to: Subject").fill(unique("").trim());
    await desk.keyboard.press("Enter");
    await desk.getByLabel("Add something to do").selectOption("add_tags");
    await desk.getByLabel("Add to: Put tags on").fill("refund");
    await desk.getByRole("button", { name: "Try them on a ticket" }).click();
    const dialog = desk.getByRole("dialog");
    await dialog.getByLabel("Number or words").fill(before);
    await dialog.locator(".option", { hasText: before }).click(ASKED);
    await dialog.getByRole("button", { name: "Try", exact: true }).click();
    const step = dialog.locator(".rule-step", { hasText: rule });
    await step.getByText("Priority: Normal → High").waitFor();
    await step.getByText(/Tags added: .?refund/).waitFor();
    await audit(desk, "a rule that is tried");
    await dialog.getByRole("button", { name: "Close" }).last().click();
    await desk.getByRole("button", { name: "Save", exact: true }).click();
    await saved(desk);

    await ask(visitor, after);
    await ticket(desk, after);
    await desk.locator(".e-event", { hasText: `by the rule \u2068${rule}\u2069` }).waitFor(ASKED);
    await desk.locator(".side .chip", { hasText: "refund" }).waitFor();
    await ticket(desk, before);
    assert.equal(await desk.locator(".side .chip", { hasText: "refund" }).count(), 0, "trying changes nothing");
    await clean(desk, "rules", rule);
  },

  async "ticket: a macro is made and applied by keyboard, and a policy is said in words"({ visitor, agent, unique }) {
    const [subject, name] = [unique("By macro"), unique("Done with")];
    if (!(await ask(visitor, subject))) return console.log("left out: this host has no tickets");
    const desk = await settings(agent, "macros");
    await desk.getByRole("button", { name: "Add a macro" }).click();
    await desk.getByLabel("Name").fill(name);
    await desk.getByLabel("Add something to do").selectOption("reply");
    await desk.getByLabel("Reply", { exact: true }).fill("All is well again.");
    await desk.getByLabel("Add something to do").selectOption("status");
    await desk.getByLabel("Status", { exact: true }).selectOption("solved");
    await desk.getByRole("button", { name: "Save", exact: true }).click();
    await saved(desk);
    await audit(desk, "macros");
    await ticket(desk, subject);
    await desk.keyboard.press("Shift+M");
    await desk.getByRole("dialog").getByLabel("Which").fill(name);
    await desk.locator(".macro-does li", { hasText: "All is well again." }).waitFor();
    await audit(desk, "what a macro will do");
    await desk.keyboard.press("Enter");
    await desk.locator(".talk .e-body", { hasText: "All is well again." }).waitFor();
    await desk.getByRole("button", { name: "Status Solved" }).waitFor();
    await desk.locator(".e-event", { hasText: `by the macro \u2068${name}\u2069` }).waitFor();
    await clean(desk, "macros", name);

    const policy = unique("Gold");
    await desk.goto(new URL("#/settings/deadlines", desk.url()).href);
    await desk.getByRole("button", { name: "Add a policy" }).click();
    await desk.getByLabel("Name").fill(policy);
    await desk.getByLabel("Add to: Tag").fill(policy);
    await desk.getByLabel("First reply", { exact: true }).last().fill("90");
    await desk.getByLabel("Unit of: First reply").selectOption("minute");
    await desk.getByLabel("First reply", { exact: true }).last().fill("90");
    await desk.getByLabel("Only at certain hours").check();
    await audit(desk, "a policy");
    await desk.getByRole("button", { name: "Save", exact: true }).click();
    await saved(desk);
    await desk.locator(".rule-open", { hasText: policy }).click();
    await card(desk, policy).getByText("within 1 hour 30 minutes, warned 30 minutes before").waitFor();
    await clean(desk, "deadlines", policy);
  },

  async "ticket: the settings of tickets are for everybody, in both directions, on a phone"({ agent }) {
    const desk = await settings(agent, "rules");
    const parts = ["tickets", "rules", "macros", "deadlines"];
    await everyLook(
      desk,
      [
        ["ar", "dark", 1_440],
        ["de", "light", 360],
        ["ja", "light", 640],
      ],
      Object.fromEntries(parts.map((part) => [`#/settings/${part}`, ".setting"])),
      async (path) => {
        if (path !== "#/settings/tickets") await desk.locator(".setting .actions.is-start .button").first().click();
      },
    );
  },
};
