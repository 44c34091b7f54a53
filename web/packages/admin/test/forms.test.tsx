import { describe, expect, test } from "vitest";
import { submit } from "../../../testing/fake-forms.mjs";
import { type ada, all, button, desk, during, page, stage, start, type, until, visit, world } from "./stage";

stage();

const kept = () => world.server.desk.forms;
const labelled = (text: string) =>
  all("label")
    .find((it) => it.querySelector("span")?.textContent === text)
    ?.querySelector("input") as HTMLInputElement;
const cards = () => all("article h3").map((it) => it.textContent);

describe("what was sent", () => {
  test("is looked at, done, and found again where it went", async () => {
    submit(world.server, { name: "Ann", email: "ann@example.com", message: "Hello" }, { repeats: 2 });
    await start();
    await visit("#/forms", "article");
    expect(page.querySelector("article")?.textContent).toContain("sent 2 more times");
    expect(all(".answers dd").map((it) => it.textContent)).toEqual(["Ann", "ann@example.com", "Hello"]);
    await during(() => button("Done ann@example.com")?.click());
    await until(() => cards().length === 0);
    await visit("#/forms/done", "article");
    expect(cards()).toEqual(["ann@example.com"]);
  });

  test("leads to what it became", async () => {
    submit(world.server, { email: "a@example.com" }, { became: { kind: "ticket", ticket: "t1", number: 7 } });
    await start();
    await visit("#/forms", "article");
    const link = all("article a").find((it) => it.textContent === "Ticket 7");
    expect(link?.getAttribute("href")).toBe("#/t/t1");
  });

  test("and held back says why, and is let through or deleted", async () => {
    submit(world.server, { email: "a@evil.example" }, { reasons: [{ kind: "links", count: 7 }, { kind: "moon" }] });
    submit(world.server, { email: "b@evil.example" }, { reasons: [{ kind: "trap" }] });
    await start();
    await visit("#/forms/quarantine", "article");
    expect(all(".reasons").map((it) => it.textContent)).toEqual(["Filled in what people do not see ", "Links: 7moon "]);
    await during(() => button("Let through a@evil.example")?.click());
    await during(() => button("Remove b@evil.example")?.click());
    await during(() => page.querySelector<HTMLElement>("dialog .is-bad")?.click());
    await until(() => cards().length === 0);
    expect(kept().sent).toMatchObject([{ email: "a@evil.example", state: "inbox" }]);
  });
});

describe("the builder", () => {
  test("shows the form while it is made, keeps what is refused, and saves it", async () => {
    await start();
    await visit("#/forms/forms", ".card-line");
    expect(page.querySelector(".card-line")?.textContent).toContain("In code");
    await during(() => button("New form")?.click());
    await type(labelled("Name in addresses"), "Our Form");
    await type(labelled("Title"), "Ours");
    expect(labelled("Name in addresses").value).toBe("our-form");
    await type(labelled("Question"), "");
    await during(() => button("Save")?.click());
    expect(page.querySelector(".save-bar .fault")?.textContent).toBe("This is needed.");
    await type(labelled("Question"), "Your name");
    await until(() => page.querySelector(".form-preview")?.textContent?.includes("Your name"));
    const becomes = all("select").find((it) => it.textContent?.includes("A ticket")) as HTMLSelectElement;
    await during(() => {
      becomes.value = "ticket";
      becomes.dispatchEvent(new Event("change", { bubbles: true }));
    });
    await during(() => button("Save")?.click());
    await until(() => all(".card-line").length === 2);
    expect(kept().known.get("our-form")).toMatchObject({ form: { becomes: { kind: "ticket" } }, version: 1 });
  });

  test("is shut for who is no admin", async () => {
    desk.device.host = world.server.addAgent("Eve") as typeof ada;
    await start();
    await visit("#/forms/forms", ".card-line");
    expect(button("New form")).toBe(undefined);
  });
});
