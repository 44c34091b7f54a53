import { expect, test } from "vitest";
import { diff, type Line } from "../src/versions/diff";

const shown = (lines: Line[]) => lines.map(({ kind, text }) => `${{ same: " ", gone: "-", new: "+" }[kind]}${text}`);
const of = (lines: Line[], without: Line["kind"]) =>
  lines
    .filter((line) => line.kind !== without)
    .map((line) => line.text)
    .join("\n");

test("what stayed is shown once, what changed on both sides", () => {
  expect(shown(diff("a\nb\nc\nd", "a\nx\nc\nd\ne"))).toEqual([" a", "-b", "+x", " c", " d", "+e"]);
  expect(shown(diff("a", "a"))).toEqual([" a"]);
  expect(shown(diff("a\nb", "b\na"))).toEqual(["-a", " b", "+a"]);
});

test("either text can be read back, whatever they are", () => {
  let seed = 7;
  const next = (most: number) => {
    seed = (seed * 1103515245 + 12345) % 2147483648;
    return seed % most;
  };
  const text = () => Array.from({ length: next(12) }, () => "abc"[next(3)]).join("\n");
  for (let turn = 0; turn < 300; turn += 1) {
    const [before, after] = [text(), text()];
    const lines = diff(before, after);
    expect(of(lines, "new")).toBe(before);
    expect(of(lines, "gone")).toBe(after);
  }
});

test("a text of any length is answered", () => {
  const long = (word: string) => Array.from({ length: 3_000 }, (_, line) => `${word} ${line}`).join("\n");
  expect(diff(long("a"), long("b"))).toHaveLength(6_000);
});
