// Builds the widget and the admin page into engage-ui/dist. The same source gives the same bytes: names carry the hash of the
// content, and nothing of the machine or the time goes in.
// Usage: node scripts/build.mjs [--out DIR]
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { build } from "vite";
import { checkSizes, firstScreen } from "./size.mjs";

const web = dirname(dirname(fileURLToPath(import.meta.url)));
const { values } = parseArgs({ options: { out: { type: "string" } } });
const out = resolve(values.out ?? join(web, "../engage-ui/dist"));
const assets = join(out, "assets");

const compat = join(web, "packages/elements/src/compat.ts");
const PREACT = [{ find: /^react(\/jsx-runtime|-dom\/client)?$/, replacement: compat }];

/** The widget is a visitor's: what the client can do for staff alone, marked as such, does not travel with it. */
const visitorsOnly = {
  name: "visitors-only",
  enforce: "pre",
  transform: (code, id) => id.includes("/client/src/") && code.replace(/\/\/ staff: begin[\s\S]*?\/\/ staff: end/g, ""),
};

/** What is always needed together is one file: one request, and it compresses best. */
const PANEL = [{ name: "chat-element", test: /elements\/src\/chat-element\.tsx$/ }];
/** The first screen of staff is some, so that none of them holds the page up for long: the connection begins before the rest is read. */
const SCREEN = [
  { name: "react", test: /node_modules\/(react|scheduler)\//, priority: 4 },
  { name: "dom", test: /node_modules\/react-dom\//, priority: 3 },
  { name: "begin", test: /client\/src\/|(shell\/prefs|shell\/route|inbox\/filter)\.ts$|preload-helper/, priority: 2 },
  { name: "root", test: /admin\/src\/root\.tsx$/, priority: 1 },
];

/** One bundle of ES modules. Imports between them are relative, so they work under any mount. */
async function bundle({ name, entry, entryName, alias = [], lib = false }) {
  await build({
    root: join(web, "packages", name),
    configFile: false,
    envDir: false,
    logLevel: "warn",
    base: "./",
    plugins: lib ? [visitorsOnly] : [],
    resolve: { alias },
    define: { "process.env.NODE_ENV": '"production"' },
    oxc: { jsx: { runtime: "automatic" } },
    build: {
      outDir: out,
      emptyOutDir: false,
      target: ["es2022", "chrome109", "firefox121", "safari16.4"],
      // With `light-dark()`, which the tokens are made of.
      cssTarget: ["chrome123", "firefox121", "safari17.5"],
      assetsInlineLimit: 0,
      modulePreload: false,
      reportCompressedSize: false,
      // As a library: without Vite's own helper around each dynamic import, which would be a third of the loader.
      ...(lib && { lib: { entry: join(web, "packages", name, entry), formats: ["es"] } }),
      minify: true,
      rolldownOptions: {
        input: { [name]: join(web, "packages", name, entry) },
        preserveEntrySignatures: false,
        output: {
          format: "es",
          entryFileNames: entryName,
          // The panel's own, so that a name tells what belongs to the widget and its budgets.
          chunkFileNames: `assets/${lib ? "" : "admin."}[name]-[hash].js`,
          assetFileNames: "assets/[name]-[hash][extname]",
          minify: true,
          codeSplitting: { groups: lib ? PANEL : SCREEN },
        },
      },
    },
  });
}

rmSync(out, { recursive: true, force: true });
await bundle({ name: "elements", entry: "src/loader.ts", entryName: "loader.js", alias: PREACT, lib: true });
await bundle({ name: "admin", entry: "src/main.tsx", entryName: "assets/admin-[hash].js" });

const find = (pattern) => {
  const found = readdirSync(assets).filter((file) => pattern.test(file));
  if (found.length !== 1) throw new Error(`expected one asset like ${pattern}, found ${found.join(", ") || "none"}`);
  return `assets/${found[0]}`;
};
const entry = find(/^admin-.*\.js$/);
const preloads = firstScreen(out, entry)
  .filter((file) => file !== entry)
  .map((file) => `<link rel="modulepreload" href="%BASE%/${file}">\n`);
const html = readFileSync(join(web, "packages/admin/src/index.html"), "utf8")
  .replace("%JS%", entry)
  .replace("%PRELOADS%\n", preloads.join(""))
  .replace("%CSS%", find(/^(admin|index|main)-.*\.css$/));
mkdirSync(join(out, "admin"), { recursive: true });
writeFileSync(join(out, "admin/index.html"), html);

// The pages without JavaScript are the server's; only their looks come from here.
for (const page of ["contact", "help"]) {
  const sheets = ["packages/design/src/tokens.css", `packages/elements/src/${page}-page.css`];
  const css = sheets
    .map((path) => readFileSync(join(web, path), "utf8").replace(/\/\*[\s\S]*?\*\/|^\s+|\n/gm, ""))
    .join("");
  const hash = createHash("sha256").update(css).digest("base64url").slice(0, 8);
  writeFileSync(join(assets, `${page}-${hash}.css`), css);
}
checkSizes(out);
