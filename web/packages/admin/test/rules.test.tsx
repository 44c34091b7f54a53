import { describe, expect, test } from "vitest";
import { readPart, readRules, writePart, writeRule } from "../src/rules/model";
import { all, button, during, page, stage, start, type, until, visit, world } from "./stage";

stage();

const setting = (key: string) => world.server.desk.settings.get(key);
const set = (key: string, value: unknown) => world.server.desk.settings.set(key, { key, value, version: 1 });
const vip = {
  name: "VIP first",
  on: ["opened", "updated"],
  when: { all: [{ tag: ["vip"] }, { not: { status: ["solved"] } }] },
  // biome-ignore lint/suspicious/noThenProperty: that is its name on the wire
  then: [{ priority: "urgent" }, { add_tags: ["seen"] }],
};
const late = {
  name: "Late",
  on: ["time_passed"],
  when: { any: [{ waiting: 120 }, { all: [{ idle: 2880 }] }] },
  // biome-ignore lint/suspicious/noThenProperty: that is its name on the wire
  then: [{ note: "Look at this." }],
  is_off: true,
};

const choose = (field: HTMLSelectElement | null | undefined, value: string) =>
  during(() => {
    if (!field) throw new Error("there is no such field");
    field.value = value;
    field.dispatchEvent(new Event("change", { bubbles: true }));
  });
const labelled = <T extends HTMLElement>(name: string) => all(`[aria-label="${name}"]`) as T[];
const save = () =>
  during(() => (all(".save-bar .is-chief") as HTMLButtonElement[]).find((it) => !it.disabled)?.click());
const cards = () => all(".rule-name").map((it) => it.textContent);
const said = () => all(".rule-said dd").map((it) => it.textContent?.replace(/[\u2068\u2069]/g, ""));

describe("the language of rules", () => {
  test("reads what the server writes, and writes it the same", () => {
    for (const part of [
      { all: [] },
      { any: [{ priority: ["high"] }, { not: { any: [{ team: [null, "sales"] }] } }] },
      { field: { name: "plan", is: ["pro", 5, true, null] } },
      { waiting: 30 },
      { not: { assignee: [null] } },
    ]) {
      expect(writePart(readPart(part))).toEqual(part);
    }
    const rules = readRules([vip, late]);
    expect(rules.map(writeRule)).toEqual([vip, late]);
  });

  test("keeps what it does not know as it is", () => {
    const odd = {
      ...vip,
      when: { all: [{ mood: ["grim"] }, { tag: ["vip"], team: ["x"] }] },
      // biome-ignore lint/suspicious/noThenProperty: that is its name on the wire
      then: [{ sing: "low" }],
    };
    expect(readRules([odd]).map(writeRule)).toEqual([odd]);
  });
});

