import * as React from "react";
import * as ReactDOM from "react-dom";
import { expect, test } from "vitest";

const versionOf = (module: object) => ("version" in module ? String(module.version) : null);

test("these tests run on the runtime that their project names", () => {
  // What stands in for React on preact does not pretend to be one.
  const runtime = versionOf(React) ? `react ${versionOf(React)?.split(".")[0]}` : "preact";
  expect(runtime).toBe(process.env.ENGAGE_RUNTIME);
});

test("what draws is of the same version as what the components use", () => {
  // React 19's renderer refuses another React by itself; React 18's does not.
  expect(versionOf(ReactDOM)).toBe(versionOf(React));
});
