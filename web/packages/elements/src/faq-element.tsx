import { createClient, createHelp } from "@engage/client";
import tokensCss from "@engage/design/tokens.css?inline";
import { HelpCentre, languageOf } from "@engage/react";
import helpCss from "@engage/react/help.css?inline";
import { createRoot, type Root } from "react-dom/client";

/**
 * `<engage-faq base="/engage">`: the help centre as questions that open into answers. `category` shows only one, by its name in addresses;
 * `lang` or `data-locale` says in which language. What stands in the element is shown until this is ready.
 */
export class EngageFaq extends HTMLElement {
  private root: Root | null = null;

  connectedCallback(): void {
    const locale = this.dataset.locale || this.lang || document.documentElement.lang || navigator.language || "en";
    const shadow = this.shadowRoot ?? this.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(`:host{display:block}${tokensCss}${helpCss}`);
    shadow.adoptedStyleSheets = [sheet];
    // It makes requests and nothing else: the client is not started.
    const { api } = createClient({ base: this.getAttribute("base") ?? "", role: "visitor" });
    this.root ??= createRoot(shadow.appendChild(document.createElement("div")));
    this.dir ||= languageOf(locale) === "ar" ? "rtl" : "";
    const help = createHelp(api, locale.toLowerCase());
    this.root.render(<HelpCentre help={help} locale={locale} category={this.getAttribute("category")} />);
  }

  disconnectedCallback(): void {
    this.root?.unmount();
    this.root = null;
    this.shadowRoot?.replaceChildren();
  }
}

/** `base` is for those that do not say where the site's engage is. */
export function define(base: string): void {
  for (const element of document.querySelectorAll("engage-faq:not([base])")) element.setAttribute("base", base);
  if (!customElements.get("engage-faq")) customElements.define("engage-faq", EngageFaq);
}
