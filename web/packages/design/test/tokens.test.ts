import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const packages = join(import.meta.dirname, "../..");
const css = readFileSync(join(packages, "design/src/tokens.css"), "utf8");
const guide = readFileSync(join(packages, "../../docs/design.md"), "utf8");
const tokens = new Map([...css.matchAll(/--e-([\w-]+): var\(--engage-([\w-]+), (.+)\);/g)].map((m) => [m[1], m]));
const themes = ["light", "dark"] as const;

/** What is read on what: WCAG 2.2 AA asks for 4.5, where the text is as small as ours. */
const TEXT = [
  ...["bg", "side", "bubble", "field", "picked", "note", "bad-bg", "warn-bg"].map((ground) => ["fg", ground]),
  ...["bg", "side", "bubble", "field", "picked"].map((ground) => ["quiet", ground]),
  ...["bg", "side", "bubble", "field", "picked"].map((ground) => ["link", ground]),
  ...["bg", "field", "side", "bad-bg"].map((ground) => ["bad", ground]),
  ["note-fg", "bg"],
  ["note-fg", "note"],
  ["accent-fg", "accent"],
  ["good", "bg"],
];
/** What has to be seen, but not read: 3. */
const SHAPES = [
  ...["bg", "side", "bubble", "field", "note", "picked"].map((ground) => ["focus", ground]),
  ...["bg", "field", "side"].map((ground) => ["edge", ground]),
  ["accent", "bg"],
  ["note-line", "bg"],
  ["note-line", "note"],
];

describe("tokens", () => {
  it.each(themes)("give enough contrast, %s", (theme) => {
    const poor = [...TEXT.map((pair) => [...pair, 4.5]), ...SHAPES.map((pair) => [...pair, 3])]
      .map(([over, ground, least]) => ({
        pair: `${over} on ${ground}`,
        is: contrast(colour(over, theme), colour(ground, theme)),
        least: Number(least),
      }))
      .filter(({ is, least }) => is < least);
    expect(poor).toEqual([]);
  });

  it("can each be set by the host under its own name", () => {
    for (const [name, match] of tokens) expect(match[2]).toBe(name);
    expect(tokens.size).toBe(css.match(/^ {2}--e-[\w-]+:/gm)?.length);
  });

  it("are all written down", () => {
    for (const name of tokens.keys()) expect(guide, name).toContain(`\`--engage-${name}\``);
  });

  it("are where every colour of a style sheet comes from", () => {
    for (const file of sheets()) {
      const own = readFileSync(file, "utf8").replace(/var\(--engage-[\w-]+, [^)]*\)\)?/g, "");
      expect(own.match(/#[0-9a-f]{3,8}\b(?![^{]*\{)/gi) ?? [], file).toEqual([]);
    }
  });

  it("are the same on the launcher, which has no room for all of them", () => {
    const launcher = readFileSync(join(packages, "elements/src/launcher.css"), "utf8");
    const used = [...launcher.matchAll(/var\(--engage-([\w-]+), (light-dark\([^)]*\))\)/g)];
    expect(used.length).toBeGreaterThan(2);
    for (const [, name, value] of used) expect(value, name).toBe(tokens.get(name)?.[3]);
  });

  it("has parts that are all written down, and writes down no other", () => {
    const sources = ["react", "elements"].flatMap((name) => files(join(packages, name, "src"), /\.tsx?$/));
    const named = sources.flatMap((file) => {
      const text = readFileSync(file, "utf8");
      return [...text.matchAll(/\bpart(?:="|: "|\.add\(")([\w -]+)"/g)].flatMap((match) => match[1]?.split(" ") ?? []);
    });
    const written = [...guide.matchAll(/^\| `::part\(([\w-]+)\)`/gm)].map((match) => match[1]);
    expect([...new Set(written)].sort()).toEqual([...new Set(named)].sort());
  });
});

/** Those of the widget; the admin page's are its own concern. */
function sheets(): string[] {
  return ["react", "elements"].flatMap((name) => files(join(packages, name, "src"), /\.css$/));
}

function files(folder: string, pattern: RegExp): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => pattern.test(name))
    .map((name) => join(folder, name));
}

function colour(name: unknown, theme: (typeof themes)[number]): number[] {
  const pair = tokens.get(String(name))?.[3]?.match(/light-dark\((#\w+), (#\w+)\)/);
  const hex = pair?.[themes.indexOf(theme) + 1]?.slice(1) ?? "";
  const full = hex.length === 3 ? [...hex].map((digit) => digit + digit).join("") : hex;
  expect(full, `${name} is a colour`).toMatch(/^[0-9a-f]{6}$/);
  return [0, 2, 4].map((at) => Number.parseInt(full.slice(at, at + 2), 16) / 255);
}

/** WCAG 2.2, "contrast ratio". */
function contrast(a: number[], b: number[]): number {
  const [dark, light] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

function luminance(rgb: number[]): number {
  const [r, g, b] = rgb.map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)) as [
    number,
    number,
    number,
  ];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
