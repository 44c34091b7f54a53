import { Composer, Log, useChat, useChatStore, useEngage, useSeen } from "@engage/react";
import type { RefObject } from "react";

interface TalkProps {
  name: string;
  shown: boolean;
  field: RefObject<HTMLTextAreaElement | null>;
  begin(): void;
}

/** One conversation, read and written. */
export function Talk({ name, shown, field, begin }: TalkProps) {
  const { strings } = useEngage();
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
  return (
    <>
      {view.items.length === 0 ? <p className="hello">{strings.welcome}</p> : <Log chat={chat} view={view} />}
      {view.conversation?.status === "closed" && (
        <p className="closed">
          {strings.closedHint}{" "}
          <button type="button" onClick={begin}>
            {strings.newConversation}
          </button>
        </p>
      )}
      <Composer chat={chat} view={view} field={field} />
    </>
  );
}
