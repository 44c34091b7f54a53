import * as React from "react";
import { version } from "react-dom";
import { expect, test } from "vitest";

test("these tests run on the runtime that their project names", () => {
  // Only preact exports this from its main entry; it gives itself out for a React otherwise.
  const runtime = "hydrate" in React ? "preact" : `react ${React.version.split(".")[0]}`;
  expect(runtime).toBe(process.env.ENGAGE_RUNTIME);
});

test("what draws is of the same version as what the components use", () => {
  // React 19's renderer refuses another React by itself; React 18's does not.
  expect(version).toBe(React.version);
});
