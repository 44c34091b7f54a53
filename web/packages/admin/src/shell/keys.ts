import { useEffect, useRef } from "react";
import type { Key } from "../words";
import { usePrefs } from "./prefs";

export type Command =
  | "palette"
  | "search"
  | "next"
  | "previous"
  | "back"
  | "reply"
  | "note"
  | "close"
  | "mine"
  | "assign"
  | "snooze"
  | "label"
  | "macro"
  | "unread"
  | "priority"
  | "pick"
  | "aside"
  | "home"
  | "inbox"
  | "tickets"
  | "create"
  | "board"
  | "people"
  | "settings"
  | "help";

/** The keys, in the order in which the help shows them. `g b` is one after the other; `mod` is Ctrl, or Command on a Mac. */
export const KEYS: readonly { keys: string; command: Command; group: "go" | "list" | "talk"; does: Key }[] = [
  { keys: "mod+k", command: "palette", group: "go", does: "key.palette" },
  { keys: "/", command: "search", group: "go", does: "key.search" },
  { keys: "g m", command: "home", group: "go", does: "key.home" },
  { keys: "g i", command: "inbox", group: "go", does: "key.inbox" },
  { keys: "g t", command: "tickets", group: "go", does: "key.tickets" },
  { keys: "g b", command: "board", group: "go", does: "key.board" },
  { keys: "g p", command: "people", group: "go", does: "key.people" },
  { keys: "g s", command: "settings", group: "go", does: "key.settings" },
  { keys: "?", command: "help", group: "go", does: "key.help" },
  { keys: "j", command: "next", group: "list", does: "key.next" },
  { keys: "k", command: "previous", group: "list", does: "key.previous" },
  { keys: "x", command: "pick", group: "list", does: "key.pick" },
  { keys: "c", command: "create", group: "list", does: "ticket.new" },
  { keys: "u", command: "back", group: "list", does: "key.back" },
  { keys: "r", command: "reply", group: "talk", does: "key.reply" },
  { keys: "n", command: "note", group: "talk", does: "key.note" },
  { keys: "m", command: "mine", group: "talk", does: "key.mine" },
  { keys: "a", command: "assign", group: "talk", does: "key.assign" },
  { keys: "e", command: "close", group: "talk", does: "key.close" },
  { keys: "s", command: "snooze", group: "talk", does: "key.snooze" },
  { keys: "l", command: "label", group: "talk", does: "key.label" },
  { keys: "M", command: "macro", group: "talk", does: "macro.apply.one" },
  { keys: "U", command: "unread", group: "talk", does: "key.unread" },
  { keys: "p", command: "priority", group: "talk", does: "key.priority" },
  { keys: "i", command: "aside", group: "talk", does: "key.aside" },
];

type Doer = Partial<Record<Command, () => void>>;
const doers: { current: Doer }[] = [];
/** How long the second of two keys may take, in ms. */
const TOGETHER = 1_200;

/** What this component does when its commands are called for. The one that came last is asked first. */
export function useCommands(commands: Doer): void {
  const own = useRef(commands);
  own.current = commands;
  useEffect(() => {
    doers.push(own);
    return () => void doers.splice(doers.indexOf(own), 1);
  }, []);
}

/** Whether anybody would do it now. */
export function can(command: Command): boolean {
  return doers.some((one) => one.current[command]);
}

export function run(command: Command): void {
  doers.findLast((one) => one.current[command])?.current[command]?.();
}

/** Hears the keys: single ones unless somebody writes, a dialog is open, or they are turned off (WCAG 2.1.4). */
export function useKeys(): void {
  const { keys: on } = usePrefs();
  useEffect(() => {
    let first = { key: "", at: 0 };
    const pressed = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.altKey) return;
      const target = event.target as HTMLElement;
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") return obey(event, "palette");
      if (event.ctrlKey || event.metaKey || !on) return;
      if (event.key === "Escape" && target instanceof HTMLTextAreaElement) return target.blur();
      if (target.closest("input, textarea, select, [contenteditable], [role=menu], [role=listbox], dialog")) return;
      if (document.querySelector("dialog[open]")) return;
      const both = event.timeStamp - first.at < TOGETHER ? `${first.key} ${event.key}` : "";
      const known = KEYS.find(({ keys }) => keys === both) ?? KEYS.find(({ keys }) => keys === event.key);
      first = { key: event.key, at: event.timeStamp };
      if (known) obey(event, known.command);
    };
    addEventListener("keydown", pressed);
    return () => removeEventListener("keydown", pressed);
  }, [on]);
}

function obey(event: KeyboardEvent, command: Command): void {
  if (!can(command)) return;
  event.preventDefault();
  run(command);
}

/** A key as it is written on the keyboard. */
export function written(keys: string): string[] {
  const mac = /Mac|iPhone|iPad/.test(navigator.platform ?? "");
  return keys.split(" ").map((key) =>
    key
      .replace("mod+", mac ? "⌘ " : "Ctrl ")
      .replace(/ k$/, " K")
      .replace(/^[A-Z]$/, "⇧ $&"),
  );
}
