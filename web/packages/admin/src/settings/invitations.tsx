import { plain } from "@engage/react";
import { Icon } from "../shell/icon";
import { t } from "../words";
import { SettingForm } from "./settings";

interface Invitation {
  id: string;
  text: string;
  after_s: number | null;
  scroll: number | null;
  pages: string[];
  visits: "" | "first" | "returning";
  when: "always" | "open";
}

const MOST = 20;

/** What is said to visitors beside the launcher, and when. Not there where the server has no such setting. */
export function Invitations() {
  return (
    <SettingForm<Invitation[]>
      name="chat.invitations"
      title={t("invite.title")}
      hint={t("invite.hint")}
      read={read}
      write={(draft) => draft.map(write)}
      show={(value) => (value.length > 0 ? value.map((one) => plain(one.text)).join(" · ") : t("none"))}
    >
      {(of) => {
        const change = (at: number, part: Partial<Invitation>) =>
          of.set(of.draft.map((one, index) => (index === at ? { ...one, ...part } : one)));
        return (
          <>
            <ol className="cards">
              {of.draft.map((one, at) => (
                <li key={one.id} className="card-form">
                  <label className="field">
                    <span>{t("invite.text")}</span>
                    <textarea
                      dir="auto"
                      rows={2}
                      maxLength={500}
                      value={one.text}
                      onChange={(event) => change(at, { text: event.currentTarget.value })}
                    />
                  </label>
                  <div className="form-row">
                    <Count
                      name={t("invite.after")}
                      value={one.after_s}
                      most={3_600}
                      set={(after_s) => change(at, { after_s })}
                    />
                    <Count
                      name={t("invite.scroll")}
                      value={one.scroll}
                      most={100}
                      set={(scroll) => change(at, { scroll })}
                    />
                    <label className="field">
                      <span>{t("invite.visits")}</span>
                      <select
                        value={one.visits}
                        onChange={(event) => change(at, { visits: event.currentTarget.value as Invitation["visits"] })}
                      >
                        <option value="">{t("filter.any")}</option>
                        <option value="first">{t("invite.first")}</option>
                        <option value="returning">{t("invite.returning")}</option>
                      </select>
                    </label>
                    <label className="field">
                      <span>{t("invite.when")}</span>
                      <select
                        value={one.when}
                        onChange={(event) => change(at, { when: event.currentTarget.value as Invitation["when"] })}
                      >
                        <option value="always">{t("invite.always")}</option>
                        <option value="open">{t("invite.open")}</option>
                      </select>
                    </label>
                  </div>
                  <label className="field">
                    <span>{t("invite.pages")}</span>
                    <textarea
                      rows={2}
                      placeholder="/pricing*"
                      value={one.pages.join("\n")}
                      onChange={(event) => change(at, { pages: event.currentTarget.value.split("\n") })}
                    />
                  </label>
                  <button
                    type="button"
                    className="tool is-small"
                    aria-label={t("remove", { name: plain(one.text) })}
                    onClick={() => of.set(of.draft.filter((_, index) => index !== at))}
                  >
                    <Icon name="trash" />
                  </button>
                </li>
              ))}
            </ol>
            {of.draft.length < MOST && (
              <button type="button" className="button" onClick={() => of.set([...of.draft, fresh(of.draft)])}>
                <Icon name="plus" /> {t("invite.add")}
              </button>
            )}
          </>
        );
      }}
    </SettingForm>
  );
}

function Count({
  name,
  value,
  most,
  set,
}: {
  name: string;
  value: number | null;
  most: number;
  set(value: number | null): void;
}) {
  return (
    <label className="field">
      <span>{name}</span>
      <input
        type="number"
        min={0}
        max={most}
        value={value ?? ""}
        onChange={(event) => set(event.currentTarget.value === "" ? null : event.currentTarget.valueAsNumber)}
      />
    </label>
  );
}

function read(value: unknown): Invitation[] {
  if (!Array.isArray(value)) return [];
  return value.map((one: Partial<Invitation>) => ({
    id: String(one.id ?? ""),
    text: String(one.text ?? ""),
    after_s: one.after_s ?? null,
    scroll: one.scroll ?? null,
    pages: one.pages ?? [],
    visits: one.visits ?? "",
    when: one.when ?? "always",
  }));
}

function write({ id, text, after_s, scroll, pages, visits, when }: Invitation) {
  const globs = pages.map((page) => page.trim()).filter(Boolean);
  return {
    id,
    text: text.trim(),
    ...(after_s !== null && { after_s }),
    ...(scroll !== null && { scroll }),
    ...(globs.length > 0 && { pages: globs }),
    ...(visits && { visits }),
    when,
  };
}

function fresh(all: readonly Invitation[]): Invitation {
  let count = all.length + 1;
  while (all.some((one) => one.id === `invitation-${count}`)) count += 1;
  return { id: `invitation-${count}`, text: "", after_s: 30, scroll: null, pages: [], visits: "", when: "open" };
}
