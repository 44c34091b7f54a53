import type { Help } from "@engage/client";
import { act } from "react";
import { createRoot } from "react-dom/client";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { HelpCentre } from "../src";

const SHELF = {
  categories: [{ id: "c", parent: null, slug: "billing", icon: null, title: "Billing", description: "" }],
  articles: [
    { id: "1", category: "c", slug: "refund", locale: "en", title: "How do I get a refund?" },
    { id: "2", category: "c", slug: "invoice", locale: "en", title: "Where is my <b>invoice</b>?" },
  ],
  complete: true,
};

let root: ReturnType<typeof createRoot>;
let page: HTMLElement;
let help: Help;

beforeEach(async () => {
  vi.useFakeTimers();
  (globalThis as { IS_REACT_ACT_ENVIRONMENT?: boolean }).IS_REACT_ACT_ENVIRONMENT = true;
  history.replaceState(null, "", "/");
  const hit = {
    ...(SHELF.articles[0] as (typeof SHELF.articles)[number]),
    title: { text: "How do I get a refund?", ranges: [[15, 21]] as [number, number][] },
    excerpt: { text: "Ask us.", ranges: [] },
  };
  help = {
    shelf: vi.fn(async () => SHELF),
    search: vi.fn(async () => ({ hits: [hit], partial: false })),
    page: vi.fn(async (slug: string) => ({
      ...(SHELF.articles.find((one) => one.slug === slug) as (typeof SHELF.articles)[number]),
      locales: ["en"],
      html: "<p>Ask <em>us</em>.</p>",
      updated_at: "2026-01-01T00:00:00.000000Z",
      vote: null,
    })),
    vote: vi.fn(async (_: string, vote) => vote),
    suggest: vi.fn(),
    searched: vi.fn(async () => ({ id: "s", results: 1 })),
    follow: vi.fn(async () => {}),
  } as unknown as Help;
  page = document.body.appendChild(document.createElement("div"));
  await show();
});

afterEach(async () => {
  await during(() => root.unmount());
  page.remove();
  vi.useRealTimers();
});

async function during(what: () => unknown, time = 0): Promise<void> {
  const settle = async () => {
    what();
    // preact, which has no `act`, renders a moment later and then runs its effects.
    await vi.advanceTimersByTimeAsync(typeof act === "function" ? time : Math.max(time, 120));
  };
  if (typeof act === "function") await act(settle);
  else await settle();
}

async function show() {
  await during(() => {
    root = createRoot(page);
    root.render(<HelpCentre help={help} locale="en" />);
  });
}

async function type(text: string, time = 0) {
  const field = page.querySelector("input") as HTMLInputElement;
  const set = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value")?.set;
  await during(() => {
    set?.call(field, text);
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }, time);
}

const titles = () => [...page.querySelectorAll("h3 button")].map((button) => button.textContent);
const button = (text: string) =>
  [...page.querySelectorAll("button")].find((one) => one.textContent?.includes(text)) as HTMLButtonElement;

test("titles are filtered with the key, and the server is asked a moment later", async () => {
  expect(titles()).toEqual(["How do I get a refund?", "Where is my <b>invoice</b>?"]);
  await type("REFUND");
  expect(titles()).toEqual(["How do I get a refund?"]);
  expect(help.search).not.toHaveBeenCalled();
  await type("money back", 200);
  expect(help.search).toHaveBeenCalledWith("money back", 20);
  expect(page.querySelector("mark")?.textContent).toBe("refund");
});

test("an answer opens under an address of its own, and whether it helped is told", async () => {
  await type("refund", 1_500);
  expect(help.searched).toHaveBeenCalledTimes(1);
  const answer = () => page.querySelector("li .e-help-answer")?.hasAttribute("inert");
  expect(answer()).toBe(true);
  await during(() => button("refund").click());
  expect(answer()).toBe(false);
  expect(location.hash).toBe("#help-refund");
  expect(button("refund").getAttribute("aria-expanded")).toBe("true");
  expect(page.querySelector(".e-help-text")?.innerHTML).toBe("<p>Ask <em>us</em>.</p>");
  expect(help.follow).toHaveBeenCalledWith("s", "1");
  await during(() => button("Yes").click());
  expect(help.vote).toHaveBeenCalledWith("refund", { helpful: true, comment: null });
  expect(button("Yes").getAttribute("aria-pressed")).toBe("true");
  await during(() => button("refund").click());
  expect(location.hash).toBe("");
});

test("an address leads to its answer", async () => {
  await during(() => root.unmount());
  history.replaceState(null, "", "/#help-invoice");
  await show();
  expect(help.page).toHaveBeenCalledWith("invoice");
  expect(button("invoice").getAttribute("aria-expanded")).toBe("true");
});

test("without the server what is here is still found, and what failed is said", async () => {
  vi.mocked(help.search).mockRejectedValue(new Error("away"));
  await type("invoice", 300);
  expect(titles()).toEqual(["Where is my <b>invoice</b>?"]);
  await type("nothing", 300);
  expect(page.textContent).toContain("Nothing was found");
  vi.mocked(help.page).mockRejectedValue(new Error("away"));
  await type("", 300);
  await during(() => button("invoice").click());
  expect(page.textContent).toContain("could not be loaded");
});
