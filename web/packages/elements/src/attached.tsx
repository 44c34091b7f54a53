import { type Chat, type Client, createUploads, type SentFile, type Upload, type Uploads } from "@engage/client";
import { bytes, Icon, plain, useEngage } from "@engage/react";
import { useEffect, useRef, useSyncExternalStore } from "react";

/** What is being sent, by the conversation: it outlives the panel, and what is whole outlives the page. */
const known = new WeakMap<Client, Map<string, Uploads>>();

/** What of it a reload brings back: files that are whole, and the names of those that were not. */
interface Kept {
  files: SentFile[];
  names: string[];
}

function uploadsOf(client: Client, chat: Chat): Uploads | null {
  const rules = client.getSnapshot().site?.files;
  if (!rules) return null;
  const mine = known.get(client) ?? new Map<string, Uploads>();
  known.set(client, mine);
  const before = mine.get(chat.name);
  if (before) return before;
  const uploads = createUploads(client.base, rules, client.ports);
  mine.set(chat.name, uploads);
  // Of a conversation that is not yet, as of its draft, there is one at a time.
  const memo = () => `files:${chat.getSnapshot().id ?? ""}`;
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

interface AttachProps {
  chat: Chat;
  /** Whether there is something to send, or something to wait for. */
  tell(beside: "ready" | "busy" | null): void;
}

/** What is being sent, with what can be done about it. Takes what is pasted and dropped where it stands. */
export function Attached({ chat, tell }: AttachProps) {
  const { client, strings, locale } = useEngage();
  const list = useRef<HTMLUListElement>(null);
  const uploads = uploadsOf(client, chat);
  const shown = useSyncExternalStore(uploads?.subscribe ?? never, uploads?.getSnapshot ?? nothing);
  const busy = shown.some((one) => one.state !== "ready" && one.state !== "failed");
  const beside = busy ? "busy" : shown.some((one) => one.file) ? "ready" : null;
  useEffect(() => tell(beside), [beside]);
  useEffect(() => (uploads ? chat.onBack(uploads.put) : undefined), [chat, uploads]);
  useEffect(() => {
    const frame = list.current?.closest<HTMLElement>(".talk");
    return frame && uploads ? listen(frame, uploads) : undefined;
  }, [uploads]);
  useEffect(() => {
    addEventListener("online", uploads?.wake ?? nothing);
    return () => removeEventListener("online", uploads?.wake ?? nothing);
  }, [uploads]);

  return (
    <ul className="attached" part="files" aria-label={strings.files} ref={list} hidden={shown.length === 0}>
      {shown.map((one) => (
        <li key={one.key} className={`is-${one.state}`}>
          <span className="attached-name">{plain(one.name)}</span>
          <small role={one.state === "failed" ? "alert" : undefined}>
            {one.state === "sending" || one.state === "ready" ? bytes(one.size, locale) : said(one, strings)}
          </small>
          {one.state === "sending" && <progress aria-label={plain(one.name)} max={one.size} value={one.sent} />}
          {(one.state === "sending" || one.state === "waiting") &&
            tool("pause", strings.filePause, one, () => uploads?.pause(one.key))}
          {(one.state === "paused" || (one.state === "failed" && !FINAL.includes(one.code ?? ""))) &&
            tool("play", strings.fileResume, one, () => uploads?.resume(one.key))}
          {tool("close", strings.fileRemove, one, () => uploads?.remove(one.key))}
        </li>
      ))}
    </ul>
  );
}

/** What would fail again in the same way. */
const FINAL = ["lost", "too_large", "empty", "type_not_allowed", "image_broken", "too_many_pixels", "scan_refused"];

function said(one: Upload, strings: ReturnType<typeof useEngage>["strings"]): string {
  return one.state === "failed" ? strings.fileFailed(one.code ?? "") : strings.fileState(one.state);
}

function tool(icon: "pause" | "play" | "close", label: (name: string) => string, one: Upload, act: () => void) {
  const name = label(plain(one.name));
  return (
    <button type="button" className="tool" aria-label={name} title={name} onClick={act}>
      <Icon name={icon} />
    </button>
  );
}

/** The paper clip. */
export function Clip({ chat }: { chat: Chat }) {
  const { client, strings } = useEngage();
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <button
        type="button"
        className="tool"
        aria-label={strings.fileAdd}
        title={strings.fileAdd}
        onClick={() => input.current?.click()}
      >
        <Icon name="clip" />
      </button>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        onInput={(event) => {
          uploadsOf(client, chat)?.add(event.currentTarget.files ?? []);
          // The same file may be chosen again.
          event.currentTarget.value = "";
        }}
      />
    </>
  );
}

/** What goes with the message that is sent now; null while something is on its way. */
export function take(client: Client, chat: Chat): SentFile[] | null {
  return uploadsOf(client, chat)?.take() ?? null;
}

function listen(frame: HTMLElement, uploads: Uploads): () => void {
  const add = (files: FileList | undefined, event: Event) => {
    if (!files?.length) return;
    event.preventDefault();
    uploads.add(files);
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
}

const never = () => () => {};
const EMPTY: readonly Upload[] = [];
const nothing = () => EMPTY;
