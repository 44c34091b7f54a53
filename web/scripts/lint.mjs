// What no general linter knows: the rules that keep the widget clean under a strict content security policy and running on
// React 18, React 19 and preact alike.
import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const web = dirname(dirname(fileURLToPath(import.meta.url)));
const SHARED = /^packages\/(react|elements)\//;

const RULES = [
  { where: /^packages\/[^/]+\/src\//, what: /\bstyle=\{?/, why: "no style attributes: a policy cannot allow them" },
  {
    where: /^packages\/(?!react\/src\/html\.tsx$)[^/]+\/src\//,
    what: /innerHTML|outerHTML|insertAdjacentHTML|document\.write/,
    why: "no HTML from strings, but in react/src/html.tsx what the server made",
  },
  {
    where: /^packages\/[^/]+\/src\//,
    what: /\beval\(|new Function\(|setTimeout\(\s*["'`]/,
    why: "no code from strings",
  },
  {
    where: /^packages\/client\/src\//,
    what: /from "(react|preact|@engage\/react)/,
    why: "the client knows no framework",
  },
  {
    where: /^packages\/client\/src\/(?!ports\.ts)/,
    what: /\b(setTimeout|setInterval|localStorage|navigator\.|Date\.now|Math\.random|new WebSocket)\b/,
    why: "the world comes through ports.ts",
  },
  {
    where: /^packages\/(react|elements)\/(?!src\/compat\.ts)/,
    what: /from "preact/,
    why: "written against react; preact is put in its place by the build",
  },
  {
    where: SHARED,
    what: /\b(use|useActionState|useOptimistic|useFormStatus|useEffectEvent|forwardRef|findDOMNode|Activity)\b(?=[,\s}].*from "react")/,
    why: "not in both React 18 and preact",
  },
  {
    where: SHARED,
    what: /\bon(Change|DoubleClick|FocusCapture)=/,
    why: "onInput means the same on both; onChange does not",
  },
  {
    where: /\.css$/,
    what: /(?<![-\w])(margin|padding|border|inset)-(left|right)\b|text-align:\s*(left|right)|(?<![-\w])(left|right):/,
    why: "logical properties only, for right-to-left",
  },
  { where: /\.css$/, what: /url\(|@import/, why: "style sheets stand alone" },
  {
    where: /\.(css|tsx?)$/,
    what: /(min|max)-width: *\d+px\)/,
    why: "widths at which screens change are measured in em: who reads larger text has less room",
  },
  { where: /\.html$/, what: /<style|style=|\son\w+=|<script(?![^>]*\bsrc=)/, why: "no inline script or style" },
];

const problems = [];
for (const file of walk(join(web, "packages"))) {
  const name = relative(web, file);
  const rules = RULES.filter((rule) => rule.where.test(name));
  readFileSync(file, "utf8")
    .split("\n")
    .forEach((line, index) => {
      for (const rule of rules)
        if (rule.what.test(line)) problems.push(`${name}:${index + 1}: ${rule.why}\n    ${line.trim()}`);
    });
}
const lock = readFileSync(join(web, "package-lock.json"), "utf8");
if (/"resolved": "https?:/.test(lock)) problems.push("package-lock.json names a registry: see .npmrc");
if (problems.length > 0) {
  console.error(problems.join("\n"));
  process.exit(1);
}

function* walk(folder) {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (name === "node_modules" || name === "test") continue;
    if (statSync(path).isDirectory()) yield* walk(path);
    else if (/\.(tsx?|css|html)$/.test(name)) yield path;
  }
}
