import {
  askedFields,
  checkForm,
  type FormFaults,
  type FormField,
  type FormOffer,
  fetchForm,
  sendForm,
  solve,
} from "@engage/client";
import type { Suggestions } from "../suggest";
import { ANSWER, answersOf, buildForm, fillIn, inputsOf, make } from "./build";
import { type FormWords, faultText } from "./words";

export interface MountOptions {
  /** Where engage is, without a slash at the end. */
  base: string;
  /** Which form. */
  name: string;
  /** The page's language. */
  locale: string;
  words: FormWords;
  /** Is told when it has arrived. */
  sent?(): void;
}

/**
 * Brings a form to life in `place`: the one that is there, or a new one. What is typed is kept for this tab until it is sent; each
 * fault stands beside its field; conditions are followed. Gives back how to let go of it.
 */
export function mountForm(
  place: HTMLElement | ShadowRoot,
  found: HTMLFormElement | null,
  options: MountOptions,
): () => void {
  const gone = new AbortController();
  void start(place, found, options, gone.signal);
  return () => gone.abort();
}

async function start(
  place: HTMLElement | ShadowRoot,
  found: HTMLFormElement | null,
  options: MountOptions,
  signal: AbortSignal,
) {
  let offer: FormOffer;
  try {
    offer = await fetchForm(options.base, options.name);
  } catch {
    // A form that is there works by itself; where there is none, somebody has to be told.
    if (!found && !signal.aborted) place.append(make("p", { role: "alert" }, options.words.unavailable));
    return;
  }
  if (signal.aborted) return;
  const form = found ?? buildForm(offer, options.words);
  if (!found) place.append(form);
  new Living(form, offer, options, signal).begin();
}

class Living {
  private readonly summary = make("div", { role: "alert", class: "notice", tabindex: "-1" });
  /** The fields that were left once: until then nobody is told that what they type is not complete yet. */
  private readonly left = new Set<string>();
  private work: Promise<string | null> | null = null;
  private busy = false;
  private ideas: Promise<Suggestions | null> | null = null;

  constructor(
    private readonly form: HTMLFormElement,
    private offer: FormOffer,
    private readonly options: MountOptions,
    private readonly signal: AbortSignal,
  ) {}

  begin(): void {
    const { form, signal } = this;
    form.noValidate = true;
    this.summary.hidden = true;
    form.prepend(this.summary);
    fillIn(form, this.draft());
    form.addEventListener("input", (event) => this.typed(event), { signal });
    form.addEventListener("focusout", (event) => this.leave(event), { signal });
    form.addEventListener("submit", (event) => void this.submit(event), { signal });
    // The work begins with the first field, so that it is done when the last one is.
    form.addEventListener("focusin", () => this.startWork(), { signal, once: true });
    this.follow();
  }

  private startWork(): Promise<string | null> {
    const { challenge } = this.offer;
    this.work ??= challenge ? solve(challenge, this.signal).catch(() => null) : Promise.resolve(null);
    return this.work;
  }

  private typed(event: Event): void {
    this.keep();
    this.follow();
    const field = this.fieldOf(event.target);
    if (event.target instanceof HTMLTextAreaElement && field) this.suggest(event.target);
    if (field && this.left.has(field.name)) this.show(field, this.faults()[field.name]);
  }

  /** A longer text may be answered already. */
  private suggest(box: HTMLTextAreaElement): void {
    this.ideas ??= import("./form-ideas").then(
      ({ suggest }) => {
        const place = make("div", {});
        box.after(place);
        this.signal.addEventListener("abort", () => place.remove());
        return suggest(place, { ...this.options, source: "contact" });
      },
      () => null,
    );
    void this.ideas.then((ideas) => ideas?.typed(box.value));
  }

  private leave(event: FocusEvent): void {
    const field = this.fieldOf(event.target);
    // Going on among the choices of one field is not leaving it.
    if (!field || this.fieldOf(event.relatedTarget) === field) return;
    if (![answersOf(this.form, [field])[field.name]].flat().some(Boolean)) return;
    this.left.add(field.name);
    this.show(field, this.faults()[field.name]);
  }

  /** Hides what is not asked, as far as one can tell from what is typed. */
  private follow(): void {
    const { fields } = this.offer;
    const asked = new Set(askedFields(fields, answersOf(this.form, fields)));
    for (const field of fields) {
      const box = this.boxOf(field.name);
      if (field.when && box) box.hidden = !asked.has(field);
    }
  }

  private faults(): FormFaults {
    return checkForm(this.offer.fields, answersOf(this.form, this.offer.fields));
  }

  private async submit(event: Event): Promise<void> {
    event.preventDefault();
    if (this.busy) return;
    const missing = Boolean(this.offer.consent) && !this.agrees();
    const faults = this.faults();
    if (missing || Object.keys(faults).length > 0) return this.refuse(faults, missing);
    this.tell("");
    this.wait(true);
    try {
      await this.send(true);
    } finally {
      this.wait(false);
    }
  }

