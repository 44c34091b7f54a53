import { type Client, createClient } from "@engage/client";
import tokensCss from "@engage/design/tokens.css?inline";
import { EngageProvider } from "@engage/react";
import chatCss from "@engage/react/chat.css?inline";
import { createRoot, type Root } from "react-dom/client";
import { Panel } from "./panel";
import panelCss from "./panel.css?inline";

/**
 * `<engage-chat base="/engage">`: the chat panel. It speaks with the server from its first `open()` or `wake()` on.
 * It tells of itself by the events `engage-toggle` (`{open, focus}`) and `engage-unread` (a number).
 */
export class EngageChat extends HTMLElement {
  private client: Client | null = null;
  private root: Root | null = null;
  private shown = false;
  private takesFocus = false;
  private unread = 0;
  private off = () => {};

  get base(): string {
    return this.getAttribute("base") ?? "";
  }

  connectedCallback(): void {
    const shadow = this.shadowRoot ?? this.attachShadow({ mode: "open" });
    shadow.adoptedStyleSheets = [sheet(`:host{all:initial}${tokensCss}${chatCss}${panelCss}`)];
    if (!this.root) this.root = createRoot(shadow.appendChild(document.createElement("div")));
    window.visualViewport?.addEventListener("resize", this.fit);
    this.off = () => {
      window.visualViewport?.removeEventListener("resize", this.fit);
    };
    if (this.client) this.client.start();
    this.render();
  }

  disconnectedCallback(): void {
    this.off();
    this.client?.stop();
  }

  /** Starts the client without showing anything: to send what still waits, and to count what is unread. */
  wake(): Client {
    if (this.client) return this.client;
    const client = createClient({ base: this.base, role: "visitor" });
    this.client = client;
    client.subscribe(() => this.count());
    client.start();
    return client;
  }

  /** Shows the panel. With `focus` the reader is taken to the box to write in. */
  open(focus = true): void {
    this.show(true, focus);
  }

  close(): void {
    this.show(false, true);
  }

  toggle(): void {
    this.show(!this.shown, true);
  }

  private show(open: boolean, focus: boolean): void {
    if (open) this.wake();
    this.shown = open;
    this.takesFocus = focus;
    remember(`engage:${this.base}:open`, open);
    this.fit();
    this.render();
    this.dispatchEvent(new CustomEvent("engage-toggle", { detail: { open, focus } }));
  }

  private count(): void {
    const state = this.client?.getSnapshot();
    if (!state) return;
    const { items } = state.inbox;
    if (items.length > 0) remember(`engage:${this.base}:had`, true, true);
    const unread = items.reduce((sum, conversation) => sum + conversation.unread, 0);
    if (unread === this.unread) return;
    this.unread = unread;
    this.dispatchEvent(new CustomEvent("engage-unread", { detail: unread }));
  }

  /** On a phone the keyboard covers part of the page: the panel takes what is left. */
  private fit = (): void => {
    const view = window.visualViewport;
    if (!view || !this.shown) return;
    this.style.setProperty("--e-height", `${view.height}px`);
    this.style.setProperty("--e-top", `${view.offsetTop}px`);
  };

  private render(): void {
    if (!this.client) return;
    this.root?.render(
      <EngageProvider client={this.client} locale={document.documentElement.lang || undefined}>
        <Panel shown={this.shown} focus={this.takesFocus} close={() => this.close()} />
      </EngageProvider>,
    );
  }
}

function sheet(css: string): CSSStyleSheet {
  const made = new CSSStyleSheet();
  made.replaceSync(css);
  return made;
}

/** Storage may be forbidden; then nothing is remembered. */
function remember(key: string, value: boolean, long = false): void {
  try {
    const storage = long ? localStorage : sessionStorage;
    if (value) storage.setItem(key, "1");
    else storage.removeItem(key);
  } catch {}
}

if (!customElements.get("engage-chat")) customElements.define("engage-chat", EngageChat);

declare global {
  interface HTMLElementTagNameMap {
    "engage-chat": EngageChat;
  }
}
