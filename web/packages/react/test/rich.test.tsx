import { act, type ReactNode } from "react";
import { createRoot } from "react-dom/client";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { initials, rich } from "../src";

let page: HTMLElement;
let root: ReturnType<typeof createRoot>;

beforeEach(() => {
  (globalThis as { IS_REACT_ACT_ENVIRONMENT?: boolean }).IS_REACT_ACT_ENVIRONMENT = true;
  page = document.body.appendChild(document.createElement("div"));
  root = createRoot(page);
});
afterEach(() => page.remove());

async function shown(parts: ReactNode[]): Promise<HTMLElement> {
  const draw = async () => root.render(parts as ReactNode);
  if (act) await act(draw);
  else await draw();
  return page;
}

describe("what people mean by a few marks", () => {
  test.each([
    ["**very** much", "<strong>very</strong> much"],
    ["*so* and _so_", "<em>so</em> and <em>so</em>"],
    ["use `a < b` here", "use <code>a &lt; b</code> here"],
    ["```\nlet a;\n```", "<pre>let a;\n</pre>"],
    ["- one\n- two", "• one\n• two"],
  ])("%s", async (text, html) => {
    expect((await shown(rich(text))).innerHTML).toBe(html);
  });

  test.each([
    "2 * 3 * 4",
    "snake_case_name and __init__",
    "**",
    "a ** b",
    "[no](javascript:alert(1))",
    "[no](data:text/html,x)",
    "<b>no</b>",
    "&lt;",
    "_ a _",
    "5 - 3",
  ])("%s stays as it is", async (text) => {
    await shown(rich(text));
    expect(page.textContent).toBe(text);
    expect(page.querySelector("*")).toBe(null);
  });

  test("a link says where it leads when it calls itself otherwise", async () => {
    await shown(rich("see [my bank](https://evil.example/login) and https://acme.example/a?b=1."));
    expect(page.textContent).toBe("see my bank (evil.example) and https://acme.example/a?b=1.");
    const links = [...page.querySelectorAll("a")];
    expect(links.map((link) => link.getAttribute("href"))).toEqual([
      "https://evil.example/login",
      "https://acme.example/a?b=1",
    ]);
    expect(links.every((link) => link.rel.includes("noopener") && link.target === "_blank")).toBe(true);
  });

  test("a picture is never fetched: its address is a link", async () => {
    await shown(rich("![cat](https://tracker.example/pixel.gif)"));
    expect(page.querySelector("img")).toBe(null);
    expect(page.querySelector("a")?.getAttribute("href")).toBe("https://tracker.example/pixel.gif");
  });

  test("nothing turns a link around", async () => {
    await shown(rich("[\u202Egpj.exe](https://evil.example/\u202Ex) https://evil.example/\u202Egpj.exe"));
    expect([...page.querySelectorAll("a")].map((link) => link.getAttribute("href"))).toEqual([
      "https://evil.example/",
      "https://evil.example/",
    ]);
  });

  test.each(["*", "_", "`", "[", "![", "](", "**a", "[a](", "```", "https://", "- ", "*a_"])(
    "ten thousand characters of %s are read, and all of them shown",
    async (piece) => {
      const text = piece.repeat(Math.floor(10_000 / piece.length));
      await shown(rich(text));
      const letters = (of: string) => of.replace(/[^a-z/:]/g, "");
      expect(letters(page.textContent ?? "").startsWith(letters(text))).toBe(true);
    },
  );
});

test("a name is known by two letters at most, and none of them turns anything around", () => {
  const names = ["Ada Lovelace", "ada", "\u202Eada lovelace byron", "王小明", "<b>x</b>", "👩‍💻", " "];
  expect(names.map(initials)).toEqual(["AL", "A", "AB", "王", "B", "", ""]);
});
