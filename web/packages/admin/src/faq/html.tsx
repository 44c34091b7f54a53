import { useEffect, useRef } from "react";

interface Policy {
  createHTML(html: string): string;
}

const factory = (globalThis as { trustedTypes?: { createPolicy(name: string, rules: Policy): Policy } }).trustedTypes;
let policy: Policy | undefined;

/** HTML that the server has made of markdown: it lets through only what is on its list of elements, attributes and addresses. */
export function Html({ html, label }: { html: string; label: string }) {
  const box = useRef<HTMLElement>(null);
  useEffect(() => {
    if (!box.current) return;
    policy ??= factory?.createPolicy("engage-article", { createHTML: (given) => given });
    box.current.innerHTML = policy ? policy.createHTML(html) : html;
  }, [html]);
  return <section ref={box} className="faq-html" aria-label={label} dir="auto" />;
}
