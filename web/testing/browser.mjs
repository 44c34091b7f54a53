// Finds and starts Chromium, and watches pages for what must not happen in them.
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { chromium } from "playwright-core";

const NAMES = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** A headless Chromium: the one at `path`, of `CHROMIUM_PATH`, or in the `PATH`. Throws when there is none. */
export function launch(path = undefined) {
  const executablePath = path || process.env.CHROMIUM_PATH || find();
  // As for everybody else: playwright alone turns the back/forward cache off.
  const ignoreDefaultArgs = ["--disable-back-forward-cache"];
  return chromium.launch({ executablePath, args: FLAGS, ignoreDefaultArgs, headless: true });
}

function find() {
  for (const folder of (process.env.PATH ?? "").split(delimiter)) {
    for (const name of NAMES) {
      try {
        accessSync(join(folder, name), constants.X_OK);
        return join(folder, name);
      } catch {
        // Not here.
      }
    }
  }
  throw new Error(`No Chromium found. Install one, or name it in CHROMIUM_PATH (looked for ${NAMES.join(", ")}).`);
}

/** Collects errors of the console and of the page, and every violation of its content security policy. */
export async function watch(context) {
  const troubles = [];
  await context.addInitScript(() => {
    addEventListener("securitypolicyviolation", (event) => {
      console.error(`CSP: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`);
    });
  });
  context.on("console", (message) => {
    // The network's own errors are what some journeys are about; everything else is a fault.
    const text = message.text();
    const network = /Failed to load resource|WebSocket connection to|net::ERR_/.test(text);
    if (message.type() === "error" && !network) troubles.push(`${message.page()?.url()}: ${text}`);
  });
  context.on("weberror", (error) => troubles.push(`${error.page()?.url()}: ${error.error().stack}`));
  return troubles;
}
