import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import { useEngage } from "./context";

const ALL = [
  ..."😀😄😁😅😂🙂😉😊😍😘😋😎🤩🤔🤨😐😶🙄😏😬😌😔😴😷🤒🤯🥳😕😟🙁😮😳🥺😢😭😤😡🤬",
  ..."👍👎👌🤞🤟🤙👋🙌👏🙏💪👀🎉🎁🔥💯✅❌❓❗💡📌📎📅🕐📞📧💻📱🖥🖨🔑🔒🛒📦🚚💳💰🏠🌍☀🌧❄🌱☕🍰❤💚💙💔",
];
const COLUMNS = 8;

/** Emoji to pick one from, with the pointer or the arrow keys. */
export function EmojiPicker({ pick, close }: { pick(emoji: string): void; close(): void }) {
  const { strings } = useEngage();
  const [at, setAt] = useState(0);
  const grid = useRef<HTMLDivElement>(null);

  useEffect(() => {
    grid.current?.querySelectorAll("button")[at]?.focus();
  }, [at]);

  const pressed = (event: KeyboardEvent) => {
    const rtl = grid.current?.matches(":dir(rtl)") ? -1 : 1;
    const step = { ArrowRight: rtl, ArrowLeft: -rtl, ArrowDown: COLUMNS, ArrowUp: -COLUMNS }[event.key];
    const edge = { Home: 0, End: ALL.length - 1 }[event.key];
    if (event.key === "Escape") {
      event.stopPropagation();
      close();
    } else if (step !== undefined || edge !== undefined) {
      event.preventDefault();
      setAt(edge ?? Math.min(Math.max(at + (step ?? 0), 0), ALL.length - 1));
    }
  };

  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be laid out as a grid everywhere
    <div className="e-emoji" part="emoji" role="group" aria-label={strings.emoji} ref={grid} onKeyDown={pressed}>
      {ALL.map((emoji, index) => (
        <button key={emoji} type="button" tabIndex={index === at ? 0 : -1} onClick={() => pick(emoji)}>
          {emoji}
        </button>
      ))}
    </div>
  );
}
