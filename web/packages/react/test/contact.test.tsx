import type { Client } from "@engage/client";
import { act } from "react";
import { createRoot } from "react-dom/client";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type Tab, World } from "../../../testing/world";
import { ContactForm, EngageProvider, isTelling, useSelf } from "../src";

let world: World;
let tab: Tab;
let root: ReturnType<typeof createRoot>;
let page: HTMLElement;
const done = vi.fn();

beforeEach(async () => {
  (globalThis as { IS_REACT_ACT_ENVIRONMENT?: boolean }).IS_REACT_ACT_ENVIRONMENT = true;
  done.mockReset();
  world = new World();
  tab = world.device().tab();
  page = document.body.appendChild(document.createElement("div"));
  await show();
});

afterEach(async () => {
  await during(() => root.unmount());
  page.remove();
});

async function during(what: () => unknown): Promise<void> {
  const settle = async () => {
    await what();
    for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setTimeout(resolve));
  };
  if (act) await act(settle);
  else await settle();
}

function Form() {
  const self = useSelf();
  return self && <ContactForm self={self} focus done={done} />;
}

async function show() {
  root = createRoot(page);
  await during(() => {
    tab.client.start();
    root.render(
      <EngageProvider client={tab.client as Client}>
        <Form />
      </EngageProvider>,
    );
    return world.run(1_000);
  });
}

const fields = () => [...page.querySelectorAll("input")];
const button = (name: string) => [...page.querySelectorAll("button")].find((it) => it.textContent === name);
const contact = () => world.server.contacts.get(tab.client.getSnapshot().self?.id);

async function type(index: number, text: string) {
  await during(() => {
    const field = fields()[index] as HTMLInputElement;
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value")?.set?.call(field, text);
    field.dispatchEvent(new InputEvent("input", { bubbles: true }));
  });
}

async function save() {
  await during(() => {
    page.querySelector("form")?.requestSubmit();
    return world.run(1_000);
  });
}

describe("the form for name and e-mail", () => {
  test("has a label for each field, and begins at the first", () => {
    const labels = fields().map((field) => page.querySelector(`label[for="${field.id}"]`)?.textContent);
    expect(labels).toEqual(["Name", "E-mail"]);
    expect(document.activeElement).toBe(fields()[0]);
  });

  test("saves what is typed, and says so", async () => {
    await type(0, " Marvin ");
    await type(1, "marvin@mars.example");
    await save();
    expect(contact()).toMatchObject({ name: "Marvin", email: "marvin@mars.example" });
    expect(done.mock.calls).toEqual([["Saved: Marvin"]]);
    expect(isTelling(tab.client as Client)).toBe(false);
  });

  test("shows what is wrong at the field, goes there, and keeps what was typed", async () => {
    await type(0, "Marvin");
    await type(1, "mars");
    await save();
    const [name, email] = fields();
    expect(page.querySelector(`[id="${email?.getAttribute("aria-describedby")}"]`)?.textContent).toBe(
      "This is not an e-mail address.",
    );
    expect([name?.getAttribute("aria-invalid"), email?.getAttribute("aria-invalid")]).toEqual(["false", "true"]);
    expect(document.activeElement).toBe(email);
    expect([name?.value, email?.value]).toEqual(["Marvin", "mars"]);
    expect(done).not.toHaveBeenCalled();
    await type(1, "marvin@mars.example");
    await save();
    expect(contact().email).toBe("marvin@mars.example");
  });

  test("says that there is no connection, and saves on the next try", async () => {
    await type(0, "Marvin");
    await during(() => tab.device.setOnline(false));
    await save();
    expect(page.querySelector("[role=alert]")?.textContent).toContain("no connection");
    expect(fields()[0]?.value).toBe("Marvin");
    await during(() => tab.device.setOnline(true));
    await save();
    expect(page.querySelector("[role=alert]")).toBe(null);
    expect(done).toHaveBeenCalledOnce();
  });

  test("says so when the host knows the visitor already", async () => {
    contact().managed = true;
    await type(0, "Marvin");
    await save();
    expect(page.querySelector("[role=alert]")?.textContent).toContain("in your account");
    expect(contact().name).toBe(null);
  });

  test("keeps what was typed over a reload, until it is saved or cancelled", async () => {
    await type(0, "Mar");
    await during(() => root.unmount());
    const { device } = tab;
    tab.close();
    tab = device.tab();
    await show();
    expect(fields()[0]?.value).toBe("Mar");
    await during(() => button("Cancel")?.click());
    expect(done.mock.calls).toEqual([[null]]);
    expect(isTelling(tab.client as Client)).toBe(false);
  });

  test("empties what is blank, and sends once however often it is pressed", async () => {
    await type(1, "marvin@mars.example");
    await save();
    await type(1, "  ");
    tab.requests.length = 0;
    await during(() => {
      page.querySelector("form")?.requestSubmit();
      page.querySelector("form")?.requestSubmit();
      return world.run(1_000);
    });
    expect(contact().email).toBe(null);
    expect(tab.requests).toEqual(["PATCH /v1/session"]);
  });
});