describe("rules", () => {
  test("are said in words, and put in another order", async () => {
    set("tickets.rules", [vip, late]);
    await start();
    await visit("#/settings/rules", ".rule-card");
    expect(cards()).toEqual(["VIP first", "Late"]);
    expect(said()).toEqual([
      "A ticket is opened or Anything about it changes",
      "Tag: vip and not (Status: Solved)",
      "Priority: Urgent · Put tags on: seen",
      "Time passes",
      "Time waiting for a reply: at least 2 hours or Time without a change: at least 2 days",
      "Private note: “Look at this.”",
    ]);
    await during(() => button("Move VIP first down")?.click());
    expect(cards()).toEqual(["Late", "VIP first"]);
    await save();
    expect(setting("tickets.rules").value).toEqual([late, vip]);
  });

  test("are made from the list of what there is, each by its own input", async () => {
    await start();
    await visit("#/settings/rules", ".card-empty");
    await during(() => button("Add a rule")?.click());
    await type(page.querySelector(".card-body input") as HTMLInputElement, "Refunds");
    await choose(labelled<HTMLSelectElement>("Add a condition")[0], "subject");
    await type(labelled<HTMLInputElement>("Add to: Subject")[0] as HTMLInputElement, "refund");
    await during(() =>
      labelled("Add to: Subject")[0]?.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true })),
    );
    await choose(labelled<HTMLSelectElement>("Add a condition")[0], "group");
    const inner = page.querySelector(".rule-group.is-inner .rule-add") as HTMLSelectElement;
    await choose(inner, "priority");
    await choose(labelled<HTMLSelectElement>("Add to: Priority")[0], "low");
    await choose(labelled<HTMLSelectElement>("How it is meant")[1], "not");
    await choose(inner, "waiting");
    await choose(labelled<HTMLSelectElement>("Unit of: Time waiting for a reply")[0], "day");
    await choose(labelled<HTMLSelectElement>("Add something to do")[0], "team");
    await choose(all(".rule-value .field select").at(-1) as HTMLSelectElement, "sales");
    await choose(labelled<HTMLSelectElement>("Add something to do")[0], "snooze");
    await save();
    expect(setting("tickets.rules").value).toEqual([
      {
        name: "Refunds",
        on: ["opened"],
        when: {
          all: [{ subject: ["refund"] }, { any: [{ not: { priority: ["low"] } }, { waiting: 1440 }] }],
        },
        // biome-ignore lint/suspicious/noThenProperty: that is its name on the wire
        then: [{ team: "sales" }, { snooze: 60 }],
      },
    ]);
  });

  test("say what is wrong where it stands, and open for it", async () => {
    set("tickets.rules", [vip, { ...late, when: { all: [{ tag: ["x"] }] } }]);
    await start();
    await visit("#/settings/rules", ".rule-card");
    await during(() => labelled<HTMLInputElement>("VIP first")[0]?.click());
    await during(() => all(".rule-open")[0]?.click());
    await during(() => button("Remove seen")?.click());
    await during(() => all(".rule-open")[0]?.click());
    await save();
    expect(all(".rule-open").map((it) => it.getAttribute("aria-expanded"))).toEqual(["true", "true"]);
    const tags = labelled("Add to: Put tags on")[0];
    expect(tags?.getAttribute("aria-invalid")).toBe("true");
    expect(document.getElementById(tags?.getAttribute("aria-describedby") ?? "")?.textContent).toBe("This is needed.");
    expect(page.querySelector(".save-bar [role=alert]")?.textContent).toContain("VIP first: This is needed.");
    expect(page.querySelector(".save-bar [role=alert]")?.textContent).toContain(
      "Late: This runs after time has passed",
    );
    expect(setting("tickets.rules").version).toBe(1);
  });

  test("rest, are duplicated, and come back when they were removed by mistake", async () => {
    set("tickets.rules", [vip, late]);
    await start();
    await visit("#/settings/rules", ".rule-card");
    await during(() => (page.querySelector(".rule-top input") as HTMLInputElement).click());
    await during(() => button("Duplicate VIP first")?.click());
    expect(cards()).toEqual(["VIP first", "VIP first (copy)", "Late"]);
    await during(() => button("Remove Late")?.click());
    expect(cards()).toEqual(["VIP first", "VIP first (copy)"]);
    await during(() => button("Undo")?.click());
    await save();
    expect(setting("tickets.rules").value).toEqual([
      { ...vip, is_off: true },
      { ...vip, name: "VIP first (copy)", is_off: true },
      late,
    ]);
  });

  test("are tried on a ticket as they are typed, and change nothing", async () => {
    const wile = world.server.addContact("Wile", "wile@acme.example");
    const asked = { client_message_id: "1", subject: "Rocket skates", body: "They broke." };
    const { id } = await world.server.http("POST", "/v1/tickets", asked, wile);
    const ticket = world.server.tickets.all.get(id);
    ticket.tags = ["vip"];
    const version = ticket.version;
    set("tickets.rules", [vip, { ...vip, name: "Others", when: { not: { tag: ["vip"] } } }, late]);
    await start();
    await visit("#/settings/rules", ".rule-card");
    await during(() => button("Try them on a ticket")?.click());
    await until(() => page.querySelector(".option input"));
    await during(() => (page.querySelector(".option input") as HTMLInputElement).click());
    await during(() => button("Try")?.click());
    await until(() => page.querySelector(".rule-step"));
    expect(all(".rule-step").map((it) => it.textContent?.replace(/[\u2068\u2069]/g, ""))).toEqual([
      "VIP firstPriority: Normal → UrgentTags added: seen",
      "OthersWhat it asks is not so.",
    ]);
    expect(page.querySelector(".rule-tried")?.textContent).toContain("1 further rule does not run after this.");
    expect(ticket).toMatchObject({ priority: "normal", tags: ["vip"], version });
  });

  test("are what two admins may change at once: nobody's is lost", async () => {
    set("tickets.rules", [vip]);
    await start();
    await visit("#/settings/rules", ".rule-card");
    await during(() => button("Duplicate VIP first")?.click());
    set("tickets.rules", [vip, late]);
    world.server.desk.settings.get("tickets.rules").version = 2;
    await save();
    expect(page.querySelector(".conflict-theirs")?.textContent).toBe("VIP first, Late");
    expect(cards()).toEqual(["VIP first", "VIP first (copy)"]);
  });
});

