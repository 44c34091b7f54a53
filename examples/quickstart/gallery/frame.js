// One story: a server that lives in this page answers the widget, which knows nothing of it.
import { FakeServer, Refusal } from "./fake.mjs";
import { stories } from "./stories.js";

const BASE = "/engage";
const story = stories.find(({ id }) => id === new URLSearchParams(location.search).get("story")) ?? stories[0];
const fake = new FakeServer();
const stage = makeStage();
const sockets = new Set();
let reachable = true;
let held = "";

for (const name of ["localStorage", "sessionStorage"]) {
  Object.defineProperty(window, name, { value: new Memory() });
}
window.fetch = answer;
window.WebSocket = Socket;
story.set?.(stage);
if (story.element) document.body.append(document.createElement(story.element));
addEventListener("load", () => play());

function makeStage() {
  const ada = fake.addAgent("Ada Lovelace", "admin");
  const ben = fake.addAgent("Ben");
  const visitor = fake.addContact();
  return {
    fake,
    ada,
    ben,
    visitor,
    after: () => {},
    deny: false,
    cut() {
      reachable = false;
      for (const socket of sockets) socket.drop();
    },
    hold: (path) => {
      held = path;
    },
    remember: (key) => localStorage.setItem(`engage:${BASE}:${key}`, "1"),
  };
}

/** Opens the panel, waits until it stands, and does what the story does. */
async function play() {
  // By its icon, as its name is of the reader's language.
  const button = (icon) => find(`button:has(.e-icon-${icon})`);
  const closed = story.closed || story.element;
  if (!closed) (await find("[part=launcher]")).click();
  if (!closed && !stage.deny) await find("textarea, .loading, .closed");
  await pause(150);
  const type = async (text) => {
    const box = await find("textarea, input[type=search]");
    box.value = text;
    box.dispatchEvent(new InputEvent("input", { bubbles: true, composed: true }));
    await pause(50);
  };
  await story.act?.({ stage, button, field: find, type });
  await pause(150);
  stage.after();
  await pause(100);
  document.documentElement.dataset.ready = story.id;
}

/** The first of `selector` in the widget, once it is there. */
async function find(selector) {
  for (let turn = 0; turn < 100; turn += 1) {
    for (const host of document.querySelectorAll("engage-chat, engage-launcher, engage-tickets, engage-ticket-form, engage-faq")) {
      const found = host.shadowRoot?.querySelector(selector);
      if (found) return found;
    }
    await pause(30);
  }
  throw new Error(`${story.id}: there is no ${selector}`);
}

function pause(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

async function answer(url, { method = "GET", body } = {}) {
  const path = new URL(url, location.href);
  const asked = path.pathname.slice(BASE.length);
  if (!reachable) throw new TypeError("no connection");
  if (held && asked.startsWith(held)) return new Promise(() => {});
  try {
    if (stage.deny) throw new Refusal(403, "forbidden");
    const given = await fake.http(method, asked + path.search, body && JSON.parse(body), stage.visitor);
    return new Response(given === undefined ? null : JSON.stringify(given), { status: given === undefined ? 204 : 200 });
  } catch (error) {
    const { status = 500, problem = {} } = error;
    return new Response(JSON.stringify(problem), { status });
  }
}

function Socket() {
  const end = fake.connect(
    stage.visitor,
    (frame) => queueMicrotask(() => this.onmessage?.({ data: JSON.stringify(frame) })),
    (code) => this.drop(code),
  );
  this.send = (data) => end.receive(JSON.parse(data));
  this.close = () => this.drop(1000);
  this.drop = (code = 1006) => {
    sockets.delete(this);
    end.gone();
    queueMicrotask(() => this.onclose?.({ code }));
  };
  sockets.add(this);
  setTimeout(() => (reachable ? this.onopen?.() : this.drop()), 10);
}

/** What stands in for the browser's storage, so that stories side by side do not meet. */
function Memory() {
  const hide = (name, value) => Object.defineProperty(this, name, { value, enumerable: false });
  hide("getItem", (key) => (Object.hasOwn(this, key) ? this[key] : null));
  hide("setItem", (key, text) => {
    this[key] = String(text);
  });
  hide("removeItem", (key) => {
    delete this[key];
  });
}
