import { plain } from "@engage/react";
import { createContext, useContext, useId, useRef, useState } from "react";
import { Icon } from "../shell/icon";
import { t } from "../words";
import { span } from "./said";

/** What the server says is wrong, by the place where it stands. */
const Faults = createContext<Readonly<Record<string, string>>>({});
export const FaultsProvider = Faults.Provider;

/** What is wrong at `path` or anywhere below it; empty: nothing. */
export function useFault(path: string): string {
  const found = Object.entries(useContext(Faults)).find(([at]) => at === path || at.startsWith(`${path}/`));
  return found?.[1] ?? "";
}

/** Says what is wrong with a field, beside it. */
export function Fault({ id, text }: { id: string; text: string }) {
  return (
    <p id={`${id}-fault`} className="fault">
      {text}
    </p>
  );
}

/** What tells of it whoever does not see it. */
export function told(id: string, fault: string) {
  return { "aria-invalid": fault !== "", "aria-describedby": fault ? `${id}-fault` : undefined };
}

interface NamedProps {
  label: string;
  path: string;
}

interface LineProps extends NamedProps {
  value: string;
  most: number;
  long?: boolean;
  /** The label is only read out. */
  bare?: boolean;
  set(value: string): void;
}

/** One text. */
export function Line({ label, path, value, most, long = false, bare = false, set }: LineProps) {
  const id = useId();
  const fault = useFault(path);
  const shared = { id, dir: "auto" as const, maxLength: most, value, ...told(id, fault) };
  return (
    <div className="field">
      <label htmlFor={id} className={bare ? "aside" : undefined}>
        {label}
      </label>
      {long ? (
        <textarea {...shared} rows={3} onChange={(event) => set(event.currentTarget.value)} />
      ) : (
        <input {...shared} onChange={(event) => set(event.currentTarget.value)} />
      )}
      <Fault id={id} text={fault} />
    </div>
  );
}

interface ChoiceProps extends NamedProps {
  value: string;
  options: readonly (readonly [string, string])[];
  bare?: boolean;
  set(value: string): void;
}

/** One of several. What was chosen and is no more stays to be seen. */
export function Choice({ label, path, value, options, bare = false, set }: ChoiceProps) {
  const id = useId();
  const fault = useFault(path);
  const gone = !options.some(([key]) => key === value);
  return (
    <div className="field">
      <label htmlFor={id} className={bare ? "aside" : undefined}>
        {label}
      </label>
      <select id={id} value={value} {...told(id, fault)} onChange={(event) => set(event.currentTarget.value)}>
        {gone && <option value={value}>{plain(value)}</option>}
        {options.map(([key, name]) => (
          <option key={key} value={key}>
            {name}
          </option>
        ))}
      </select>
      <Fault id={id} text={fault} />
    </div>
  );
}

const UNITS = [
  { key: "minute", minutes: 1 },
  { key: "hour", minutes: 60 },
  { key: "day", minutes: 24 * 60 },
] as const;
type Unit = (typeof UNITS)[number]["key"];

/** The largest unit that `minutes` are a whole number of. */
function unitOf(minutes: number): Unit {
  return UNITS.findLast((unit) => minutes >= unit.minutes && minutes % unit.minutes === 0)?.key ?? "minute";
}

interface SpanProps extends NamedProps {
  minutes: number;
  set(minutes: number): void;
}

/** How long something lasts, in the unit that one thinks in. */
export function Span({ label, path, minutes, set }: SpanProps) {
  const id = useId();
  const fault = useFault(path);
  const [unit, setUnit] = useState(() => unitOf(minutes));
  // What came from elsewhere may not fit the unit.
  const shown = minutes % factor(unit) === 0 ? unit : unitOf(minutes);
  return (
    <div className="field">
      <div className="rule-span">
        <input
          type="number"
          inputMode="numeric"
          min={1}
          aria-label={label}
          {...told(id, fault)}
          value={minutes > 0 ? minutes / factor(shown) : ""}
          onChange={(event) => set(Math.max(0, Math.round(Number(event.currentTarget.value) * factor(shown))))}
        />
        <select
          aria-label={t("rule.unit", { what: label })}
          value={shown}
          onChange={(event) => {
            const next = event.currentTarget.value as Unit;
            setUnit(next);
            set(Math.round((minutes / factor(shown)) * factor(next)));
          }}
        >
          {UNITS.map(({ key }) => (
            <option key={key} value={key}>
              {t(`rule.unit.${key}`)}
            </option>
          ))}
        </select>
        <span className="aside">{span(minutes)}</span>
      </div>
      <Fault id={id} text={fault} />
    </div>
  );
}

