import { type RefObject, useLayoutEffect, useRef } from "react";
import { t } from "../words";

/** So near to the limit it is worth telling, in characters. */
const NEAR = 500;

/** A text box in which the caret is put by what is written into it. What is given back puts it there once `text` is shown. */
export function useCaret(field: RefObject<HTMLTextAreaElement | null>, text: string): (at: number) => void {
  const caret = useRef<number | null>(null);
  useLayoutEffect(() => {
    grow(field.current);
    if (caret.current === null) return;
    field.current?.setSelectionRange(caret.current, caret.current);
    caret.current = null;
  }, [text, field]);
  return (at) => {
    caret.current = at;
  };
}

/** What stands before the caret. */
export function before(box: HTMLTextAreaElement): string {
  return box.value.slice(0, box.selectionStart);
}

/** Whether `left` characters are so few that it is told. */
export function isNear(left: number): boolean {
  return left < NEAR;
}

/** How much may still be written, once that is not much. */
export function Left({ id, left }: { id: string; left: number }) {
  if (!isNear(left)) return null;
  return (
    <p id={id} className={left < 0 ? "left is-over" : "left"} aria-live="polite">
      {left < 0 ? t("write.over", { n: -left }) : t("write.left", { n: left })}
    </p>
  );
}

/** Makes the box as high as its text where the browser does not by itself; the style sheet sets the limit. */
function grow(box: HTMLTextAreaElement | null): void {
  if (!box || CSS.supports?.("field-sizing", "content")) return;
  box.style.setProperty("height", "auto");
  box.style.setProperty("height", `${box.scrollHeight + 2}px`);
}
