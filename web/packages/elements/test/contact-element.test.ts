import type { FormOffer } from "@engage/client";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { EngageContact } from "../src/contact-element";

const offer: FormOffer = {
  name: "contact",
  title: "Contact",
  intro: "Write to <b>us</b>",
  button: "",
  consent: "I agree",
  schema: {},
  token: "first",
  challenge: null,
  fields: [
    { name: "email", label: "E-mail", kind: "email", required: true },
    { name: "topic", label: "Topic", kind: "radio", choices: ["Sales", "Help"] },
    { name: "order", label: "Order", kind: "text", required: true, when: { field: "topic", is: ["Help"] } },
    { name: "message", label: "Message", kind: "multiline", required: true },
  ],
};

let element: HTMLElement;
let answers: { status: number; body: unknown; headers?: Record<string, string> }[] = [];
const sent: { token: string; answers: Record<string, unknown> }[] = [];
let asked: string[] = [];

beforeEach(() => {
  sessionStorage.clear();
  sent.length = 0;
  asked = [];
  answers = [{ status: 201, body: { thanks: "Thanks!", repeated: false } }];
  vi.stubGlobal("fetch", async (url: string, init: RequestInit = {}) => {
    asked.push(url);
    if (init.method !== "POST") return Response.json({ ...offer, token: url.includes("again=") ? "second" : "first" });
    sent.push(JSON.parse(String(init.body)));
    const { status, body, headers } = answers.shift() ?? { status: 500, body: {} };
    return new Response(JSON.stringify(body), { status, headers });
  });
});

afterEach(() => {
  element.remove();
  vi.unstubAllGlobals();
});

async function show(html = ""): Promise<HTMLFormElement> {
  element = new EngageContact();
  element.setAttribute("base", "/engage");
  element.setAttribute("locale", "en");
  element.innerHTML = html;
  document.body.append(element);
  return vi.waitFor(() => {
    const form = (element.shadowRoot ?? element).querySelector("form");
    if (!form?.noValidate) throw new Error("not yet");
    return form;
  });
}

const input = (form: HTMLFormElement, name: string) => form.elements.namedItem(`answer.${name}`) as HTMLInputElement;

function type(form: HTMLFormElement, name: string, text: string): void {
  input(form, name).value = text;
  input(form, name).dispatchEvent(new Event("input", { bubbles: true }));
}

function choose(form: HTMLFormElement, choice: string): void {
  const box = form.querySelector<HTMLInputElement>(`[value="${choice}"]`);
  if (!box) throw new Error(choice);
  box.checked = true;
  box.dispatchEvent(new Event("input", { bubbles: true }));
}

const submit = (form: HTMLFormElement) => form.dispatchEvent(new Event("submit", { bubbles: true, cancelable: true }));

function fill(form: HTMLFormElement): void {
  type(form, "email", "ann@example.com");
  type(form, "message", "Hello");
  (form.elements.namedItem("consent") as HTMLInputElement).checked = true;
}

test("says all that is wrong with a way to each, and sends what is good once", async () => {
  const form = await show();
  expect(form.querySelector("b")).toBe(null);
  submit(form);
  const alert = form.querySelector("[role=alert]");
  expect([...(alert?.querySelectorAll("li") ?? [])].map((one) => one.textContent)).toEqual([
    "E-mail: Please fill this in.",
    "Message: Please fill this in.",
    "I agree: Please fill this in.",
  ]);
  expect(input(form, "email").getAttribute("aria-invalid")).toBe("true");
  expect(input(form, "email").getAttribute("aria-describedby")).toBe("answer.email-fault");
  fill(form);
  expect(input(form, "email").hasAttribute("aria-invalid")).toBe(false);
  submit(form);
  submit(form);
  await vi.waitFor(() => expect(element.shadowRoot?.querySelector("[role=status]")?.textContent).toBe("Thanks!"));
  expect(sent).toMatchObject([
    { token: "first", answers: { email: "ann@example.com", message: "Hello" }, consent: true },
  ]);
});

test("follows conditions", async () => {
  const form = await show();
  const order = input(form, "order").closest("p");
  expect(order?.hidden).toBe(true);
  choose(form, "Help");
  expect(order?.hidden).toBe(false);
  fill(form);
  submit(form);
  expect(sent).toEqual([]);
  expect(form.querySelector("[role=alert]")?.textContent).toContain("Order");
});

