import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type Suggestions, suggest } from "../../react/src/suggest";

const HITS = ["Sending things back", "</a><img src=x onerror=alert(1)>", "Third", "Fourth"].map((text, at) => ({
  id: `id-${at}`,
  slug: `slug-${at}`,
  locale: "en",
  title: { text, ranges: [] },
}));
let asked: { method: string; path: string; body: Record<string, unknown> }[] = [];
let status = 200;
let place: HTMLElement;
let ideas: Suggestions;

beforeEach(() => {
  vi.useFakeTimers();
  [asked, status] = [[], 200];
  vi.stubGlobal("fetch", async (url: string, init: RequestInit) => {
    asked.push({ method: init.method ?? "", path: url, body: JSON.parse(String(init.body)) });
    return Response.json({ search: `s${asked.length}`, hits: HITS }, { status });
  });
  place = document.body.appendChild(document.createElement("div"));
  place.addEventListener("click", (event) => event.preventDefault());
  ideas = suggest(place, { base: "/engage", locale: "en-GB", source: "chat" });
});

afterEach(() => {
  ideas.release();
  place.remove();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const rest = () => vi.advanceTimersByTimeAsync(1_000);
const links = () => [...place.querySelectorAll("a")];

test("a text that rests is asked about once, and three answers are shown as text", async () => {
  ideas.typed("too short");
  await rest();
  for (const text of ["how do I send", "how do I send it", "how do I send it back"]) ideas.typed(text);
  await rest();
  ideas.typed("how do I send it back  ");
  await rest();
  const wanted = { text: "how do I send it back", locale: "en-gb", source: "chat" };
  expect(asked).toEqual([{ method: "POST", path: "/engage/v1/help/suggestions", body: wanted }]);
  expect(links().map((link) => link.textContent)).toEqual([HITS[0]?.title.text, HITS[1]?.title.text, "Third"]);
  expect(place.querySelector("img")).toBe(null);
  expect(links()[0]?.getAttribute("href")).toBe("/engage/help/-/slug-0?lang=en");
});

test("an answer that is overtaken is not shown", async () => {
  let first = (_: Response) => {};
  const answer = (title: string) => Response.json({ search: null, hits: [{ ...HITS[0], title: { text: title } }] });
  vi.stubGlobal("fetch", (_: string, init: RequestInit) =>
    String(init.body).includes("first") ? new Promise((done) => (first = done)) : Promise.resolve(answer("second")),
  );
  ideas.typed("the first of texts");
  await rest();
  ideas.typed("the second of texts");
  await rest();
  first(answer("first"));
  await rest();
  expect(links().map((link) => link.textContent)).toEqual(["second"]);
});

test("what was opened is told, and that it was the answer, or that it was not", async () => {
  ideas.typed("how do I send it back");
  await rest();
  links()[1]?.click();
  links()[0]?.click();
  const follow = { method: "PATCH", path: "/engage/v1/help/searches/s1" };
  expect(asked.slice(1)).toEqual([
    { ...follow, body: { opened: "id-1", ended: null } },
    { ...follow, body: { opened: "id-0", ended: null } },
  ]);
  ideas.typed("and one thing more to say");
  await rest();
  expect([asked.length, place.querySelectorAll("button").length]).toEqual([3, 1]);
  ideas.ended("conversation");
  expect(asked[3]).toEqual({ ...follow, body: { opened: "id-0", ended: "conversation" } });
  expect(place.childElementCount).toBe(0);
});

test("that it was the answer is a vote, and counts as no conversation", async () => {
  ideas.typed("how do I send it back");
  await rest();
  links()[0]?.click();
  place.querySelector("button")?.click();
  await rest();
  expect(place.textContent).toBe("Good to hear. Thank you for telling us.");
  expect(asked.slice(2)).toEqual([
    { method: "POST", path: "/engage/v1/session", body: {} },
    { method: "PUT", path: "/engage/v1/help/articles/slug-0/vote", body: { helpful: true, comment: null } },
  ]);
  ideas.ended("conversation");
  expect(asked).toHaveLength(4);
});

test("without a help centre nobody is asked twice, and with one not without end", async () => {
  status = 404;
  ideas.typed("how do I send it back");
  await rest();
  ideas.typed("how do I send it back at all");
  await rest();
  expect([asked.length, place.querySelector<HTMLElement>(".e-ideas")?.hidden]).toEqual([1, true]);
  ideas.release();
  status = 200;
  ideas = suggest(place, { base: "/engage", locale: "de", source: "contact" });
  for (let turn = 0; turn < 10; turn += 1) {
    ideas.typed(`how do I send it back ${turn}`);
    await rest();
  }
  expect(asked).toHaveLength(1 + 6);
});
