// Fails when what a visitor has to fetch grows beyond its budget. Sizes are of gzip -9, in bytes.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const BUDGETS = [
  { name: "loader", files: /^loader\.js$/, most: 5 * 1024 },
  { name: "chat panel", files: /^assets\/chat-element-.*\.js$/, most: 30 * 1024 },
  { name: "admin", files: /^assets\/admin-.*\.js$/, most: 120 * 1024 },
];

/** Throws when a budget is exceeded, or when nothing is there to weigh. */
export function checkSizes(dist) {
  const all = ["", "assets/"].flatMap((folder) => readdirSync(join(dist, folder)).map((file) => folder + file));
  for (const { name, files, most } of BUDGETS) {
    const found = all.filter((file) => files.test(file));
    if (found.length === 0) throw new Error(`${name}: nothing was built`);
    const size = found.reduce((sum, file) => sum + gzipSync(readFileSync(join(dist, file)), { level: 9 }).length, 0);
    console.log(`${name.padEnd(12)} ${String(size).padStart(7)} of ${most} bytes, gzip`);
    if (size > most) throw new Error(`${name} is too large`);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  checkSizes(join(dirname(fileURLToPath(import.meta.url)), "../../engage-ui/dist"));
}
