import { expect, test } from "vitest";
import { colours, drawing, dress } from "../src/look";

test("a look that says nothing changes nothing", () => {
  const element = document.createElement("div");
  dress(element, {});
  expect(element.outerHTML).toBe("<div></div>");
  expect(colours({})).toBe("");
  expect(colours({ accent: null })).toBe("");
});

test("one colour is all that a site says of its colours", () => {
  const css = colours({ accent: { light: "#1d4ed8", dark: "#93c5fd" } });
  for (const token of ["accent", "link", "focus"])
    expect(css).toContain(`--engage-${token}:light-dark(#1d4ed8,#93c5fd);`);
  expect(css).toContain("--engage-picked:light-dark(color-mix(in srgb,#1d4ed8 8%");
  expect(colours({ accent: "rebeccapurple" })).toContain("light-dark(rebeccapurple,rebeccapurple)");
});

test("the corner, the theme and the pictures are the element's own", () => {
  const element = document.createElement("div");
  dress(element, { theme: "dark", position: "start", avatars: false });
  expect(element.dataset.theme).toBe("dark");
  expect(element.dataset.position).toBe("start");
  expect(element.style.getPropertyValue("--engage-avatar")).toBe("none");
  const other = document.createElement("div");
  dress(other, { position: "end", avatars: "false" });
  expect(other.dataset.position).toBe(undefined);
  expect(other.style.getPropertyValue("--engage-avatar")).toBe("none");
});

test.each(["toString", "__proto__", "", "none"])("an icon that there is not is the usual one: %s", (icon) => {
  const path = (svg: SVGElement) => svg.querySelector("path")?.getAttribute("d");
  expect(path(drawing(icon))).toBe(path(drawing("chat")));
  expect(path(drawing("mail"))).not.toBe(path(drawing("chat")));
});