describe("macros and deadlines", () => {
  test("a macro is made for a team", async () => {
    await start();
    await visit("#/settings/macros", ".card-empty");
    await during(() => button("Add a macro")?.click());
    await type(page.querySelector(".card-body input") as HTMLInputElement, "Thank you");
    await choose(page.querySelector(".card-body .form-row select") as HTMLSelectElement, "sales");
    await choose(labelled<HTMLSelectElement>("Add something to do")[0], "reply");
    await type(page.querySelector(".rule-value textarea") as HTMLTextAreaElement, "Thank you!");
    await choose(labelled<HTMLSelectElement>("Add something to do")[0], "status");
    await save();
    expect(setting("tickets.macros").value).toEqual([
      // biome-ignore lint/suspicious/noThenProperty: that is its name on the wire
      { name: "Thank you", team: "sales", then: [{ reply: "Thank you!" }, { status: "open" }] },
    ]);
  });

  test("a policy says what is owed when, in words, and keeps seconds that are no whole minutes", async () => {
    const policy = {
      id: "gold",
      name: "Gold",
      when: { priority: ["urgent"], team: [], tag: ["vip"], source: [] },
      first_response_s: 5_400,
      next_response_s: null,
      resolution_s: 90,
      warn_s: 600,
      pause_in: ["pending"],
      hours: null,
    };
    set("tickets.sla", [policy]);
    await start();
    await visit("#/settings/deadlines", ".rule-card");
    expect(said()).toEqual([
      "Priority: Urgent · Tag: vip",
      "within 1 hour 30 minutes, warned 10 minutes before",
      "within 2 minutes, warned 10 minutes before, stands still while: Pending",
      "Always, day and night.",
    ]);
    await during(() => all(".rule-open")[0]?.click());
    const [first] = labelled<HTMLInputElement>("First reply");
    expect(first?.value).toBe("90");
    await choose(labelled<HTMLSelectElement>("Unit of: First reply")[0], "hour");
    await type(first as HTMLInputElement, "8");
    const limited = all(".check").find((it) => it.textContent === "Only at certain hours");
    await during(() => limited?.querySelector("input")?.click());
    await save();
    const [kept] = setting("tickets.sla").value;
    expect(kept).toMatchObject({ ...policy, first_response_s: 28_800, hours: { week: { mon: [["09:00", "17:00"]] } } });
  });

  test("a status of the site's own gets an id that stays", async () => {
    await start();
    await visit("#/settings/tickets", ".rule-card");
    await during(() => button("Add a status")?.click());
    await type(page.querySelector(".card-body input") as HTMLInputElement, "Waits for parts");
    await choose(page.querySelector(".card-body select") as HTMLSelectElement, "on_hold");
    await save();
    expect(setting("tickets.statuses").value).toEqual([
      { id: "at_carrier", name: "At the carrier", category: "on_hold" },
      { id: "status_1", name: "Waits for parts", category: "on_hold" },
    ]);
  });
});

describe("a macro", () => {
  // biome-ignore lint/suspicious/noThenProperty: that is its name on the wire
  const named = (name: string, does: unknown[]) => ({ name, then: does });
  const ticket = async (subject: string) => {
    const wile = world.server.addContact("Wile", "wile@acme.example");
    const asked = { client_message_id: subject, subject, body: "It broke." };
    return (await world.server.http("POST", "/v1/tickets", asked, wile)).id as string;
  };
  const does = () => all(".macro-does li").map((it) => it.textContent?.replace(/[\u2068\u2069]/g, ""));

  test("is applied to a ticket by the keys, after it has said what it will do; what it did says which it was", async () => {
    const id = await ticket("Rocket skates");
    set("tickets.macros", [named("Wait", [{ snooze: 60 }]), named("Up <b>", vip.then)]);
    await start();
    await visit(`#/t/${id}`, ".talk .e-line");
    await during(() => document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "M", bubbles: true })));
    await until(() => page.querySelector(".macro-does"));
    expect(does()).toEqual(["Snooze for: 1 hour"]);
    await type(page.querySelector("dialog input[type=search]") as HTMLInputElement, "up");
    expect(does()).toEqual(["Priority: Urgent", "Put tags on: seen"]);
    expect(world.server.tickets.all.get(id).priority).toBe("normal");
    await during(() => page.querySelector<HTMLFormElement>("dialog form")?.requestSubmit());
    await until(() => page.querySelector(".e-event"));
    expect(page.querySelector("dialog")).toBe(null);
    expect(page.querySelector(".e-event")?.textContent?.replace(/[\u2068\u2069]/g, "")).toContain(
      "by the macro Up <b> · Priority: Normal → Urgent · Tags added: seen",
    );
  });

  test("is applied to all that are picked, once though its answer is lost, and leaves picked what failed", async () => {
    const one = await ticket("Rocket skates");
    const two = await ticket("Giant magnet");
    world.server.tickets.all.get(two).merged_into = one;
    set("tickets.macros", [named("Thanks", [{ reply: "Thank you!" }])]);
    await start();
    await visit("#/tickets", ".row");
    for (const check of all(".row-pick input")) await during(() => check.click());
    const real = world.onAnswer;
    let lost = 0;
    world.onAnswer = (method, url) => {
      if (method !== "POST" || !url.endsWith("/macros") || lost > 0) return real(method, url);
      lost += 1;
      throw new Error("the answer is lost");
    };
    await during(() => button("More for the selected")?.click());
    await during(() => button("Apply a macro")?.click());
    await until(() => page.querySelector(".macro-does"));
    await during(() => button("Apply")?.click());
    await until(() => page.querySelector("dialog .fault")?.textContent);
    await during(() => button("Apply")?.click());
    await until(() => !page.querySelector("dialog"));
    const said = world.server.tickets.all.get(one).entries.filter((it: { type: string }) => it.type === "reply");
    expect(said).toHaveLength(1);
    expect(page.querySelector(".toasts [role=alert]")?.textContent).toContain(
      "1 ticket could not be changed This ticket has become a part of another.",
    );
    expect(page.querySelector(".bulk-count")?.textContent).toBe("1 selected");
  });
});
