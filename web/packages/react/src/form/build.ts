import { askedFields, type FormAnswers, type FormField, longest } from "@engage/client";
import type { FormWords } from "./words";

/** Before the names of the fields, as on the server's own page: a form can be sent there as well. */
export const ANSWER = "answer.";

const KINDS: Record<string, string> = { email: "email", tel: "tel", url: "url", date: "date" };

type Props = Record<string, string | boolean | undefined>;

/** An element with attributes and what is in it. Text is text. */
export function make<K extends keyof HTMLElementTagNameMap>(
  name: K,
  props: Props = {},
  ...inside: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(props)) {
    if (value !== undefined && value !== false) element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...inside);
  return element;
}

/** What a form is made of, as far as it is drawn. */
export interface Drawn {
  intro: string;
  button: string;
  consent: string;
  fields: readonly FormField[];
}

/** The form as the server's page has it, without its fallbacks for browsers that know less. */
export function buildForm(drawn: Drawn, words: FormWords): HTMLFormElement {
  const form = make("form", { method: "post" });
  if (drawn.intro) form.append(make("p", { class: "text", dir: "auto" }, drawn.intro));
  for (const field of drawn.fields) form.append(buildField(field, words));
  if (drawn.consent) {
    const box = make("input", {
      type: "checkbox",
      id: "consent",
      name: "consent",
      value: "true",
      "aria-required": "true",
    });
    form.append(make("p", { class: "check" }, box, make("label", { for: "consent", dir: "auto" }, drawn.consent)));
  }
  const trap = make("input", { id: "website", name: "website", tabindex: "-1", autocomplete: "off" });
  form.append(make("p", { class: "trap", "aria-hidden": "true" }, make("label", { for: "website" }, "Website"), trap));
  form.append(make("p", {}, make("button", { type: "submit" }, drawn.button || words.send)));
  return form;
}

function buildField(field: FormField, words: FormWords): HTMLElement {
  const id = ANSWER + field.name;
  const { kind, label, help, choices = [] } = field;
  const common = { id, name: id, "aria-required": field.required ? "true" : undefined };
  const named = (element: HTMLElement, ...before: Node[]) => {
    const optional = field.required || kind === "checkbox" ? [] : [" ", make("small", {}, words.optional)];
    const name = make("label", { for: id, dir: "auto" }, label, ...optional);
    return [...before, name, ...notes(help), element];
  };
  switch (kind) {
    case "checkbox": {
      const box = make("input", { type: "checkbox", value: "true", ...common });
      return make("p", { class: "check" }, box, make("label", { for: id, dir: "auto" }, label), ...notes(help));
    }
    case "radio":
    case "several": {
      const set = make("fieldset", {}, make("legend", { dir: "auto" }, label), ...notes(help));
      choices.forEach((choice, at) => {
        const own = at ? `${id}-${at}` : id;
        const type = kind === "radio" ? "radio" : "checkbox";
        const box = make("input", { type, id: own, name: id, value: choice });
        set.append(make("span", { class: "check" }, box, make("label", { for: own, dir: "auto" }, choice)));
      });
      return set;
    }
    case "select": {
      const options = choices.map((choice) => make("option", { value: choice }, choice));
      return make("p", {}, ...named(make("select", common, make("option", { value: "" }, words.choose), ...options)));
    }
    case "multiline":
      return make(
        "p",
        {},
        ...named(make("textarea", { rows: "6", dir: "auto", maxlength: `${longest(field)}`, ...common })),
      );
    default: {
      const type = KINDS[kind] ?? "text";
      const autocomplete = KINDS[kind] && kind !== "date" ? kind : field.name === "name" ? "name" : "off";
      const bounds = { min: field.earliest ?? undefined, max: field.latest ?? undefined };
      const maxlength = kind === "number" || kind === "date" ? undefined : `${longest(field)}`;
      const inputmode = kind === "number" ? "decimal" : undefined;
      const more = kind === "date" ? bounds : {};
      return make(
        "p",
        {},
        ...named(make("input", { type, autocomplete, maxlength, inputmode, dir: "auto", ...more, ...common })),
      );
    }
  }
}

function notes(help: string | undefined): HTMLElement[] {
  return help ? [make("span", { class: "note", dir: "auto" }, help)] : [];
}

/** The inputs of a field: one, or as many as there are choices. */
export function inputsOf(form: HTMLFormElement, name: string): HTMLInputElement[] {
  return [...form.elements].filter((one): one is HTMLInputElement => (one as HTMLInputElement).name === ANSWER + name);
}

/** What was typed, as the server's check takes it. What is not asked is left out. */
export function answersOf(form: HTMLFormElement, fields: readonly FormField[]): FormAnswers {
  const data = new FormData(form);
  const answers: Record<string, unknown> = {};
  for (const { name, kind } of fields) {
    const texts = data.getAll(ANSWER + name).map(String);
    if (kind === "checkbox") answers[name] = texts.includes("true");
    else answers[name] = kind === "several" ? texts : (texts[0] ?? null);
  }
  const asked = new Set(askedFields(fields, answers).map(({ name }) => name));
  return Object.fromEntries(Object.entries(answers).filter(([name]) => asked.has(name)));
}

/** Writes what was typed before into the form. */
export function fillIn(form: HTMLFormElement, typed: readonly (readonly [string, string])[]): void {
  for (const input of [...form.elements] as HTMLInputElement[]) {
    const texts = typed.filter(([name]) => name === input.name).map(([, text]) => text);
    if (input.type === "checkbox" || input.type === "radio") input.checked = texts.includes(input.value);
    else if (texts[0] !== undefined && input.name.startsWith(ANSWER)) input.value = texts[0];
  }
}
