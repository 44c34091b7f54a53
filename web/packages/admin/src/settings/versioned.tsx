import { type ReactNode, useEffect, useRef, useState } from "react";
import { toast } from "../shell/toast";
import { t } from "../words";
import { codeOf, faults, trouble } from "../words/trouble";

interface Kept<T> {
  value: T;
  version: number;
}

interface VersionedOptions<T> {
  kept: Kept<T>;
  save(value: T, version: number): Promise<Kept<T>>;
  /** What the server has now: asked after somebody else was faster. */
  fetch(): Promise<Kept<T>>;
  /** Hears what was saved. */
  saved?(kept: Kept<T>): void;
}

export type Versioned<T> = ReturnType<typeof useVersioned<T>>;

/**
 * Something that several people may change at once. What is typed here is never lost: when somebody else saved meanwhile, both are
 * shown, and whoever edits decides.
 */
export function useVersioned<T>({ kept, save, fetch, saved }: VersionedOptions<T>) {
  const [draft, setDraft] = useState(kept.value);
  const [base, setBase] = useState(kept);
  const [theirs, setTheirs] = useState<Kept<T> | null>(null);
  const [wrong, setWrong] = useState<Record<string, string>>({});
  const [busy, setBusy] = useState(false);
  const now = useRef({ draft, busy });
  now.current.draft = draft;
  const dirty = !same(draft, base.value);

  // Changed elsewhere: taken over where nothing was typed, else kept for the moment of saving.
  useEffect(() => {
    if (kept.version <= base.version && same(kept.value, base.value)) return;
    if (kept.version < base.version) return;
    if (same(now.current.draft, base.value)) setDraft(kept.value);
    else if (!same(now.current.draft, kept.value)) setTheirs(kept);
    if (same(now.current.draft, base.value) || same(now.current.draft, kept.value)) setBase(kept);
  }, [kept.version, kept.value]);

  // A tab that is closed with something unsaved in it asks first.
  useEffect(() => {
    if (!dirty) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener("beforeunload", ask);
    return () => removeEventListener("beforeunload", ask);
  }, [dirty]);

  const put = async (version: number) => {
    if (now.current.busy) return;
    now.current.busy = true;
    setBusy(true);
    setWrong({});
    try {
      const next = await save(draft, version);
      setBase(next);
      setTheirs(null);
      if (same(now.current.draft, draft)) setDraft(next.value);
      saved?.(next);
      toast(t("saved"));
    } catch (error) {
      const conflict = codeOf(error) === "conflict" ? await fetch().catch(() => null) : null;
      if (conflict) setTheirs(conflict);
      else {
        const found = faults(error);
        setWrong(Object.keys(found).length > 0 ? found : { "": trouble(error) });
      }
    } finally {
      now.current.busy = false;
      setBusy(false);
    }
  };

  return {
    draft,
    set: setDraft,
    dirty,
    busy,
    /** Faults by their JSON pointer; under the empty name what concerns no field. */
    wrong,
    theirs: theirs?.value ?? null,
    save: () => void put(theirs?.version ?? base.version),
    reset: () => {
      setDraft(base.value);
      setWrong({});
    },
    take() {
      if (!theirs) return;
      setBase(theirs);
      setDraft(theirs.value);
      setTheirs(null);
    },
  };
}

interface SaveBarProps<T> {
  of: Versioned<T>;
  /** What somebody else saved, so that it can be compared. */
  show(value: T): ReactNode;
  /** Whose fault something is, by its place. */
  where?(draft: T, field: string): string;
}

/** The end of a form: what went wrong, what somebody else did meanwhile, and the buttons. */
export function SaveBar<T>({ of, show, where }: SaveBarProps<T>) {
  const { dirty, busy, wrong, theirs } = of;
  const faulty = Object.entries(wrong);
  return (
    <div className="save-bar">
      <div role="alert">
        {theirs !== null && (
          <div className="conflict">
            <p>{t("conflict.text")}</p>
            <div className="conflict-theirs" dir="auto">
              {show(theirs)}
            </div>
            <div className="actions">
              <button type="button" className="button" onClick={of.take}>
                {t("conflict.theirs")}
              </button>
              <button type="button" className="button is-chief" disabled={busy} onClick={of.save}>
                {t("conflict.mine")}
              </button>
            </div>
          </div>
        )}
        {faulty.map(([field, text]) => {
          const whose = where?.(of.draft, field);
          return (
            <p key={field} className="fault">
              {whose ? t("fault.of", { whose, text }) : text}
            </p>
          );
        })}
      </div>
      {theirs === null && (
        <div className="actions">
          <button type="button" className="button" disabled={!dirty || busy} onClick={of.reset}>
            {t("reset")}
          </button>
          <button type="submit" className="button is-chief" disabled={!dirty || busy}>
            {busy ? t("saving") : t("save")}
          </button>
        </div>
      )}
    </div>
  );
}

export function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
