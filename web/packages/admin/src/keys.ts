import { useEffect, useRef, useState } from "react";

export type Command = "next" | "previous" | "back" | "reply" | "note" | "close" | "mine" | "snooze" | "help";

/** The keys, in the order in which the help shows them. */
export const KEYS: readonly { key: string; command: Command; does: string }[] = [
  { key: "j", command: "next", does: "Next conversation" },
  { key: "k", command: "previous", does: "Previous conversation" },
  { key: "u", command: "back", does: "Back to the list" },
  { key: "r", command: "reply", does: "Write a reply" },
  { key: "n", command: "note", does: "Write a private note" },
  { key: "m", command: "mine", does: "Assign to me" },
  { key: "e", command: "close", does: "Close or reopen" },
  { key: "s", command: "snooze", does: "Snooze" },
  { key: "?", command: "help", does: "This help" },
];

const SETTING = "engage:admin:keys";

/** Single keys, unless somebody writes, a dialog is open, or they are turned off (WCAG 2.1.4). */
export function useKeys(commands: Record<Command, () => void>): { on: boolean; set(on: boolean): void } {
  const [on, setOn] = useState(() => recall() !== "off");
  const current = useRef(commands);
  current.current = commands;

  useEffect(() => {
    if (!on) return;
    const pressed = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
      const target = event.target as HTMLElement;
      if (event.key === "Escape" && target instanceof HTMLTextAreaElement) return target.blur();
      if (target.closest("input, textarea, select, [contenteditable], [role=menu], dialog")) return;
      const known = KEYS.find(({ key }) => key === event.key);
      if (!known) return;
      event.preventDefault();
      current.current[known.command]();
    };
    addEventListener("keydown", pressed);
    return () => removeEventListener("keydown", pressed);
  }, [on]);

  const set = (next: boolean) => {
    setOn(next);
    try {
      localStorage.setItem(SETTING, next ? "on" : "off");
    } catch {
      // Then it holds for this page only.
    }
  };
  return { on, set };
}

function recall(): string | null {
  try {
    return localStorage.getItem(SETTING);
  } catch {
    return null;
  }
}
