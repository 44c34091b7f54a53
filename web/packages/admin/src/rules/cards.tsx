import { plain } from "@engage/react";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { SettingForm } from "../settings/settings";
import type { Versioned } from "../settings/versioned";
import { Icon } from "../shell/icon";
import { toast } from "../shell/toast";
import { t } from "../words";
import { FaultsProvider } from "./inputs";
import { freeName } from "./model";

interface CardSettingProps<T> extends Omit<CardsProps<T>, "of" | "copy" | "beside"> {
  name: string;
  title: string;
  hint: string;
  read(value: unknown): T[];
  /** What is sent of one. */
  write(one: T): unknown;
  copy?(one: T, all: readonly T[]): T;
  beside?(draft: T[]): ReactNode;
}

/** A setting that is a list of things with names, as cards. */
export function CardSetting<T extends { name: string }>({
  name,
  title,
  hint,
  read,
  write,
  copy = twin,
  beside,
  ...cards
}: CardSettingProps<T>) {
  return (
    <SettingForm<T[]>
      name={name}
      title={title}
      hint={hint}
      read={read}
      write={(draft) => draft.map(write)}
      show={(value) => value.map((one) => plain(one.name)).join(", ") || t("none")}
      where={whereOf}
    >
      {(of) => <Cards {...cards} of={of} copy={copy} beside={beside?.(of.draft)} />}
    </SettingForm>
  );
}

interface CardsProps<T> {
  of: Versioned<T[]>;
  /** So many the server takes. */
  most: number;
  /** What the button says that adds one. */
  add: string;
  /** What is said while there is none. */
  none: string;
  fresh(all: readonly T[]): T;
  /** Another like `one`, by a name of its own. */
  copy(one: T, all: readonly T[]): T;
  /** What it does, in words. */
  say(one: T): ReactNode;
  /** Whether it rests, and how that is changed; absent: it cannot rest. */
  rest?: { is(one: T): boolean; set(one: T, off: boolean): T };
  edit(one: T, set: (next: T) => void, path: string): ReactNode;
  /** What else can be done with all of them. */
  beside?: ReactNode;
}

