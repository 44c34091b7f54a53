import { type Client, createClient, type Invitation, type Visit } from "@engage/client";
import tokensCss from "@engage/design/tokens.css?inline";
import { EngageRoot, type FilesView, type Strings } from "@engage/react";
import chatCss from "@engage/react/chat.css?inline";
import type { ComponentProps } from "react";
import { createRoot, type Root } from "react-dom/client";
import { attend, later, useLazy } from "./lazy";
import { Panel } from "./panel";
import panelCss from "./panel.css?inline";

const sent = () => import("./sent");
function Files({ files }: ComponentProps<FilesView>) {
  const there = useLazy(sent, true);
  return there && <there.SentFiles files={files} />;
}

/** What a page may want to know of the chat. */
export interface ChatState {
  unread: number;
  /** There is more unread than a moment ago, which is what `news` tells of. */
  more: boolean;
  /** The visitor has had a conversation. */
  had: boolean;
  /** One of them is open. */
  talks: boolean;
  /** The site wants to know which pages are visited meanwhile. */
  trails: boolean;
  news: { from: string; excerpt: string };
}

/**
 * `<engage-chat base="/engage">`: the chat panel. It speaks with the server from its first `open()` or `wake()` on, and shows nothing
 * before it was told how to `speak()`. It tells of itself by the events `engage-toggle` (`{open, focus}`) and `engage-state`.
 */
export class EngageChat extends HTMLElement {
  /** Where the visitor was before, for a conversation that begins. */
  pages: () => Visit[] = () => [];
  /** Fetches the texts that are not needed at once, and speaks them. */
  rest = async () => {};
  private client: Client | null = null;
  private root: Root | null = null;
  private strings: Strings | null = null;
  private locale = "en";
  private shown = false;
  private takesFocus = false;
  private told = "";
  private unread: number | null = null;
  private invitation: Invitation | null = null;

  get base(): string {
    return this.getAttribute("base") ?? "";
  }

  connectedCallback(): void {
    const shadow = this.shadowRoot ?? this.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(`:host{all:initial}${tokensCss}${chatCss}${panelCss}`);
    shadow.adoptedStyleSheets = [sheet, later];
    this.root ??= createRoot(shadow.appendChild(document.createElement("div")));
    this.watch("addEventListener");
    this.client?.start();
    this.render();
  }

  disconnectedCallback(): void {
    this.watch("removeEventListener");
    this.client?.stop();
  }

  /** The texts to show, and the locale for dates and numbers. */
  speak(strings: Strings, locale: string): void {
    this.strings = strings;
    this.locale = locale;
    this.render();
  }

  /** Starts the client without showing anything: to send what still waits, and to count what is unread. */
  wake(): Client {
    if (this.client) return this.client;
    const client = createClient({ base: this.base, role: "visitor" });
    this.client = client;
    client.subscribe(() => this.tell());
    client.start();
    attend(this.rest());
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

  /** Shows a new conversation that begins with the site's own words. */
  invite(invitation: Invitation): void {
    this.invitation = invitation;
    this.open();
  }

  private show(open: boolean, focus: boolean): void {
    if (open) this.wake();
    this.shown = open;
    this.takesFocus = focus;
    this.fit();
    this.render();
    this.dispatchEvent(new CustomEvent("engage-toggle", { detail: { open, focus } }));
  }

  private tell(): void {
    const state = this.client?.getSnapshot();
    if (!state) return;
    const { items, data } = state.inbox;
    const unread = items.reduce((sum, conversation) => sum + conversation.unread, 0);
    const news = items.find((conversation) => conversation.unread > 0)?.last_message;
    const detail: ChatState = {
      unread,
      // What was unread when the page came is no news.
      more: this.unread !== null && unread > this.unread,
      had: items.length > 0,
      talks: items.some((conversation) => conversation.status !== "closed"),
      trails: state.site?.pageTrail ?? false,
      news: { from: state.site?.name ?? "", excerpt: news?.excerpt ?? "" },
    };
    if (data === "ready" || unread > 0) this.unread = unread;
    const told = JSON.stringify(detail);
    if (told === this.told) return;
    this.told = told;
    this.dispatchEvent(new CustomEvent("engage-state", { detail }));
  }

  private watch(how: "addEventListener" | "removeEventListener"): void {
    for (const event of ["resize", "scroll"]) window.visualViewport?.[how](event, this.fit);
  }

  /** On a phone the keyboard covers part of the page: the panel takes what is left. */
  private fit = (): void => {
    const view = window.visualViewport;
    if (!view || !this.shown) return;
    this.style.setProperty("--e-height", `${view.height}px`);
    this.style.setProperty("--e-top", `${view.offsetTop}px`);
  };

  /** Nobody is known here any more: what comes next is another visitor's. */
  private forgotten = (): void => {
    this.client = null;
    this.unread = null;
    this.root?.render(null);
    this.show(false, true);
  };

  private render(): void {
    if (!this.client || !this.strings) return;
    this.root?.render(
      <EngageRoot client={this.client} strings={this.strings} locale={this.locale} files={Files}>
        <Panel
          shown={this.shown}
          focus={this.takesFocus}
          close={() => this.close()}
          invitation={this.invitation}
          pages={this.pages}
          forgotten={this.forgotten}
        />
      </EngageRoot>,
    );
  }
}

if (!customElements.get("engage-chat")) customElements.define("engage-chat", EngageChat);

declare global {
  interface HTMLElementTagNameMap {
    "engage-chat": EngageChat;
  }
}
