import { createRoot } from "react-dom/client";
import { afterEach, expect, test, vi } from "vitest";
import { EngageForm, formWords, LOCALES } from "../src";

const offer = {
  name: "contact",
  title: "Contact",
  intro: "",
  button: "Go",
  consent: "",
  schema: {},
  token: "t",
  challenge: null,
  fields: [{ name: "message", label: "Message", kind: "text", required: true }],
};

afterEach(() => {
  vi.unstubAllGlobals();
  document.body.replaceChildren();
});

test("a form is drawn in its place, tells what was sent, and is gone with its component", async () => {
  vi.stubGlobal("fetch", async (_url: string, init: RequestInit = {}) =>
    Response.json(init.method === "POST" ? { thanks: "Thanks!", repeated: false } : offer),
  );
  const place = document.body.appendChild(document.createElement("div"));
  const root = createRoot(place);
  const sent = vi.fn();
  root.render(<EngageForm base="/engage" name="contact" locale="de" sent={sent} />);
  const form = await vi.waitFor(() => {
    const found = place.querySelector("form");
    if (!found) throw new Error("not yet");
    return found;
  });
  expect(form.querySelector("button")?.textContent).toBe("Go");
  form.dispatchEvent(new Event("submit", { bubbles: true, cancelable: true }));
  expect(form.querySelector(".fault")?.textContent).toBe("Bitte füllen Sie das aus.");
  (form.elements.namedItem("answer.message") as HTMLInputElement).value = "Hello";
  form.dispatchEvent(new Event("submit", { bubbles: true, cancelable: true }));
  await vi.waitFor(() => expect(place.querySelector("[role=status]")?.textContent).toBe("Thanks!"));
  expect(sent).toHaveBeenCalledOnce();
  root.unmount();
  await vi.waitFor(() => expect(place.querySelector("[role=status]")).toBe(null));
});

test("every language has every word", () => {
  const shape = (words: object): string =>
    JSON.stringify(words, (_, value) => (typeof value === "string" ? "" : value));
  const english = formWords("en");
  for (const locale of LOCALES) {
    const words = formWords(`${locale}-XX`);
    expect(shape(words)).toBe(shape(english));
    expect(words.limited).toContain("#");
    if (locale !== "en") expect(words.thanks).not.toBe(english.thanks);
  }
});
