import { defineConfig } from "vitest/config";

const preact = {
  react: "preact/compat",
  "react-dom/client": "preact/compat/client",
  "react-dom": "preact/compat",
  "react/jsx-runtime": "preact/jsx-runtime",
  "react/jsx-dev-runtime": "preact/jsx-dev-runtime",
};

const dom = { environment: "happy-dom" as const };

export default defineConfig({
  test: {
    projects: [
      { test: { name: "client", include: ["packages/client/test/**/*.test.ts"] } },
      { test: { ...dom, name: "react", include: ["packages/react/test/**/*.test.tsx"] } },
      {
        // The same tests on the other runtime: the components must behave alike on both.
        resolve: { alias: preact },
        test: { ...dom, name: "preact", include: ["packages/react/test/**/*.test.tsx"] },
      },
      {
        resolve: { alias: preact },
        test: { ...dom, name: "elements", include: ["packages/elements/test/**/*.test.{ts,tsx}"] },
      },
      { test: { ...dom, name: "admin", include: ["packages/admin/test/**/*.test.tsx"] } },
    ],
  },
});