function factor(unit: Unit): number {
  return UNITS.find((one) => one.key === unit)?.minutes ?? 1;
}

/** `null`, which stands for nothing, among the keys of options. */
const NOTHING = "\u0000";

interface SeveralProps<T extends string | null> extends NamedProps {
  values: readonly T[];
  options: readonly (readonly [T, string])[];
  name(value: T): string;
  set(values: T[]): void;
}

/** Some of several, each once. */
export function Several<T extends string | null>({ label, path, values, options, name, set }: SeveralProps<T>) {
  const id = useId();
  const fault = useFault(path);
  const left = options.filter(([key]) => !values.includes(key));
  const box = useRef<HTMLSelectElement>(null);
  return (
    <div className="field">
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset has a legend, which cannot stand among what it holds */}
      <div className="labels" role="group" aria-label={label}>
        {values.map((value) => (
          <Tag
            key={value ?? NOTHING}
            name={name(value)}
            drop={() => {
              set(values.filter((one) => one !== value));
              box.current?.focus();
            }}
          />
        ))}
        {left.length > 0 && (
          <select
            ref={box}
            aria-label={t("rule.add-to", { what: label })}
            {...told(id, fault)}
            value=""
            onChange={(event) => {
              const chosen = left.find(([key]) => (key ?? NOTHING) === event.currentTarget.value);
              if (chosen) set([...values, chosen[0]]);
            }}
          >
            <option value="">{t("ticket.add")}…</option>
            {left.map(([key, text]) => (
              <option key={key ?? NOTHING} value={key ?? NOTHING}>
                {text}
              </option>
            ))}
          </select>
        )}
      </div>
      <Fault id={id} text={fault} />
    </div>
  );
}

interface TextsProps<T> extends NamedProps {
  values: readonly T[];
  name(value: T): string;
  /** What a text that was typed stands for. */
  read(text: string): T;
  most: number;
  /** What stands for nothing, where that may be asked for. */
  nothing?: T;
  set(values: T[]): void;
}

/** Texts of one's own: Enter adds one, and so does going on. */
export function Texts<T>({ label, path, values, name, read, most, nothing, set }: TextsProps<T>) {
  const id = useId();
  const fault = useFault(path);
  const [text, setText] = useState("");
  const field = useRef<HTMLInputElement>(null);
  const add = () => {
    const wanted = text.trim();
    if (!wanted) return;
    const value = read(wanted);
    if (!values.includes(value)) set([...values, value]);
    setText("");
  };
  return (
    <div className="field">
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset has a legend, which cannot stand among what it holds */}
      <div className="labels" role="group" aria-label={label}>
        {values.map((value, at) => (
          <Tag
            key={String(value)}
            name={name(value)}
            drop={() => {
              set(values.filter((_, index) => index !== at));
              field.current?.focus();
            }}
          />
        ))}
        <input
          ref={field}
          dir="auto"
          maxLength={most}
          aria-label={t("rule.add-to", { what: label })}
          {...told(id, fault)}
          placeholder={`${t("ticket.add")}…`}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          onBlur={add}
          onKeyDown={(event) => {
            if (event.key !== "Enter" || event.nativeEvent.isComposing) return;
            event.preventDefault();
            add();
          }}
        />
        {nothing !== undefined && !values.includes(nothing) && (
          <button type="button" className="chip" onClick={() => set([...values, nothing])}>
            <Icon name="plus" /> {name(nothing)}
          </button>
        )}
      </div>
      <Fault id={id} text={fault} />
    </div>
  );
}

function Tag({ name, drop }: { name: string; drop(): void }) {
  return (
    <span className="chip" dir="auto">
      {plain(name)}
      <button type="button" aria-label={t("remove", { name: plain(name) })} onClick={drop}>
        <Icon name="close" />
      </button>
    </span>
  );
}
