import { type Client, createClient } from "@engage/client";
import tokensCss from "@engage/design/tokens.css?inline";
import { languageOf, OwnTickets, TicketForm } from "@engage/react";
import formsCss from "@engage/react/forms.css?inline";
import ticketsCss from "@engage/react/tickets.css?inline";
import type { ReactNode } from "react";
import { createRoot, type Root } from "react-dom/client";

/** What both elements share: a place of their own, a language, and requests to the site's engage. */
abstract class OfTickets extends HTMLElement {
  private root: Root | null = null;

  protected abstract view(client: Client, locale: string): ReactNode;

  connectedCallback(): void {
    const locale = this.dataset.locale || this.lang || document.documentElement.lang || navigator.language || "en";
    const shadow = this.shadowRoot ?? this.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(`:host{display:block}${tokensCss}${formsCss}${ticketsCss}`);
    shadow.adoptedStyleSheets = [sheet];
    // It makes requests and nothing else: the client is not started.
    const client = createClient({ base: this.getAttribute("base") ?? "", role: "visitor" });
    this.root ??= createRoot(shadow.appendChild(document.createElement("div")));
    this.dir ||= languageOf(locale) === "ar" ? "rtl" : "";
    this.root.render(this.view(client, locale));
  }

  disconnectedCallback(): void {
    this.root?.unmount();
    this.root = null;
    this.shadowRoot?.replaceChildren();
  }
}

/**
 * `<engage-ticket-form base="/engage">`: where a visitor asks for something that somebody answers. What is typed outlives the page. It
 * tells by the event `engage-ticket` that a ticket was opened, with its `id` and `reference`.
 */
export class EngageTicketForm extends OfTickets {
  protected view(client: Client, locale: string): ReactNode {
    const opened = ({ id, reference }: { id: string; reference: string }) =>
      this.dispatchEvent(new CustomEvent("engage-ticket", { bubbles: true, detail: { id, reference } }));
    return <TicketForm client={client} locale={locale} opened={opened} />;
  }
}

/** `<engage-tickets base="/engage">`: a visitor's own tickets, to read, answer, close, open again and rate. */
export class EngageTickets extends OfTickets {
  protected view(client: Client, locale: string): ReactNode {
    return <OwnTickets client={client} locale={locale} />;
  }
}

const ELEMENTS = { "engage-ticket-form": EngageTicketForm, "engage-tickets": EngageTickets };

/** `base` is for those that do not say where the site's engage is. */
export function define(base: string): void {
  for (const [name, element] of Object.entries(ELEMENTS)) {
    for (const one of document.querySelectorAll(`${name}:not([base])`)) one.setAttribute("base", base);
    if (!customElements.get(name)) customElements.define(name, element);
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "engage-ticket-form": EngageTicketForm;
    "engage-tickets": EngageTickets;
  }
}
