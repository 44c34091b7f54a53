import { describe, expect, test } from "vitest";
import { post } from "../../../testing/fake-mail.mjs";
import { undressed } from "../src/mail/frame";
import { all, button, desk, during, page, stage, start, type, until, visit, world } from "./stage";

stage();

const kept = () => world.server.desk.mail;
const field = (selector: string) => page.querySelector(selector) as HTMLInputElement;
const sent = (recipient: string) =>
  post(world.server, "mail.test", recipient, { subject: "Hello", text: "So it is", html: "<p>So it is</p>" });
const choose = (select: HTMLSelectElement, value: string) =>
  during(() => {
    select.value = value;
    select.dispatchEvent(new Event("change", { bubbles: true }));
  });
/** Longer than what is typed takes to come to rest. */
const calm = () => during(() => new Promise((resolve) => setTimeout(resolve, 450)));

describe("the ledger", () => {
  test("says what became of each mail, and an uncertain one in words", async () => {
    sent("ann@example.com");
    const id = sent("uncertain@example.com");
    await start();
    await visit("#/mail", ".mail-row");
    expect(all(".mail-row bdi").map((it) => it.textContent)).toEqual(["uncertain@example.com", "ann@example.com"]);
    expect(page.querySelector(".mail-note")?.textContent).toContain("there is no mailer");
    await visit(`#/mail/out/${id}`, ".mail-facts");
    expect(page.querySelector(".mail-letter")?.textContent).toContain("at worst the recipient has it twice");
    expect(page.querySelector("iframe")?.getAttribute("sandbox")).toBe("allow-same-origin");
    await during(() => button("Plain text")?.click());
    expect(page.querySelector(".mail-said pre")?.textContent).toBe("So it is");
    expect(page.querySelector("iframe")).toBe(null);
  });

  test("sends again what was refused", async () => {
    const id = sent("refused@example.com");
    await start();
    await visit(`#/mail/out/${id}`, ".mail-facts");
    expect(page.querySelector(".mail-letter code")?.textContent).toBe("smtp_550");
    await during(() => button("Send it again")?.click());
    await until(() => page.querySelector(".mail-letter .is-good"));
    expect(kept().mails[0]).toMatchObject({ state: "kept", attempts: 2 });
  });

  test("shows what was given up, to be tried again or let go", async () => {
    const id = sent("given-up@example.com");
    sent("ann@example.com");
    await start();
    await visit("#/mail", ".mail-note.is-bad");
    await during(() => button("Show them")?.click());
    expect(all(".mail-row bdi").map((it) => it.textContent)).toEqual(["given-up@example.com"]);
    await visit(`#/mail/out/${id}`, ".mail-facts");
    await during(() => button("Give up for good")?.click());
    expect(world.server.desk.dead).toHaveLength(1);
    await during(() => page.querySelector<HTMLElement>("dialog .is-bad")?.click());
    expect(world.server.desk.dead).toEqual([]);
    await until(() => all(".mail-row").length === 0);
    expect(page.querySelector(".mail-list")?.textContent).toBe("No mails here.");
  });

  test("is nobody's who is no admin", async () => {
    desk.device.host = world.server.addAgent("Eve") as typeof desk.device.host;
    await start();
    expect(all(".nav-link").map((it) => it.textContent)).not.toContain("Mail");
    await visit("#/mail", ".empty");
    expect(page.querySelector(".mail")).toBe(null);
  });
});

describe("a template", () => {
  const EDIT = "#/mail/templates/mail.test/en";
  const body = () => page.querySelector(".faq-markdown") as HTMLTextAreaElement;

  test("is previewed, and told by its line what it may not say; what is typed stays", async () => {
    await start();
    await visit(EDIT, ".mail-preview iframe");
    expect(page.querySelector(".mail-preview-subject strong")?.textContent).toBe("A test of Acme");
    await type(body(), "<mj-text>\n{{ secret }}</mj-text>");
    await calm();
    await until(() => page.querySelector(".mail-preview .fault"));
    expect(page.querySelector(".mail-preview .fault")?.textContent).toContain("Line 2: there is no secret here");
    await during(() => button("Go there")?.click());
    expect(body().value.slice(body().selectionStart, body().selectionEnd)).toBe("{{ secret }}</mj-text>");
    await during(() => button("Save")?.click());
    expect(page.querySelector(".save-bar .fault")?.textContent).toContain("there is no secret here");
    expect(body().value).toContain("secret");
    expect(kept().texts.size).toBe(0);
  });

  test("has versions; an older one comes back as the next", async () => {
    await start();
    await visit(EDIT, ".mail-preview iframe");
    const before = body().value;
    await type(body(), "<mj-text>New</mj-text>");
    await during(() => button("Save")?.click());
    await until(() => button("Versions (1)"));
    await during(() => button("Versions (1)")?.click());
    await until(() => page.querySelector(".difference"));
    expect(page.querySelector(".difference ins")?.textContent).toContain("New");
    await during(() => page.querySelector<HTMLElement>("dialog .is-chief")?.click());
    expect(body().value).toBe(before);
    await during(() => button("Save")?.click());
    await until(() => button("Versions (2)"));
    expect(kept().texts.get("mail.test/en")).toMatchObject([
      { text: { body: "<mj-text>New</mj-text>" } },
      { text: { body: before } },
    ]);
  });

  test("begins with the English text in a language that engage does not speak", async () => {
    await start();
    await visit("#/mail/templates/mail.test/nl", ".mail-template");
    expect(body().value).toContain("sent this");
    await during(() => button("Save")?.click());
    expect(kept().texts.get("mail.test/nl")).toMatchObject([{ version: 1 }]);
  });

  test("takes a variable where the cursor is", async () => {
    await start();
    await visit(EDIT, ".variables");
    body().setSelectionRange(0, 0);
    await during(() => button("site")?.click());
    expect(body().value.startsWith("{{ site }}<mj-text>")).toBe(true);
  });
});

