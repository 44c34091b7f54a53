// Fails when what a visitor has to fetch grows beyond its budget. Sizes are those of `gzip -9`, in bytes.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const BUDGETS = [
  { name: "loader", files: ["loader.js"], most: 5 * 1024 },
  // All that it takes to read and write: the panel, and the texts of one language, the longest of all.
  { name: "chat panel", files: ["chat-element", ["en", "de", "fr", "es", "ar", "ja"]], most: 30 * 1024 },
  // What is fetched only where it is used, and its texts, which follow the panel.
  {
    name: "  later texts",
    files: [["en", "de", "fr", "es", "ar", "ja"].map((one) => `${one}-later`)],
    most: 2 * 1024,
  },
  { name: "  with pre-chat", files: ["asked", "field", "forms"], most: 3 * 1024 },
  { name: "  name, e-mail", files: ["who", "field", "forms", "offer"], most: 3.25 * 1024 },
  { name: "  list", files: ["conversations"], most: 2 * 1024 },
  { name: "  emoji", files: ["emoji", "forms"], most: 2.25 * 1024 },
  { name: "  rating", files: ["rating", "visitor", "forms"], most: 2.5 * 1024 },
  { name: "  settings", files: ["more", "bell", "visitor", "forms"], most: 3 * 1024 },
  // By itself: a page that has a form need not open the chat.
  { name: "form", files: ["contact-element"], most: 12 * 1024 },
  { name: "  invitation", files: ["invite"], most: 1024 },
  { name: "  to a person", files: ["to-person", "visitor", "offer"], most: 1024 },
  { name: "  help centre", files: ["faq-element", "html"], most: 5 * 1024 },
  { name: "  tickets", files: ["tickets-element", "html", "bytes"], most: 12 * 1024 },
  { name: "  files", files: ["sent", "files", "bytes"], most: 1024 },
  { name: "  sending files", files: ["attach", "uploads", "files", "bytes"], most: 4.25 * 1024 },
  { name: "  with tickets", files: ["choose", "uploads", "bytes"], most: 4 * 1024 },
  { name: "  suggestions", files: ["ideas", "form-ideas", "suggest"], most: 2 * 1024 + 512 },
  // All that the first screen needs: the entry, what it imports, and the style sheet. Other screens come when they are gone to.
  { name: "admin", files: ["admin"], most: 150 * 1024 },
];

/** Throws when a budget is exceeded, when something is not there to weigh, or when something is not weighed. */
export function checkSizes(dist) {
  const all = ["", "assets/"]
    .flatMap((folder) => readdirSync(join(dist, folder)).map((file) => folder + file))
    .filter((file) => file.endsWith(".js") && !file.startsWith("assets/admin."));
  const left = new Set(all);
  const weigh = (name) => {
    const found = all.find((file) => file === name || new RegExp(`^assets/${name}-[\\w-]{8}\\.js$`).test(file));
    if (!found) throw new Error(`${name} was not built`);
    left.delete(found);
    const whole = name === "admin" ? [...firstScreen(dist, found), ...styles(dist)] : [found];
    return whole.reduce(
      (sum, file) => sum + gzipSync(readFileSync(join(dist, file)), { level: 9, memLevel: 9 }).length,
      0,
    );
  };
  const over = [];
  for (const { name, files, most } of BUDGETS) {
    const sizes = files.map((file) => (Array.isArray(file) ? Math.max(...file.map(weigh)) : weigh(file)));
    const size = sizes.reduce((sum, one) => sum + one, 0);
    console.log(`${name.padEnd(16)} ${String(size).padStart(7)} of ${most} bytes, gzip`);
    if (size > most) over.push(name.trim());
  }
  if (left.size > 0) throw new Error(`nobody weighs ${[...left].join(", ")}`);
  if (over.length > 0) throw new Error(`too large: ${over.join(", ")}`);
}

/** All scripts that the panel begins with: its entry, what that imports when it runs, and what those import at once. */
export function firstScreen(dist, entry) {
  const source = readFileSync(join(dist, entry), "utf8");
  const later = [...source.matchAll(/import\([`"]\.\/([^`"]+\.js)[`"]\)/g)].map((match) => `assets/${match[1]}`);
  const known = new Set();
  return [entry, ...later].flatMap((file) => imported(dist, file, known));
}

/** The file and everything that it imports at once, not what it imports when needed. */
function imported(dist, file, known = new Set()) {
  if (known.has(file)) return [];
  known.add(file);
  const source = readFileSync(join(dist, file), "utf8");
  const names = [...source.matchAll(/(?:from|import)\s*"\.\/([^"]+\.js)"/g)].map((match) => `assets/${match[1]}`);
  return [file, ...names.flatMap((name) => imported(dist, name, known))];
}

function styles(dist) {
  return readdirSync(join(dist, "assets"))
    .filter((file) => file.endsWith(".css"))
    .map((file) => `assets/${file}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  checkSizes(join(dirname(fileURLToPath(import.meta.url)), "../../engage-ui/dist"));
}
