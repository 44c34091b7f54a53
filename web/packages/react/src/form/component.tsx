import { useEffect, useRef } from "react";
import { mountForm } from "./mount";
import { formWords } from "./words";

export interface EngageFormProps {
  /** Where engage is, without a slash at the end: `/engage`. */
  base: string;
  /** Which form. */
  name: string;
  /** The page's language unless given. */
  locale?: string;
  sent?(): void;
}

/** A form of engage, in place. It bears no looks of its own: it is plain HTML in the page's. */
export function EngageForm({ base, name, locale, sent }: EngageFormProps) {
  const place = useForm({ base, name, locale, sent });
  return <div ref={place} className="engage-form" />;
}

/** The same as a hook: what it gives is the `ref` of the element that takes the form. */
export function useForm({ base, name, locale, sent }: EngageFormProps) {
  const place = useRef<HTMLDivElement>(null);
  const told = useRef(sent);
  told.current = sent;
  useEffect(() => {
    const { current } = place;
    if (!current) return;
    const language = locale || document.documentElement.lang || navigator.language || "en";
    const options = { base, name, locale: language, words: formWords(language), sent: () => told.current?.() };
    const release = mountForm(current, null, options);
    return () => {
      release();
      current.replaceChildren();
    };
  }, [base, name, locale]);
  return place;
}