  private async send(again: boolean): Promise<void> {
    const { base, name, locale, words } = this.options;
    const trap = this.form.elements.namedItem("website") as HTMLInputElement | null;
    const outcome = await sendForm(base, this.offer, {
      answers: answersOf(this.form, this.offer.fields),
      consent: this.agrees(),
      work: await this.startWork(),
      locale,
      website: trap?.value ?? "",
    });
    switch (outcome.kind) {
      case "sent":
        void this.ideas?.then((ideas) => ideas?.ended("contact"));
        return this.done(outcome.thanks);
      case "faults":
        return this.refuse(outcome.faults, outcome.consent);
      case "limited":
        return this.tell(words.limited.replace("#", String(Math.ceil(outcome.seconds / 60))));
      case "failed":
        return this.tell(words.failed);
    }
    try {
      this.offer = await fetchForm(base, name, this.offer.token);
      this.work = null;
    } catch {
      return this.tell(words.failed);
    }
    // Of a form that was open for long nobody need hear; what was sent with one before is for who sends it to say.
    if (outcome.kind === "expired" && again) await this.send(false);
    else this.tell(words.used);
  }

  private done(thanks: string): void {
    this.keep("");
    const said = make(
      "p",
      { role: "status", class: "text", tabindex: "-1", dir: "auto" },
      thanks || this.options.words.thanks,
    );
    this.form.replaceWith(said);
    said.focus();
    this.options.sent?.();
  }

  private agrees(): boolean {
    return (this.form.elements.namedItem("consent") as HTMLInputElement | null)?.checked ?? false;
  }

  private wait(busy: boolean): void {
    this.busy = busy;
    this.form.setAttribute("aria-busy", String(busy));
    const button = this.form.querySelector<HTMLButtonElement>("button[type=submit], button:not([type])");
    if (!button) return;
    if (busy) button.dataset.says = button.textContent ?? "";
    button.textContent = busy ? this.options.words.sending : (button.dataset.says ?? "");
    button.setAttribute("aria-disabled", String(busy));
  }

  /** Says all that is wrong, with a way to each, and beside each field what. */
  private refuse(faults: FormFaults, consent: boolean): void {
    const { words } = this.options;
    const lines: HTMLElement[] = [];
    for (const field of this.offer.fields) {
      this.left.add(field.name);
      const code = faults[field.name];
      this.show(field, code);
      if (code) lines.push(this.way(`${field.label}: ${faultText(words, code)}`, inputsOf(this.form, field.name)[0]));
    }
    const box = this.form.elements.namedItem("consent") as HTMLInputElement | null;
    if (box) this.mark([box], box.parentElement, consent ? "required" : undefined, "consent");
    if (consent) {
      // The beginning of what is to be agreed to stands for its name.
      const name = [...this.offer.consent].slice(0, 60).join("");
      lines.push(this.way(`${name}: ${faultText(words, "required")}`, box ?? undefined));
    }
    this.tell(words.wrong, lines);
  }

  private way(text: string, to: HTMLElement | undefined): HTMLElement {
    const link = make("a", { href: `#${to?.id ?? ""}`, dir: "auto" }, text);
    // Within a shadow a fragment leads nowhere.
    link.addEventListener("click", (event) => {
      event.preventDefault();
      to?.focus();
    });
    return make("li", {}, link);
  }

  private tell(text: string, lines: HTMLElement[] = []): void {
    this.summary.hidden = !text;
    this.summary.replaceChildren(
      ...(text ? [make("p", {}, text)] : []),
      ...(lines.length ? [make("ul", {}, ...lines)] : []),
    );
    if (text) this.summary.focus();
  }

  private show(field: FormField, code: string | undefined): void {
    this.mark(inputsOf(this.form, field.name), this.boxOf(field.name), code, ANSWER + field.name);
  }

  private mark(inputs: HTMLElement[], box: HTMLElement | null, code: string | undefined, id: string): void {
    const note = box?.querySelector<HTMLElement>(".fault");
    if (code) {
      const text = faultText(this.options.words, code);
      if (note) note.textContent = text;
      else box?.append(make("span", { class: "fault", id: `${id}-fault` }, text));
    } else note?.remove();
    for (const input of inputs) {
      if (code) {
        input.setAttribute("aria-invalid", "true");
        input.setAttribute("aria-describedby", `${id}-fault`);
      } else {
        input.removeAttribute("aria-invalid");
        input.removeAttribute("aria-describedby");
      }
    }
  }

  private fieldOf(target: EventTarget | null): FormField | undefined {
    const name = (target as HTMLInputElement | null)?.name;
    return name ? this.offer.fields.find((field) => ANSWER + field.name === name) : undefined;
  }

  private boxOf(name: string): HTMLElement | null {
    const [input] = inputsOf(this.form, name);
    return input?.closest<HTMLElement>("[data-field], fieldset, p, div") ?? null;
  }

  private get key(): string {
    return `engage:${this.options.base}:form:${this.options.name}`;
  }

  private draft(): [string, string][] {
    try {
      const kept = JSON.parse(sessionStorage.getItem(this.key) ?? "[]");
      return Array.isArray(kept) ? kept : [];
    } catch {
      return [];
    }
  }

  /** Keeps what is typed, for this tab; with a text, that. Storage may be forbidden; then nothing is kept. */
  private keep(text?: string): void {
    try {
      const typed = [...new FormData(this.form)].filter(([name]) => name.startsWith(ANSWER) || name === "consent");
      const kept = text ?? JSON.stringify(typed);
      if (kept) sessionStorage.setItem(this.key, kept);
      else sessionStorage.removeItem(this.key);
    } catch {}
  }
}
