import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

/** As the build has it, see `scripts/build.mjs`. */
const compat = fileURLToPath(new URL("packages/elements/src/compat.ts", import.meta.url));
const preact = {
  "react-dom/client": compat,
  "react-dom": compat,
  "react/jsx-runtime": compat,
  "react/jsx-dev-runtime": "preact/jsx-dev-runtime",
  react: compat,
};

const old = fileURLToPath(new URL("testing/react-18/node_modules", import.meta.url));
const react18 = { react: `${old}/react`, "react-dom": `${old}/react-dom` };

const dom = { environment: "happy-dom" as const };

/** The same tests on each runtime: the components must behave alike on all. The name says which one failed. */
const components = (name: string, alias: Record<string, string> = {}) => ({
  resolve: { alias },
  test: { ...dom, name, env: { ENGAGE_RUNTIME: name }, include: ["packages/react/test/**/*.test.tsx"] },
});

export default defineConfig({
  test: {
    projects: [
      { test: { name: "client", include: ["packages/client/test/**/*.test.ts"] } },
      { test: { name: "design", include: ["packages/design/test/**/*.test.ts"] } },
      components("react 19"),
      components("react 18", react18),
      components("preact", preact),
      {
        resolve: { alias: preact },
        test: { ...dom, name: "elements", include: ["packages/elements/test/**/*.test.{ts,tsx}"] },
      },
      { test: { ...dom, name: "admin", include: ["packages/admin/test/**/*.test.{ts,tsx}"] } },
    ],
  },
});
