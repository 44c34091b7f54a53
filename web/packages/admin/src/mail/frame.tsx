import { trusted } from "@engage/react";
import { useEffect, useRef } from "react";

interface MailFrameProps {
  /** A page of HTML that the server has drawn. */
  html: string;
  title: string;
}

/**
 * A mail as its reader sees it, in a frame of its own in which no script runs and from which nothing leads away. The panel's policy
 * holds in it too and forbids the looks that are written beside the elements, so they are applied from here.
 */
export function MailFrame({ html, title }: MailFrameProps) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const { bare, sheets } = undressed(html);
    const known = place.current?.querySelector("iframe");
    const frame = known ?? document.createElement("iframe");
    const dressed = () => dress(frame, sheets);
    frame.addEventListener("load", dressed);
    frame.className = "mail-frame";
    frame.title = title;
    frame.setAttribute("sandbox", "allow-same-origin");
    frame.srcdoc = trusted(bare);
    if (!known) place.current?.append(frame);
    return () => frame.removeEventListener("load", dressed);
  }, [html, title]);
  return <div ref={place} className="mail-framed" />;
}

/** The page without its looks. Quotes in texts are written as entities, so what is found here stands in a tag. */
export function undressed(html: string): { bare: string; sheets: string[] } {
  const sheets: string[] = [];
  const bare = html
    .replace(/<style\b[^>]*>([\s\S]*?)<\/style>/gi, (_, sheet: string) => {
      sheets.push(sheet);
      return "";
    })
    .replace(/(?<=\s)style(?==")/g, "data-look");
  return { bare, sheets };
}

function dress(frame: HTMLIFrameElement, sheets: readonly string[]): void {
  const { contentDocument: page, contentWindow: window } = frame;
  if (!page || !window) return;
  for (const element of page.querySelectorAll<HTMLElement>("[data-look]")) {
    element.style.cssText = element.dataset.look ?? "";
  }
  // Of the frame's own window: another's is refused.
  const Sheet = (window as unknown as typeof globalThis).CSSStyleSheet;
  page.adoptedStyleSheets = sheets.map((css) => {
    const sheet = new Sheet();
    sheet.replaceSync(css);
    return sheet;
  });
  page.addEventListener("click", (event) => event.preventDefault());
  const fit = () => {
    // What scrolls is never less than the frame is high, so that alone would not let it shrink.
    frame.height = String(Math.ceil(page.documentElement.getBoundingClientRect().height));
  };
  fit();
  new ResizeObserver(fit).observe(page.body);
}
