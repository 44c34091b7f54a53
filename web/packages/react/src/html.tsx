import { useEffect, useRef } from "react";

interface Policy {
  createHTML(html: string): string;
}

const factory = (globalThis as { trustedTypes?: { createPolicy(name: string, rules: Policy): Policy } }).trustedTypes;
let policy: Policy | undefined;

export interface ServedHtmlProps {
  html: string;
  className: string;
  /** The language that it is in. */
  lang?: string;
  label?: string;
}

/**
 * HTML that the server has made of markdown: it lets through only what is on its list of elements, attributes and addresses. The
 * one place where a string becomes HTML; nothing else may be given to it. Where trusted types are asked for, the policy is `engage`.
 */
export function ServedHtml({ html, className, lang, label }: ServedHtmlProps) {
  const box = useRef<HTMLElement>(null);
  useEffect(() => {
    if (!box.current) return;
    box.current.innerHTML = trusted(html);
  }, [html]);
  return <section ref={box} className={className} lang={lang} aria-label={label} dir="auto" />;
}

/** HTML that the server has made, for `ServedHtml` and for frames in which no script runs; nothing else may be given to it. */
export function trusted(html: string): string {
  policy ??= factory?.createPolicy("engage", { createHTML: (given) => given });
  return policy ? policy.createHTML(html) : html;
}
