import { useEngage } from "@engage/react";
import { type KeyboardEvent, type ReactNode, useId, useRef, useState } from "react";
import { filterLink, VIEWS } from "../inbox/filter";
import { t } from "../words";
import { Avatar } from "./avatar";
import { Dialog } from "./dialog";
import { Icon, type IconName } from "./icon";
import { can, KEYS, run, written } from "./keys";
import { contactName } from "./names";
import { go, href } from "./route";
import { screensOf } from "./systems";
import { attempt, useAdmin, useCalm, useDesk, useLoad } from "./use";

interface Entry {
  key: string;
  name: string;
  sign: ReactNode;
  hint?: string;
  act(): void;
}

/** So many are shown at most. */
const MOST = 12;
/** What may be what people call a ticket by. */
const NUMBER = /^[\p{L}_#-]{0,8}\d{1,15}$/u;

/** Everything that can be done or gone to, found by typing: a combobox with its list. */
export default function Palette({ close, help }: { close(): void; help(): void }) {
  const [text, setText] = useState("");
  const [at, setAt] = useState(0);
  const id = useId();
  const list = useRef<HTMLDivElement>(null);
  const entries = useEntries(text.trim(), help).slice(0, MOST);
  const chosen = entries[Math.min(at, entries.length - 1)];

  const choose = (entry: Entry | undefined) => {
    if (!entry) return;
    close();
    // The dialog gives the focus back first; what is done then may take it.
    setTimeout(entry.act);
  };
  const pressed = (event: KeyboardEvent) => {
    const to = { ArrowDown: at + 1, ArrowUp: at - 1 }[event.key];
    if (to !== undefined && entries.length > 0) {
      event.preventDefault();
      const next = (to + entries.length) % entries.length;
      setAt(next);
      list.current?.children[next]?.scrollIntoView({ block: "nearest" });
    }
    if (event.key === "Enter" && !event.nativeEvent.isComposing) {
      event.preventDefault();
      choose(chosen);
    }
  };

  return (
    <Dialog title={t("palette.title")} close={close} look="palette">
      <input
        autoFocus
        type="text"
        role="combobox"
        aria-expanded="true"
        aria-controls={id}
        aria-autocomplete="list"
        aria-activedescendant={chosen ? `${id}-${chosen.key}` : undefined}
        aria-label={t("palette.title")}
        placeholder={t("palette.hint")}
        maxLength={200}
        value={text}
        onChange={(event) => {
          setText(event.currentTarget.value);
          setAt(0);
        }}
        onKeyDown={pressed}
      />
      <div ref={list} id={id} role="listbox" aria-label={t("palette.title")} className="palette-list">
        {entries.map((entry) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the field has the keys
          <div
            key={entry.key}
            id={`${id}-${entry.key}`}
            role="option"
            tabIndex={-1}
            aria-selected={entry === chosen}
            className="palette-entry"
            onClick={() => choose(entry)}
          >
            {entry.sign}
            <span className="cut-text" dir="auto">
              {entry.name}
            </span>
            {entry.hint && <kbd>{entry.hint}</kbd>}
          </div>
        ))}
      </div>
      <p className="aside" role="status">
        {entries.length === 0 ? t("palette.none") : t("palette.count", { n: entries.length })}
      </p>
      {entries.length === 0 && <p className="quiet palette-none">{t("palette.none")}</p>}
    </Dialog>
  );
}

function useEntries(text: string, help: () => void): Entry[] {
  const { client } = useEngage();
  const desk = useDesk();
  const admin = useAdmin();
  const sought = useCalm(text, 180);
  const found = useLoad(sought.length > 1 ? sought : null, () => desk.contacts(sought));
  const icon = (name: IconName) => <Icon name={name} />;
  const commands: Entry[] = KEYS.filter(({ command }) => command !== "palette" && can(command)).map((one) => ({
    key: one.command,
    name: t(one.does),
    sign: icon("bolt"),
    hint: written(one.keys).join(" "),
    act: () => (one.command === "help" ? help() : run(one.command)),
  }));
  const screens: Entry[] = screensOf(admin).map((one) => ({
    key: `to-${one.key}`,
    name: t("palette.go", { where: t(one.name) }),
    sign: icon(one.icon),
    act: () => go(href(one.key)),
  }));
  const views: Entry[] = VIEWS.everybody.map((one) => ({
    key: `view-${one.key}`,
    name: t("palette.go", { where: t(one.name) }),
    sign: icon("filter"),
    act: () => go(filterLink(one.filter)),
  }));
  const presence: Entry[] = (["online", "away"] as const).map((status) => ({
    key: `be-${status}`,
    name: t(`palette.${status}`),
    sign: icon("person"),
    act: () => void attempt(client.setAvailable(status)),
  }));
  const open: Entry[] = client
    .getSnapshot()
    .inbox.items.slice(0, 500)
    .map((item) => ({
      key: `c-${item.id}`,
      name: contactName(item.contact),
      sign: <Avatar name={contactName(item.contact)} />,
      act: () => go(href("c", item.id)),
    }));
  const people: Entry[] = (found.data?.contacts ?? []).map((one) => ({
    key: `p-${one.id}`,
    name: contactName(one),
    sign: icon("person"),
    act: () => go(href("people", one.id)),
  }));
  const search: Entry = {
    key: "search-for",
    name: t("palette.search", { text }),
    sign: icon("search"),
    act: () => go(href("inbox", null, { q: text })),
  };
  const ticket: Entry = {
    key: "ticket",
    name: t("palette.go", { where: `${t("ticket.one")} ${text}` }),
    sign: icon("ticket"),
    act: () => go(href("t", text)),
  };
  if (!text) return [...commands, ...views, ...screens];
  const fits = (entry: Entry) => matches(entry.name, text);
  const here = [...commands, ...screens, ...views, ...presence].filter(fits).slice(0, 6);
  return [
    ...(NUMBER.test(text) ? [ticket] : []),
    ...here,
    ...open.filter(fits).slice(0, 5),
    ...people.slice(0, 4),
    search,
  ];
}

/** Every word of `text` begins a word of `name`. */
function matches(name: string, text: string): boolean {
  const words = name.toLowerCase().split(/[\s·,.@]+/);
  return text
    .toLowerCase()
    .split(/\s+/)
    .every((part) => words.some((word) => word.startsWith(part)));
}
