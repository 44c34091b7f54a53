import { ApiError, type Self } from "@engage/client";
import { useEffect, useId, useRef, useState } from "react";
import { useEngage } from "./context";
import { EMAIL, Field as Input, NAME } from "./field";
import { kept, MEMO, type Words } from "./memo";
import type { Strings } from "./strings";

const FIELDS = ["name", "email"] as const;

type Field = (typeof FIELDS)[number];

export interface ContactFormProps {
  self: Self;
  /** Takes the focus when it appears. */
  focus?: boolean;
  /** It was saved, and this is what to say about it; or null: it was cancelled. */
  done(said: string | null): void;
}

/** Where a visitor says who they are. What is typed outlives refusals, lost connections and the page. */
export function ContactForm({ self, focus = false, done }: ContactFormProps) {
  const { client, strings } = useEngage();
  const [words, setWords] = useState<Words>(() => kept(client) ?? { name: self.name ?? "", email: self.email ?? "" });
  const [faults, setFaults] = useState<Partial<Words>>({});
  const [trouble, setTrouble] = useState<string | null>(null);
  const [saving, setSaving] = useState(false);
  const busy = useRef(false);
  const form = useRef<HTMLFormElement>(null);
  const title = useId();

  useEffect(() => {
    if (focus) form.current?.querySelector("input")?.focus();
  }, []);
  useEffect(() => {
    form.current?.querySelector<HTMLInputElement>("input[aria-invalid=true]")?.focus();
  }, [faults]);

  const type = (field: Field, text: string) => {
    const next = { ...words, [field]: text };
    setWords(next);
    client.setMemo(MEMO, JSON.stringify(next));
  };
  const end = (said: string | null) => {
    client.setMemo(MEMO, "");
    done(said);
  };
  const save = async () => {
    // Two presses may come before the page shows the first.
    if (busy.current) return;
    busy.current = true;
    setSaving(true);
    setTrouble(null);
    try {
      await client.identify(words);
      end(strings.whoSaved(words.name.trim() || words.email.trim()));
    } catch (error) {
      const found = faultsOf(error, strings);
      setFaults(found);
      if (Object.keys(found).length === 0) setTrouble(strings.whoNotSaved(codeOf(error)));
    } finally {
      busy.current = false;
      setSaving(false);
    }
  };

  return (
    <form
      ref={form}
      className="e-contact"
      aria-labelledby={title}
      aria-busy={saving}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
    >
      <p id={title} className="e-contact-title">
        {strings.who} <span>{strings.optional}</span>
      </p>
      <div className="e-fields">
        {FIELDS.map((field) => (
          <Input
            key={field}
            label={strings[field]}
            value={words[field]}
            fault={faults[field]}
            input={(text) => type(field, text)}
            more={field === "name" ? NAME : EMAIL}
          />
        ))}
      </div>
      {trouble && (
        <p className="e-fault" role="alert">
          {trouble}
        </p>
      )}
      <div className="e-choices">
        <button type="button" className="e-choice" onClick={() => end(null)}>
          {strings.cancel}
        </button>
        <button type="submit" className="e-choice e-chief">
          {saving ? strings.saving : strings.save}
        </button>
      </div>
    </form>
  );
}

function faultsOf(error: unknown, strings: Strings): Partial<Words> {
  const faults: Partial<Words> = {};
  for (const { field, code } of (error instanceof ApiError && error.problem?.errors) || []) {
    const known = FIELDS.find((name) => field === `/${name}`);
    if (known) faults[known] = strings.fault(code);
  }
  return faults;
}

function codeOf(error: unknown): string {
  return error instanceof ApiError ? error.failure.code : "";
}
