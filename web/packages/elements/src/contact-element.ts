import tokensCss from "@engage/design/tokens.css?form&inline";
import { formWords, mountForm } from "@engage/react";
import pageCss from "./contact-page.css?inline";

/**
 * `<engage-contact form="contact">`: a form of the site. Around a `<form>` of the page, such as what the server writes at
 * `/forms/NAME`, it brings that one to life, in the page's own looks; else it shows one of its own. What else stands in it is for
 * browsers without JavaScript. It tells by the event `engage-sent` that it has arrived.
 */
export class EngageContact extends HTMLElement {
  private release: (() => void) | null = null;

  connectedCallback(): void {
    const name = this.getAttribute("form") || "contact";
    const locale =
      this.getAttribute("locale") || this.closest("[lang]")?.getAttribute("lang") || navigator.language || "en";
    const options = {
      base: this.getAttribute("base") ?? "",
      name,
      locale,
      words: formWords(locale),
      sent: () => this.dispatchEvent(new CustomEvent("engage-sent", { bubbles: true })),
    };
    const found = this.querySelector("form");
    if (found) {
      this.release = mountForm(this, found, options);
      return;
    }
    const shadow = this.shadowRoot ?? this.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(`${tokensCss}${pageCss}:host{display:block;color-scheme:inherit;font:inherit;color:var(--e-fg)}`);
    shadow.adoptedStyleSheets = [sheet];
    const place = document.createElement("div");
    shadow.replaceChildren(place);
    this.release = mountForm(place, null, options);
  }

  disconnectedCallback(): void {
    this.release?.();
    this.release = null;
  }
}

if (!customElements.get("engage-contact")) customElements.define("engage-contact", EngageContact);

declare global {
  interface HTMLElementTagNameMap {
    "engage-contact": EngageContact;
  }
}
