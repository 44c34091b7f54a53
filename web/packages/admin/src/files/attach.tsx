import { createUploads, type SentFile, type Upload, type Uploads } from "@engage/client";
import { bytes, plain, useEngage } from "@engage/react";
import { type ClipboardEvent, type DragEvent, useEffect, useRef, useSyncExternalStore } from "react";
import { Icon } from "../shell/icon";
import { useOnline, useSelect } from "../shell/use";
import { spoken, t, told } from "../words";

const NONE: readonly Upload[] = [];

/** What is being sent, by the conversation and whether it goes with a note: it outlives the box, as the draft does. */
const known = new WeakMap<object, Map<string, Uploads>>();

export interface Attaching {
  /** Whether the site takes files. */
  on: boolean;
  uploads: Uploads | null;
  shown: readonly Upload[];
  /** How many are ready. */
  ready: number;
  /** Some are on their way. */
  busy: boolean;
  /** What is ready, for a message; null while something is on its way. */
  take(): SentFile[] | null;
  paste(event: ClipboardEvent): void;
  over(event: DragEvent): void;
  drop(event: DragEvent): void;
}

export function useUploads(conversation: string, note: boolean): Attaching {
  const { client } = useEngage();
  const online = useOnline();
  const rules = useSelect((state) => state.site?.files ?? null);
  const mine = known.get(client) ?? new Map<string, Uploads>();
  known.set(client, mine);
  const key = `${conversation}${note ? "#note" : ""}`;
  if (rules && !mine.has(key)) mine.set(key, createUploads(client.base, rules, client.ports));
  const uploads = mine.get(key) ?? null;
  const shown = useSyncExternalStore(uploads?.subscribe ?? nothing, () => uploads?.getSnapshot() ?? NONE);
  useEffect(() => {
    if (online) uploads?.wake();
  }, [online, uploads]);

  const add = (files: FileList | null | undefined, event: { preventDefault(): void }) => {
    if (!uploads || !files?.length) return;
    event.preventDefault();
    uploads.add(files);
  };
  return {
    on: uploads !== null,
    uploads,
    shown,
    ready: shown.filter((one) => one.state === "ready").length,
    busy: shown.some((one) => !["ready", "failed"].includes(one.state)),
    take: () => (uploads ? uploads.take() : []),
    paste: (event) => add(event.clipboardData?.files, event),
    over: (event) => {
      if (uploads && event.dataTransfer?.types.includes("Files")) event.preventDefault();
    },
    drop: (event) => add(event.dataTransfer?.files, event),
  };
}

/** The paper clip. */
export function Attach({ attach }: { attach: Attaching }) {
  const input = useRef<HTMLInputElement>(null);
  if (!attach.on) return null;
  return (
    <>
      <button
        type="button"
        className="tool is-small"
        aria-label={t("files.add")}
        title={t("files.add")}
        onClick={() => input.current?.click()}
      >
        <Icon name="clip" />
      </button>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        onChange={(event) => {
          attach.uploads?.add(event.currentTarget.files ?? []);
          // The same file may be chosen again.
          event.currentTarget.value = "";
        }}
      />
    </>
  );
}

/** What is being sent, with what can be done about it. */
export function Attached({ attach }: { attach: Attaching }) {
  const { uploads, shown } = attach;
  if (!uploads || shown.length === 0) return null;
  return (
    <ul className="attached" aria-label={t("files.label")}>
      {shown.map((one) => (
        <li key={one.key} className={`is-${one.state}`}>
          <span className="attached-name" dir="auto">
            {plain(one.name)}
          </span>
          <span className="quiet" role={one.state === "failed" ? "alert" : undefined}>
            {said(one)}
          </span>
          {one.state === "sending" && <progress aria-label={plain(one.name)} max={one.size} value={one.sent} />}
          {(one.state === "sending" || one.state === "waiting") && (
            <Tool icon="pause" label={t("files.pause", { name: plain(one.name) })} act={() => uploads.pause(one.key)} />
          )}
          {(one.state === "paused" || one.state === "failed") && (
            <Tool
              icon="play"
              label={t("files.resume", { name: plain(one.name) })}
              act={() => uploads.resume(one.key)}
            />
          )}
          <Tool icon="close" label={t("files.remove", { name: plain(one.name) })} act={() => uploads.remove(one.key)} />
        </li>
      ))}
    </ul>
  );
}

function Tool({ icon, label, act }: { icon: "pause" | "play" | "close"; label: string; act(): void }) {
  return (
    <button type="button" className="tool is-small" aria-label={label} title={label} onClick={act}>
      <Icon name={icon} />
    </button>
  );
}

function said(one: Upload): string {
  if (one.state === "failed") return told("file", one.code ?? "", t("file.failed"));
  if (one.state === "paused") return t("files.paused");
  if (one.state === "waiting") return t("files.waiting");
  if (one.state === "checking") return t("files.checking");
  return bytes(one.size, spoken());
}

const nothing = () => () => {};
