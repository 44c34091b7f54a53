import type { Client } from "@engage/client";
import { EngageProvider } from "@engage/react";
import { act } from "react";
import { createRoot, type Root } from "react-dom/client";
import { afterEach, beforeEach } from "vitest";
import { type Tab, World } from "../../../testing/world";
import { App } from "../src/shell/app";
import { reloadPrefs } from "../src/shell/prefs";
import { toast } from "../src/shell/toast";

type Who = { kind: "agent" | "visitor"; id: string };

export let world: World;
export let desk: Tab;
export let page: HTMLElement;
export let ada: Who;
let root: Root;

/** Before each test a world in which Ada and Ben work; her panel is shown by `start()`. */
export function stage(role: "agent" | "admin" = "admin"): void {
  beforeEach(() => {
    (globalThis as { IS_REACT_ACT_ENVIRONMENT?: boolean }).IS_REACT_ACT_ENVIRONMENT = true;
    history.replaceState(null, "", "/admin/engage/");
    localStorage.clear();
    reloadPrefs();
    toast.clear();
    world = new World();
    ada = world.server.addAgent("Ada", role) as Who;
    world.server.addAgent("Ben");
    desk = world.device().tab("/admin/engage");
    desk.device.host = ada;
    page = document.body.appendChild(document.createElement("div"));
    root = createRoot(page);
  });
  afterEach(async () => {
    await during(() => root.unmount());
    page.remove();
  });
}

export async function during(what: () => unknown): Promise<void> {
  await act(async () => {
    await what();
    await world.run(500);
  });
}

export async function start(): Promise<void> {
  await during(() => {
    root.render(
      <EngageProvider client={desk.client as Client}>
        <App />
      </EngageProvider>,
    );
    desk.client.start();
  });
}

export function conversation(body: string, name: string | null = null): string {
  const who = world.server.addContact(name) as Who;
  return world.server.create(who, { client_message_id: "1", body }).conversation.id;
}

export const all = (selector: string) => [...page.querySelectorAll<HTMLElement>(selector)];
export const button = (name: string) =>
  all("button, [role=menuitem]").find(
    (it) => it.textContent?.trim() === name || it.getAttribute("aria-label") === name,
  );
export const press = (key: string) =>
  during(() => document.body.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true })));

/** Lets what is fetched only where it is used come. */
export async function until(found: () => unknown): Promise<void> {
  for (let tries = 0; tries < 100 && !found(); tries += 1) {
    await act(() => new Promise<void>((resolve) => void setTimeout(resolve, 20)));
    await during(() => {});
  }
}

/** Goes to a screen, which comes in its own time. */
export async function visit(hash: string, selector: string): Promise<void> {
  await during(() => {
    location.hash = hash;
    dispatchEvent(new HashChangeEvent("hashchange"));
  });
  await until(() => page.querySelector(selector));
}

/** Follows the link of a row; the browser goes there in its own time. */
export async function open(at: number): Promise<void> {
  await during(() => all(".row-link")[at]?.click());
  await until(() => page.querySelector(".talk .e-line"));
  // What follows from its being shown, such as that it is read.
  await during(() => {});
}

/** Types into a field as a person does. */
export async function type(field: HTMLInputElement | HTMLTextAreaElement, text: string): Promise<void> {
  await during(() => {
    Object.getOwnPropertyDescriptor(Object.getPrototypeOf(field), "value")?.set?.call(field, text);
    field.dispatchEvent(new InputEvent("input", { bubbles: true }));
  });
}

export async function write(text: string): Promise<void> {
  await type(page.querySelector(".compose textarea") as HTMLTextAreaElement, text);
  await during(() => page.querySelector<HTMLFormElement>(".e-composer")?.requestSubmit());
}
