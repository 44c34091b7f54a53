import type { Look } from "@engage/elements/look";
import { plain } from "@engage/react";
import { Suspense } from "react";
import { SettingForm, useSetting } from "../settings/settings";
import { later } from "../shell/later";
import { useSelect } from "../shell/use";
import { t } from "../words";
import { contrast, type Ground, isColour, LEAST, readable } from "./colour";
import { Texts } from "./texts";

const WidgetPreview = later(() => import("./preview"));

const THEMES = ["auto", "light", "dark"] as const;
const CORNERS = ["end", "start"] as const;
const ICONS = ["chat", "question", "mail", "smile"] as const;
/** Engage's own colour: where one's own begins. */
const USUAL = { light: "#1b6a55", dark: "#74d0b3" };

interface Draft {
  accent: { light: string; dark: string } | null;
  theme: (typeof THEMES)[number];
  position: (typeof CORNERS)[number];
  icon: (typeof ICONS)[number];
  label: string;
  title: string;
  avatars: boolean;
}

/** How the launcher and the panel look, beside the widget itself as it would be, and what they say. */
export default function Appearance() {
  const greeting = useSetting("chat.greeting");
  const fields = useSetting("chat.fields");
  const site = useSelect((state) => state.site?.name ?? "");
  return (
    <>
      <SettingForm<Draft>
        name="chat.look"
        title={t("settings.look")}
        hint={t("look.hint")}
        read={read}
        show={(value) => <Summary look={value} />}
        beside={(draft) => (
          <Suspense fallback={<p className="quiet">{t("loading")}</p>}>
            <WidgetPreview
              site={site}
              greeting={String(greeting?.value ?? "")}
              fields={Array.isArray(fields?.value) ? fields.value : []}
              look={wearable(draft)}
              talks
            />
          </Suspense>
        )}
      >
        {({ draft, set }) => {
          const change = (part: Partial<Draft>) => set({ ...draft, ...part });
          return (
            <>
              <label className="check">
                <input
                  type="checkbox"
                  checked={draft.accent !== null}
                  onChange={(event) => change({ accent: event.currentTarget.checked ? USUAL : null })}
                />
                {t("look.colour")}
              </label>
              {draft.accent && <Colours accent={draft.accent} set={(accent) => change({ accent })} />}
              <div className="form-row">
                <Choose
                  name={t("look.theme")}
                  all={THEMES}
                  value={draft.theme}
                  say={themeName}
                  set={(theme) => change({ theme })}
                />
                <Choose
                  name={t("look.icon")}
                  all={ICONS}
                  value={draft.icon}
                  say={(one) => t(`look.icon.${one}`)}
                  set={(icon) => change({ icon })}
                />
              </div>
              <Choose
                name={t("look.position")}
                all={CORNERS}
                value={draft.position}
                say={(one) => t(`look.position.${one}`)}
                set={(position) => change({ position })}
              />
              {(["label", "title"] as const).map((name) => (
                <label key={name} className="field">
                  <span>{t(`look.${name}`)}</span>
                  <input
                    dir="auto"
                    maxLength={60}
                    value={draft[name]}
                    onChange={(event) => change({ [name]: event.currentTarget.value })}
                  />
                  <span className="quiet">{t(`look.${name}.hint`)}</span>
                </label>
              ))}
              <label className="check">
                <input
                  type="checkbox"
                  checked={draft.avatars}
                  onChange={(event) => change({ avatars: event.currentTarget.checked })}
                />
                {t("look.avatars")}
              </label>
            </>
          );
        }}
      </SettingForm>
      <Texts />
    </>
  );
}

const themeName = (theme: Draft["theme"]) => (theme === "auto" ? t("look.auto") : t(`me.theme.${theme}`));

interface ChooseProps<T extends string> {
  name: string;
  all: readonly T[];
  value: T;
  say(one: T): string;
  set(value: T): void;
}

function Choose<T extends string>({ name, all, value, say, set }: ChooseProps<T>) {
  return (
    <label className="field">
      <span>{name}</span>
      <select value={value} onChange={(event) => set(event.currentTarget.value as T)}>
        {all.map((one) => (
          <option key={one} value={one}>
            {say(one)}
          </option>
        ))}
      </select>
    </label>
  );
}

type Accent = NonNullable<Draft["accent"]>;

function Colours({ accent, set }: { accent: Accent; set(accent: Accent): void }) {
  const choose = (ground: Ground, colour: string) => {
    const next = { ...accent, [ground]: colour };
    // As long as nobody has chosen another for the dark, it follows.
    const follows = isColour(accent.light) && accent.dark === readable(accent.light, "dark");
    if (ground === "light" && isColour(colour) && (follows || accent === USUAL)) next.dark = readable(colour, "dark");
    set(next);
  };
  return (
    <div className="form-row">
      {(["light", "dark"] as const).map((ground) => (
        <Colour key={ground} ground={ground} value={accent[ground]} set={(colour) => choose(ground, colour)} />
      ))}
    </div>
  );
}

function Colour({ ground, value, set }: { ground: Ground; value: string; set(value: string): void }) {
  const known = isColour(value);
  const is = known ? contrast(value, ground) : 0;
  const ratio = (Math.floor(is * 10) / 10).toFixed(1);
  const name = t(`look.${ground}`);
  const better = known && is < LEAST ? readable(value, ground) : null;
  return (
    <div className="field">
      <span>{name}</span>
      <span className="colour">
        <input
          type="color"
          aria-label={name}
          value={known ? value : "#000000"}
          onChange={(event) => set(event.currentTarget.value)}
        />
        <input
          dir="ltr"
          aria-label={`${name}, #rrggbb`}
          aria-invalid={is < LEAST}
          maxLength={7}
          value={value}
          onChange={(event) => set(event.currentTarget.value.trim())}
        />
      </span>
      <span className={better ? "fault" : "quiet"} role="status">
        {known ? t(better ? "look.poor" : "look.contrast", { ratio }) : t("fault.malformed")}
      </span>
      {better && (
        <button type="button" className="button is-small" onClick={() => set(better)}>
          {t("look.nearest", { colour: better })}
        </button>
      )}
    </div>
  );
}

function Summary({ look }: { look: Draft }) {
  const { accent, theme, icon, position, label, title, avatars } = look;
  const said = [
    accent && `${accent.light} / ${accent.dark}`,
    themeName(theme),
    t(`look.icon.${icon}`),
    t(`look.position.${position}`),
    plain(label),
    plain(title),
    avatars && t("look.avatars"),
  ];
  return <p>{said.filter(Boolean).join(" · ")}</p>;
}

/** While a colour is being typed, the last that is one is worn. */
function wearable({ accent, ...look }: Draft): Look {
  const whole = accent && isColour(accent.light) && isColour(accent.dark);
  return { ...look, ...(whole && { accent }) };
}

function read(value: unknown): Draft {
  const { accent, theme, position, icon, label, title, avatars } = (value ?? {}) as Partial<Draft>;
  const one = <T extends string>(all: readonly T[], wanted: unknown) =>
    all.find((it) => it === wanted) ?? (all[0] as T);
  return {
    accent: accent ? { light: String(accent.light), dark: String(accent.dark) } : null,
    theme: one(THEMES, theme),
    position: one(CORNERS, position),
    icon: one(ICONS, icon),
    label: String(label ?? ""),
    title: String(title ?? ""),
    avatars: avatars !== false,
  };
}