describe("suppressions", () => {
  test("are added and taken away; what is no address stays to be mended", async () => {
    await start();
    await visit("#/mail/suppressed", ".mail-add");
    await type(field(".mail-add input"), "nobody");
    await during(() => button("Send it no mail")?.click());
    expect(page.querySelector(".fault")?.textContent).toBe("This is not an e-mail address.");
    expect(field(".mail-add input").value).toBe("nobody");
    await type(field(".mail-add input"), "Eve@Example.com");
    await during(() => button("Send it no mail")?.click());
    await until(() => page.querySelector(".mail-address"));
    expect(page.querySelector(".card-line .badge")?.textContent).toBe("By hand");
    await during(() => button("Remove eve@example.com")?.click());
    await during(() => page.querySelector<HTMLElement>("dialog .is-bad")?.click());
    expect(kept().suppressions.size).toBe(0);
  });
});

describe("the settings of mail", () => {
  test("send a test, which is then there to be read", async () => {
    await start();
    await visit("#/mail/settings", ".mail-add");
    await type(field(".mail-add input"), "me@acme.example");
    await during(() => button("Send a test")?.click());
    await until(() => page.querySelector(".mail-facts"));
    expect(page.querySelector(".mail-letter h3")?.textContent).toBe("A test of Acme");
  });

  test("show the token when asked, and make another", async () => {
    await start();
    await visit("#/mail/settings", ".secret");
    expect(page.querySelector(".secret code")?.textContent).not.toContain("first");
    await until(() => !(button("Show") as HTMLButtonElement).disabled);
    await during(() => button("Show")?.click());
    expect(page.querySelector(".secret code")?.textContent).toBe("first");
    await during(() => button("New token")?.click());
    await during(() => page.querySelector<HTMLElement>("dialog .is-bad")?.click());
    expect(kept().token).not.toBe("first");
    expect(page.querySelector(".secret code")?.textContent).toBe(kept().token);
  });
});

describe("what came in", () => {
  test("is listed, and narrowed to what belongs nowhere", async () => {
    const mail = { id: "r1", sender: "ann@example.com", subject: "Hi", thread: null, received_at: world.server.time() };
    const detail = { text: "Hello", quoted: "> what you said", attachments: ["a.pdf"] };
    kept().received.push({ mail: { ...mail, state: "unclaimed" }, ...detail });
    kept().received.push({ mail: { ...mail, id: "r2", state: "bounce" }, ...detail });
    await start();
    await visit("#/mail/in", ".mail-row");
    expect(all(".mail-row")).toHaveLength(2);
    await choose(page.querySelector("select") as HTMLSelectElement, "unclaimed");
    expect(all(".mail-row")).toHaveLength(1);
    await visit("#/mail/in/r1", ".mail-text");
    expect(page.querySelector(".mail-letter")?.textContent).toContain("kept for ninety days");
    expect(all("details pre, .chip").map((it) => it.textContent?.trim())).toEqual(["> what you said", "a.pdf"]);
  });
});

test("the looks of a mail are taken out of it, and nothing that is text", () => {
  const { bare, sheets } = undressed(
    '<head><style type="text/css">p { color: red }</style></head><p class="a" style="margin:0">x style=&quot;y&quot;</p>',
  );
  expect(sheets).toEqual(["p { color: red }"]);
  expect(bare).toBe('<head></head><p class="a" data-look="margin:0">x style=&quot;y&quot;</p>');
});
