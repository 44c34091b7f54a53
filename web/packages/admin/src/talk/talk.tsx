import { useChat, useChatStore, useSeen } from "@engage/react";
import { Suspense, useCallback, useEffect, useRef, useState } from "react";
import { Broken } from "../shell/broken";
import { useCommands } from "../shell/keys";
import { later } from "../shell/later";
import { contactName } from "../shell/names";
import { setPref, usePrefs } from "../shell/prefs";
import { go, href } from "../shell/route";
import { useMe } from "../shell/use";
import { t } from "../words";
import { Compose } from "./compose";
import { TalkHead } from "./head";
import { Log } from "./log";
import { useOpened } from "./unread";

const Panel = later(() => import("../contact/panel"));

interface TalkProps {
  id: string;
  /** Looks on without being in it: nothing is marked as read, and what is written is a note. */
  watch: boolean;
  back(): void;
}

/** One conversation as staff see it: read it, answer it, note something, hand it on. */
export function Talk({ id, watch, back }: TalkProps) {
  const chat = useChatStore(id);
  const view = useChat(chat);
  const me = useMe();
  const { aside } = usePrefs();
  const [note, setNote] = useState(watch);
  const [phonePanel, setPhonePanel] = useState(false);
  const field = useRef<HTMLTextAreaElement>(null);
  useSeen(chat, view, !watch);
  const { conversation } = view;
  useOpened(conversation, watch);

  const write = useCallback((asNote: boolean) => {
    setNote(asNote);
    // The box may have to be made first.
    requestAnimationFrame(() => field.current?.focus());
  }, []);
  const join = useCallback(() => {
    go(href("c", id), true);
    write(false);
  }, [id, write]);
  useEffect(() => {
    if (watch) setNote(true);
  }, [watch]);
  const panel = () => {
    const narrow = typeof matchMedia === "function" && matchMedia("(max-width: 68.75em)").matches;
    if (narrow) setPhonePanel((open) => !open);
    else setPref("aside", !aside);
  };
  useCommands({ ...(!watch && { reply: () => write(false) }), note: () => write(true), aside: panel });

  if (view.phase === "gone") {
    return (
      <main className="empty">
        <p>{t("talk.gone")}</p>
        <button type="button" className="button" onClick={back}>
          {t("back")}
        </button>
      </main>
    );
  }
  const name = contactName(conversation?.contact);
  const shown = aside || phonePanel;
  return (
    <>
      <main className="talk" aria-label={name}>
        <TalkHead id={id} view={view} watch={watch} back={back} panel={panel} panelOpen={shown} />
        {watch && (
          <p className="watching" role="status">
            <span>{t("watch.on")}</span>
            <button type="button" className="link" onClick={join}>
              {t("watch.join")}
            </button>
          </p>
        )}
        {view.phase === "loading" ? (
          <p className="empty quiet">{t("loading")}</p>
        ) : (
          <Log chat={chat} view={view} field={field} me={me?.id} />
        )}
        {conversation && (
          <Compose key={String(note)} chat={chat} view={view} note={note} whisper={watch} write={write} field={field} />
        )}
      </main>
      {conversation && (
        <div className={`side-place${aside ? " is-open" : ""}${phonePanel ? " is-over" : ""}`}>
          {shown && (
            <Broken side>
              <Suspense fallback={<div className="side quiet">{t("loading")}</div>}>
                <Panel
                  conversation={conversation}
                  close={() => (phonePanel ? setPhonePanel(false) : setPref("aside", false))}
                />
              </Suspense>
            </Broken>
          )}
        </div>
      )}
    </>
  );
}