/** Things in an order that matters: each said in words, and opened to be changed. All are saved together. */
function Cards<T extends { name: string }>({ of, most, add, none, rest, beside, ...card }: CardsProps<T>) {
  const { draft } = of;
  const list = useRef<HTMLOListElement>(null);
  const [open, setOpen] = useState<ReadonlySet<number>>(new Set());
  const [moved, setMoved] = useState("");
  const latest = useRef(draft);
  latest.current = draft;
  // What the server will not have is opened, so that it is seen where it stands.
  useEffect(() => {
    const faulty = Object.keys(of.wrong).flatMap((at) => /^value\/(\d+)/.exec(at)?.[1] ?? []);
    if (faulty.length > 0) setOpen((old) => new Set([...old, ...faulty.map(Number)]));
  }, [of.wrong]);

  const within = (at: number, selector: string) =>
    requestAnimationFrame(() =>
      list.current?.querySelector<HTMLElement>(`:scope > li:nth-child(${at + 1}) ${selector}`)?.focus(),
    );
  const put = (at: number, next: T) => of.set(draft.map((one, index) => (index === at ? next : one)));
  const toggle = (at: number) => {
    const next = new Set(open);
    if (!next.delete(at)) next.add(at);
    setOpen(next);
  };
  const insert = (at: number, one: T) => {
    of.set(draft.toSpliced(at, 0, one));
    setOpen(new Set([...[...open].map((index) => (index >= at ? index + 1 : index)), at]));
    within(at, ".card-body input");
  };
  const move = (at: number, by: number) => {
    const one = draft[at];
    if (!one) return;
    const to = at + by;
    of.set(draft.toSpliced(at, 1).toSpliced(to, 0, one));
    setOpen(new Set([...open].map((index) => (index === at ? to : index === to ? at : index))));
    setMoved(t("rule.moved", { name: nameOf(one), n: to + 1, of: draft.length }));
    within(to, `[data-by="${to === 0 ? 1 : to === draft.length - 1 ? -1 : by}"]`);
  };
  const drop = (at: number, one: T) => {
    of.set(draft.toSpliced(at, 1));
    setOpen(new Set([...open].filter((index) => index !== at).map((index) => (index > at ? index - 1 : index))));
    toast(t("rule.dropped", { name: nameOf(one) }), () => {
      // Where it stood, among whatever stands there by now.
      of.set(latest.current.toSpliced(at, 0, one));
    });
  };

  return (
    <FaultsProvider value={of.wrong}>
      <ol className="cards" ref={list}>
        {draft.map((one, at) => {
          const name = nameOf(one);
          const off = rest?.is(one) ?? false;
          const shown = open.has(at);
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: the name is being typed, so only the place is stable
            <li key={at} className={off ? "card-form rule-card is-off" : "card-form rule-card"}>
              <div className="rule-top">
                <button type="button" className="rule-open" aria-expanded={shown} onClick={() => toggle(at)}>
                  <Icon name="down" />
                  <span className="rule-name" dir="auto">
                    {name}
                  </span>
                  {off && <span className="badge">{t("off")}</span>}
                </button>
                {rest && (
                  <label className="check">
                    <input
                      type="checkbox"
                      role="switch"
                      aria-checked={!off}
                      checked={!off}
                      onChange={(event) => put(at, rest.set(one, !event.currentTarget.checked))}
                    />
                    <span className="aside">{t("rule.runs", { name })}</span>
                  </label>
                )}
                {([-1, 1] as const).map((by) => (
                  <button
                    key={by}
                    type="button"
                    className="tool is-small"
                    data-by={by}
                    disabled={by < 0 ? at === 0 : at === draft.length - 1}
                    aria-label={t(by < 0 ? "move.up" : "move.down", { name })}
                    onClick={() => move(at, by)}
                  >
                    <span aria-hidden="true">{by < 0 ? "↑" : "↓"}</span>
                  </button>
                ))}
                <button
                  type="button"
                  className="tool is-small"
                  disabled={draft.length >= most}
                  aria-label={t("rule.copy", { name })}
                  title={t("rule.copy", { name })}
                  onClick={() => insert(at + 1, card.copy(one, draft))}
                >
                  <Icon name="copy" />
                </button>
                <button
                  type="button"
                  className="tool is-small"
                  aria-label={t("remove", { name })}
                  title={t("remove", { name })}
                  onClick={() => drop(at, one)}
                >
                  <Icon name="trash" />
                </button>
              </div>
              {shown ? (
                <div className="card-body">{card.edit(one, (next) => put(at, next), `value/${at}`)}</div>
              ) : (
                <div className="rule-said">{card.say(one)}</div>
              )}
            </li>
          );
        })}
      </ol>
      <p className="aside" role="status">
        {moved}
      </p>
      {draft.length === 0 && <p className="quiet card-empty">{none}</p>}
      <div className="actions is-start">
        {draft.length < most && (
          <button type="button" className="button" onClick={() => insert(draft.length, card.fresh(draft))}>
            <Icon name="plus" /> {add}
          </button>
        )}
        {beside}
      </div>
    </FaultsProvider>
  );
}

function nameOf(one: { name: string }): string {
  return plain(one.name) || t("rule.nameless");
}

/** Another of the same, by a name that is free. */
export function twin<T extends { name: string }>(one: T, all: readonly T[]): T {
  return { ...one, name: freeName(t("rule.twin", { name: one.name }), all) };
}

/** Whose fault it is, for the end of a form where all are said. */
function whereOf(all: readonly { name: string }[], field: string): string {
  const one = all[Number(/^value\/(\d+)/.exec(field)?.[1] ?? Number.NaN)];
  return one ? nameOf(one) : "";
}