test("keeps what is typed over a reload, until it is sent", async () => {
  const form = await show();
  type(form, "message", "dear to me");
  choose(form, "Sales");
  element.remove();
  const again = await show();
  expect(input(again, "message").value).toBe("dear to me");
  expect(again.querySelector<HTMLInputElement>('[value="Sales"]')?.checked).toBe(true);
  fill(again);
  submit(again);
  await vi.waitFor(() => expect(element.shadowRoot?.querySelector("[role=status]")).not.toBe(null));
  expect(sessionStorage.length).toBe(0);
});

test("gets the form anew when it was open for too long, and nobody notices", async () => {
  answers.unshift({ status: 409, body: { code: "form_expired" } });
  const form = await show();
  fill(form);
  submit(form);
  await vi.waitFor(() => expect(element.shadowRoot?.querySelector("[role=status]")).not.toBe(null));
  expect(sent.map(({ token }) => token)).toEqual(["first", "second"]);
  expect(asked).toContain("/engage/v1/forms/contact?again=first");
});

test("what cannot be sent now is still there", async () => {
  answers.unshift({ status: 429, body: {}, headers: { "retry-after": "90" } }, { status: 503, body: {} });
  const form = await show();
  fill(form);
  for (const told of ["2 min", "not sent"]) {
    submit(form);
    await vi.waitFor(() => expect(form.querySelector("[role=alert]")?.textContent).toContain(told));
    await vi.waitFor(() => expect(form.querySelector("button")?.textContent).toBe("Send"));
    expect(input(form, "message").value).toBe("Hello");
  }
});

test("brings the page's own form to life", async () => {
  const form = await show(
    `<form><p><input id="answer.email" name="answer.email"></p><p><textarea name="answer.message"></textarea></p>
     <p><input type="checkbox" name="consent" value="true"></p><button>Go</button></form>`,
  );
  expect(element.shadowRoot).toBe(null);
  type(form, "email", "x");
  input(form, "email").dispatchEvent(new FocusEvent("focusout", { bubbles: true }));
  expect(form.querySelector(".fault")?.textContent).toBe("This is not an e-mail address.");
  fill(form);
  submit(form);
  await vi.waitFor(() => expect(element.querySelector("[role=status]")).not.toBe(null));
});

test("offers answers of the help centre while a long text is typed, and says that it was sent all the same", async () => {
  const fetched = globalThis.fetch;
  const told: [string, string, unknown][] = [];
  const title = "Sending <img src=x onerror=alert(1)> back";
  vi.stubGlobal("fetch", async (url: string, init: RequestInit = {}) => {
    if (!url.includes("/help/")) return fetched(url, init);
    // What another form has asked a moment before is not this one's.
    if (url.endsWith("s1") || String(init.body).includes("skates"))
      told.push([init.method ?? "", url, JSON.parse(String(init.body))]);
    const hits = [{ id: "a1", slug: "back", locale: "en", title: { text: title, ranges: [] } }];
    return Response.json({ search: "s1", hits });
  });
  const form = await show();
  const within = () => element.shadowRoot ?? element;
  type(form, "message", "Hello");
  expect(told).toEqual([]);
  type(form, "message", "How do I send my rocket skates back?");
  const link = await vi.waitFor(() => {
    const found = within().querySelector<HTMLAnchorElement>(".e-ideas a");
    if (!found) throw new Error("not yet");
    return found;
  }, 5_000);
  expect(told).toEqual([
    [
      "POST",
      "/engage/v1/help/suggestions",
      { text: "How do I send my rocket skates back?", locale: "en", source: "contact" },
    ],
  ]);
  expect(link.textContent).toBe(title);
  expect(within().querySelector("img")).toBe(null);
  type(form, "email", "ann@example.com");
  (form.elements.namedItem("consent") as HTMLInputElement).checked = true;
  submit(form);
  await vi.waitFor(() => expect(sent).toHaveLength(1));
  await vi.waitFor(() => expect(told).toHaveLength(2));
  expect(told[1]?.slice(0, 2)).toEqual(["PATCH", "/engage/v1/help/searches/s1"]);
});
