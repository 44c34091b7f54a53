// Runs the journeys in Chromium against a running host.
//
// Usage: npm run e2e -- [--base URL] [--visitor URL] [--agent URL]... [--only TEXT]
// Opening an agent's URL signs that agent in and leads to the admin page; two agents are needed. `--base` stands for the
// links of the quickstart example at that address. With none of these, the fake server of `testing/` is started.
// Environment: ENGAGE_E2E_URL (as --base), ENGAGE_E2E_LOG (a file with the links that the quickstart printed),
// ENGAGE_E2E_CHROMIUM or CHROMIUM_PATH, ENGAGE_E2E_RESULTS (a folder for pictures of what failed).
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { launch, watch } from "../testing/browser.mjs";
import { serve } from "../testing/serve.mjs";
import { journeys as panel } from "./admin.mjs";
import { journeys as desk } from "./desk.mjs";
import { journeys as files } from "./files.mjs";
import { journeys as forms } from "./forms.mjs";
import { journeys as chat } from "./journeys.mjs";
import { journeys as rules } from "./rules.mjs";
import { journeys as tickets } from "./tickets.mjs";
import { journeys as whole } from "./whole.mjs";

const { values } = parseArgs({
  options: {
    base: { type: "string" },
    visitor: { type: "string" },
    agent: { type: "string", multiple: true },
    only: { type: "string" },
  },
});
const { env } = process;
const links = await find();
const browser = await launch(env.ENGAGE_E2E_CHROMIUM);
const results = env.ENGAGE_E2E_RESULTS;
let failures = 0;
let passed = 0;

for (const [name, journey] of Object.entries({
  ...chat,
  ...panel,
  ...forms,
  ...files,
  ...tickets,
  ...rules,
  ...desk,
  ...whole,
})) {
  if (values.only && !name.includes(values.only)) continue;
  if (links.stop && /^(without JavaScript|form:|help:|desk:)/.test(name)) {
    console.log(`left out ${name}: the fake server writes no pages`);
    continue;
  }
  if (await passes(name, journey)) passed += 1;
  // As with the tests of Rust: once more, and it is called flaky.
  else if (await passes(`${name}, flaky`, journey)) passed += 1;
  else failures += 1;
}
await browser.close();
await links.stop?.();
console.log(`${passed} journeys passed, ${failures} failed, at ${links.visitor}`);
process.exitCode = failures > 0 || passed === 0 ? 1 : 0;

async function passes(name, journey) {
  const stage = makeStage();
  const start = Date.now();
  try {
    await journey(stage);
    stage.check();
    console.log(`ok      ${name} (${Date.now() - start} ms)`);
    return true;
  } catch (error) {
    console.log(`FAILED  ${name}\n${error.stack}`);
    await stage.picture(name);
    return false;
  } finally {
    await stage.close();
  }
}

async function find() {
  const base = values.base ?? env.ENGAGE_E2E_URL;
  const log = env.ENGAGE_E2E_LOG ? readFileSync(env.ENGAGE_E2E_LOG, "utf8") : "";
  const printed = (who) => [...log.matchAll(new RegExp(`^\\s*${who}\\s+(http\\S+)`, "gm"))].map((match) => match[1]);
  const visitor = values.visitor ?? printed("visitor")[0] ?? (base && `${base}/`);
  const agents =
    values.agent ??
    (printed("agent").length > 0 ? printed("agent") : base && [`${base}/sign-in/ada`, `${base}/sign-in/grace`]);
  if (visitor && agents) return { visitor, agents };
  const fake = await serve();
  return {
    visitor: `${fake.base}/`,
    agents: [`${fake.base}/login?as=ada`, `${fake.base}/login?as=ben`],
    stop: fake.stop,
  };
}

/** Everything that one journey opens, and what went wrong on it. */
function makeStage() {
  const contexts = [];
  const troubles = [];
  const mark = Math.random().toString(36).slice(2, 8);

  async function context() {
    const made = await browser.newContext({ viewport: { width: 1100, height: 700 } });
    made.setDefaultTimeout(15_000);
    troubles.push(await watch(made));
    contexts.push(made);
    return made;
  }

  async function page(where, url) {
    const made = await where.newPage();
    made.requested = [];
    made.received = [];
    made.on("request", (request) => made.requested.push(request.url()));
    made.on("websocket", (socket) => socket.on("framereceived", ({ payload }) => made.received.push(String(payload))));
    made.on("response", (response) => {
      if (response.url().includes("/v1/"))
        response.text().then(
          (text) => made.received.push(text),
          () => {},
        );
    });
    await made.goto(url);
    return made;
  }

  return {
    unique: (text) => `${text} ${mark}`,
    async visitor(where = null, prepare = async () => {}) {
      const own = where ?? (await context());
      await prepare(own);
      return page(own, links.visitor);
    },
    async agent(index) {
      return page(await context(), links.agents[index]);
    },
    check() {
      const all = troubles.flat();
      if (all.length > 0) throw new Error(`errors or policy violations on a page:\n${all.join("\n")}`);
    },
    async picture(name) {
      if (!results) return;
      mkdirSync(results, { recursive: true });
      const pages = contexts.flatMap((it) => it.pages());
      for (const [index, it] of pages.entries()) {
        await it.screenshot({ path: join(results, `${name.replace(/\W+/g, "-")}-${index}.png`) }).catch(() => {});
      }
    },
    async close() {
      for (const it of contexts) await it.close();
    },
  };
}
