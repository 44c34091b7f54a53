import type { Setting } from "@engage/client";
import { createContext, type ReactNode, useContext, useId } from "react";
import { type Loaded, useAdmin, useDesk } from "../shell/use";
import { t } from "../words";
import { SaveBar, useVersioned, type Versioned } from "./versioned";

type All = Loaded<{ settings: Setting[] }>;

const Context = createContext<All | null>(null);
export const SettingsProvider = Context.Provider;

/** The setting `key`, or null where this server has none such. */
export function useSetting(key: string): Setting | null {
  return useContext(Context)?.data?.settings.find((one) => one.key === key) ?? null;
}

interface SettingFormProps<T> {
  name: string;
  title: string;
  hint?: string;
  children(of: Versioned<T>, disabled: boolean): ReactNode;
  /** Reads what the server has: what an older or newer one sends may be of another shape. */
  read(value: unknown): T;
  /** What is sent of it. */
  write?(draft: T): unknown;
  show(value: T): ReactNode;
  beside?(draft: T): ReactNode;
  /** Whose fault something is, by its place: said before it at the end of the form. */
  where?(draft: T, field: string): string;
}

/** A form for one setting; it is not there where the server does not know the setting, and shut for who is no admin. */
export function SettingForm<T>(props: SettingFormProps<T>) {
  const setting = useSetting(props.name);
  return setting ? <Form {...props} setting={setting} /> : null;
}

function Form<T>({
  name,
  title,
  hint,
  children,
  read,
  write,
  show,
  beside,
  where,
  setting,
}: SettingFormProps<T> & { setting: Setting }) {
  const desk = useDesk();
  const admin = useAdmin();
  const all = useContext(Context);
  const id = useId();
  const kept = (one: Setting) => ({ value: read(one.value), version: one.version });
  const of = useVersioned<T>({
    kept: kept(setting),
    save: async (value, version) => kept(await desk.set(name, write ? write(value) : value, version)),
    fetch: async () => {
      const { settings } = await desk.settings();
      const now = settings.find((one) => one.key === name);
      if (!now) throw new Error("the setting is gone");
      return kept(now);
    },
    saved: () => all?.reload(),
  });
  return (
    <form
      className="setting"
      aria-labelledby={id}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (of.dirty) of.save();
      }}
    >
      <div className="setting-main">
        <h3 id={id}>{title}</h3>
        {hint && <p className="quiet">{hint}</p>}
        <fieldset disabled={!admin}>
          <legend className="aside">{title}</legend>
          {children(of, !admin)}
        </fieldset>
        {admin ? (
          <SaveBar of={of} show={show} {...(where && { where })} />
        ) : (
          <p className="quiet">{t("settings.read-only")}</p>
        )}
      </div>
      {beside && <div className="setting-beside">{beside(of.draft)}</div>}
    </form>
  );
}
