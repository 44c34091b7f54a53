import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { contrast, GROUNDS, isColour, LEAST, readable } from "../src/look/colour";

const root = join(import.meta.dirname, "../../../..");

test("the grounds are those of the tokens, here and in the server", () => {
  const css = readFileSync(join(root, "web/packages/design/src/tokens.css"), "utf8");
  const rust = readFileSync(join(root, "engage-core/src/chat/model/look.rs"), "utf8");
  const bytes = (colour: string) => [1, 3, 5].map((at) => `0x${colour.slice(at, at + 2)}`).join(", ");
  for (const [place, name] of ["bg", "bubble"].entries()) {
    const pair = [GROUNDS.light[place] as string, GROUNDS.dark[place] as string];
    expect(css).toContain(`--engage-${name}, light-dark(${pair.join(", ")})`);
    for (const colour of pair) expect(rust).toContain(`${name}: [${bytes(colour)}]`);
  }
});

describe("a colour", () => {
  test("is six digits behind a hash", () => {
    for (const good of ["#000000", "#AbCdEf"]) expect(isColour(good)).toBe(true);
    for (const bad of ["", "#fff", "red", "#12345g", "#1234567", "#000000;"]) expect(isColour(bad)).toBe(false);
  });

  test("is measured against what it is written on", () => {
    expect(contrast("#000000", "light")).toBeGreaterThan(15);
    expect(contrast("#f5c400", "light")).toBeLessThan(LEAST);
    expect(contrast("#1b6a55", "light")).toBeGreaterThan(LEAST);
    expect(contrast("#74d0b3", "dark")).toBeGreaterThan(LEAST);
  });

  test.each(["light", "dark"] as const)("becomes readable on %s ground, whatever it was", (ground) => {
    for (let at = 0; at < 216; at += 1) {
      const part = (place: number) => (Math.floor(at / 6 ** place) % 6) * 51;
      const colour = `#${[0, 1, 2].map((place) => part(place).toString(16).padStart(2, "0")).join("")}`;
      const better = readable(colour, ground);
      expect(contrast(better, ground), `${colour} ${better}`).toBeGreaterThanOrEqual(LEAST);
      if (contrast(colour, ground) >= LEAST) expect(better).toBe(colour);
    }
  });
});
