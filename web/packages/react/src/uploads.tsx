import { type Client, createUploads, type FileRules, type SentFile, type Upload, type Uploads } from "@engage/client";
import { type ReactNode, type RefObject, useEffect, useLayoutEffect, useRef, useSyncExternalStore } from "react";
import { bytes } from "./bytes";
import type { Strings } from "./strings";
import { plain } from "./text";

/** What is being sent, by where it goes: it outlives what shows it, and what is whole outlives the page. */
const known = new WeakMap<Client, Map<string, Uploads>>();

/** What of it a reload brings back: files that are whole, and the names of those that were not. */
interface Kept {
  files: SentFile[];
  names: string[];
}

/** What is being sent to `name`, remembered under `memo`; null where the site takes no files. `rules`: what it takes. */
export function uploadsOf(
  client: Client,
  name: string,
  memo: () => string,
  rules: FileRules | null = client.getSnapshot().site?.files ?? null,
): Uploads | null {
  if (!rules) return null;
  const mine = known.get(client) ?? new Map<string, Uploads>();
  known.set(client, mine);
  const before = mine.get(name);
  if (before) return before;
  const uploads = createUploads(client.base, rules, client.ports);
  mine.set(name, uploads);
  const { files, names } = read(client.memo(memo()));
  uploads.put(files);
  uploads.miss(names);
  uploads.subscribe(() => client.setMemo(memo(), write(uploads.getSnapshot())));
  return uploads;
}

function read(memo: string): Kept {
  try {
    const { files, names } = JSON.parse(memo) as Kept;
    return { files: files.filter((file) => file.id), names: names.map(String) };
  } catch {
    return { files: [], names: [] };
  }
}

function write(shown: readonly Upload[]): string {
  const files = shown.flatMap((one) => one.file ?? []);
  const names = shown.filter((one) => !one.file && one.state !== "failed").map((one) => one.name);
  return files.length + names.length > 0 ? JSON.stringify({ files, names }) : "";
}

/** What is being sent, live; `beside`: whether that is something to send with a message, or to wait for. */
export function useUploads(uploads: Uploads | null): {
  shown: readonly Upload[];
  beside: "ready" | "busy" | null;
} {
  const shown = useSyncExternalStore(uploads?.subscribe ?? never, uploads?.getSnapshot ?? nothing);
  useEffect(() => {
    addEventListener("online", uploads?.wake ?? nothing);
    return () => removeEventListener("online", uploads?.wake ?? nothing);
  }, [uploads]);
  const busy = shown.some((one) => one.state !== "ready" && one.state !== "failed");
  return { shown, beside: busy ? "busy" : shown.some((one) => one.file) ? "ready" : null };
}

/** How the parts look and speak where they stand. */
export interface UploadLook {
  /** The class of a button. */
  tool: string;
  icon(name: "clip" | "pause" | "play" | "close"): ReactNode;
  add: string;
  label: string;
  pause(name: string): string;
  resume(name: string): string;
  remove(name: string): string;
  /** How it stands with one. */
  said(one: Upload): string;
}

/** The look in the words of the widgets. */
export const uploadLook = (
  strings: Strings,
  locale: string | undefined,
  { tool, icon }: Pick<UploadLook, "tool" | "icon">,
): UploadLook => ({
  tool,
  icon,
  add: strings.fileAdd,
  label: strings.files,
  pause: strings.filePause,
  resume: strings.fileResume,
  remove: strings.fileRemove,
  said: (one) => {
    if (one.state === "failed") return strings.fileFailed(one.code ?? "");
    return one.state === "sending" || one.state === "ready" ? bytes(one.size, locale) : strings.fileState(one.state);
  },
});

interface UploadListProps {
  uploads: Uploads | null;
  shown: readonly Upload[];
  look: UploadLook;
  /** Selects what stands around the list and takes what is pasted and dropped. */
  frame: string;
  /** In place of sending what is taken at once. */
  add?(files: File[]): unknown;
}

/** What would fail again in the same way. */
const FINAL = ["lost", "too_large", "empty", "type_not_allowed", "image_broken", "too_many_pixels", "scan_refused"];

/** What is being sent, with what can be done about it. */
export function UploadList({ uploads, shown, look, frame, add }: UploadListProps) {
  const list = useRef<HTMLUListElement>(null);
  useReceiver(uploads, list, frame, add);
  const tool = (icon: "pause" | "play" | "close", label: string, act: () => void) => (
    <button type="button" className={look.tool} aria-label={label} title={label} onClick={act}>
      {look.icon(icon)}
    </button>
  );
  return (
    <ul className="attached" part="files" aria-label={look.label} ref={list} hidden={shown.length === 0}>
      {shown.map((one) => {
        const name = plain(one.name);
        const waits = one.state === "sending" || one.state === "waiting";
        const stands = one.state === "paused" || (one.state === "failed" && !FINAL.includes(one.code ?? ""));
        return (
          <li key={one.key} className={`is-${one.state}`}>
            <span className="attached-name" dir="auto">
              {name}
            </span>
            <small role={one.state === "failed" ? "alert" : undefined}>{look.said(one)}</small>
            {one.state === "sending" && <progress aria-label={name} max={one.size} value={one.sent} />}
            {waits && tool("pause", look.pause(name), () => uploads?.pause(one.key))}
            {stands && tool("play", look.resume(name), () => uploads?.resume(one.key))}
            {tool("close", look.remove(name), () => uploads?.remove(one.key))}
          </li>
        );
      })}
    </ul>
  );
}

/** The paper clip. */
export function UploadButton({ add, look }: { add(files: FileList): void; look: UploadLook }) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <button
        type="button"
        className={look.tool}
        aria-label={look.add}
        title={look.add}
        onClick={() => input.current?.click()}
      >
        {look.icon("clip")}
      </button>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        onInput={({ currentTarget: box }) => {
          if (box.files) add(box.files);
          // The same file may be chosen again.
          box.value = "";
        }}
      />
    </>
  );
}

/** What is pasted and dropped around `list` is sent too. */
function useReceiver(
  uploads: Uploads | null,
  list: RefObject<HTMLElement | null>,
  around: string,
  send?: (files: File[]) => unknown,
): void {
  // As soon as it is there: somebody may paste at once.
  useLayoutEffect(() => {
    const frame = list.current?.closest<HTMLElement>(around);
    if (!frame || !uploads) return;
    const add = (files: FileList | undefined, event: Event) => {
      if (!files?.length) return;
      event.preventDefault();
      // The event's own list is empty once it is over.
      (send ?? uploads.add)([...files]);
    };
    const over = (event: DragEvent) => {
      const has = event.dataTransfer?.types.includes("Files") ?? false;
      if (has) event.preventDefault();
      frame.classList.toggle("is-over", has);
    };
    const leave = () => frame.classList.remove("is-over");
    const drop = (event: DragEvent) => {
      leave();
      add(event.dataTransfer?.files, event);
    };
    const paste = (event: ClipboardEvent) => add(event.clipboardData?.files, event);
    const gone = new AbortController();
    const { signal } = gone;
    frame.addEventListener("dragover", over, { signal });
    frame.addEventListener("dragleave", leave, { signal });
    frame.addEventListener("drop", drop, { signal });
    frame.addEventListener("paste", paste, { signal });
    return () => gone.abort();
  }, [uploads, list, around]);
}

const EMPTY: readonly Upload[] = [];
const never = () => () => {};
const nothing = () => EMPTY;
