// The page around the stories: what each tells of, its settings, and the story itself in a frame.
import { stories } from "./stories.js";

const list = document.querySelector("#stories");
const links = document.querySelector("#links");
const looks = document.querySelector("#looks");

for (const { id, title, about, settings } of stories) {
  const section = make("section", list, { id });
  make("h3", section, { textContent: title });
  make("p", section, { textContent: about });
  if (settings) {
    const lines = Object.entries(settings).map(([key, value]) => `${key} = ${JSON.stringify(value)}`);
    make("code", make("pre", section), { textContent: lines.join("\n") });
  }
  make("iframe", section, { title, loading: "lazy" }).dataset.story = id;
  make("a", make("li", links), { href: `#${id}`, textContent: title });
}
show();
looks.addEventListener("input", show);

function show() {
  const look = new URLSearchParams(new FormData(looks));
  for (const frame of document.querySelectorAll("iframe")) {
    frame.className = look.get("size") ?? "";
    const address = `/gallery/frame?story=${frame.dataset.story}&theme=${look.get("theme")}&lang=${look.get("lang")}`;
    if (frame.getAttribute("src") !== address) frame.setAttribute("src", address);
  }
}

function make(name, parent, members = {}) {
  const made = parent.appendChild(document.createElement(name));
  return Object.assign(made, members);
}
