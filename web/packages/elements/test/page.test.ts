import { expect, test } from "vitest";
import { note, trail } from "../src/page";

test("a title is cut between characters, and has no half of one", () => {
  sessionStorage.clear();
  document.title = `\ud83d${"x".repeat(199)}😀😀`;
  note();
  expect(trail().map((page) => page.title)).toEqual([`${"x".repeat(199)}😀`]);
});
