// Writes the types of `docs/openapi.json` into the client. With `--check` it fails when they are not what is there.
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import openapi, { astToString } from "openapi-typescript";

const web = dirname(dirname(fileURLToPath(import.meta.url)));
const target = join(web, "packages/client/src/schemas.ts");
const HEAD = `// Written by \`npm run types\` from docs/openapi.json; do not edit. The socket's frames are not in it: see wire.ts.
// biome-ignore-all lint: generated
// biome-ignore-all format: generated
`;

/** What is said of the shapes, as TypeScript. What paths there are is for a test, not for the types. */
export async function types() {
  const { openapi: version, info, components } = JSON.parse(readFileSync(join(web, "../docs/openapi.json"), "utf8"));
  const text = astToString(await openapi({ openapi: version, info, paths: {}, components }));
  const schemas = text.slice(text.indexOf("export interface components"), text.indexOf("export type $defs"));
  return `${HEAD}${schemas.trim()}\n`;
}

const now = await types();
if (!process.argv.includes("--check")) writeFileSync(target, now);
else if (readFileSync(target, "utf8") !== now) {
  console.error("packages/client/src/schemas.ts is not what docs/openapi.json says. Run `npm run types`.");
  process.exit(1);
}
