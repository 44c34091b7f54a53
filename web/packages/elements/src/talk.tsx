import { Composer, Log, useChat, useChatStore, useEngage, useEngageState, useSeen } from "@engage/react";
import type { ReactNode, RefObject } from "react";

interface TalkProps {
  name: string;
  shown: boolean;
  field: RefObject<HTMLTextAreaElement | null>;
  begin(): void;
  /** What stands above the box to write in; it is told whether the visitor has written. */
  above(written: boolean): ReactNode;
}

/** One conversation, read and written. */
export function Talk({ name, shown, field, begin, above }: TalkProps) {
  const { strings } = useEngage();
  const { site } = useEngageState();
  const chat = useChatStore(name);
  const view = useChat(chat);
  useSeen(chat, view, shown);

  if (view.phase === "loading") return <p className="loading">{strings.loading}</p>;
  if (view.phase === "gone") {
    return (
      <div className="closed">
        {strings.gone}{" "}
        <button type="button" onClick={begin}>
          {strings.newConversation}
        </button>
      </div>
    );
  }
  const empty = view.items.length === 0;
  return (
    <>
      {empty ? (
        <div className="start" tabIndex={site?.greeting ? 0 : undefined}>
          {site?.greeting && (
            <p className="hello" dir="auto">
              {site.greeting}
            </p>
          )}
        </div>
      ) : (
        <Log chat={chat} view={view} />
      )}
      {view.conversation?.status === "closed" && (
        <p className="closed">
          {strings.closedHint}{" "}
          <button type="button" onClick={begin}>
            {strings.newConversation}
          </button>
        </p>
      )}
      {above(view.items.some((item) => item.mine && item.state === "stored"))}
      <Composer chat={chat} view={view} field={field} />
    </>
  );
}
