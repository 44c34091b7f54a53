import type { Fault, Invitation, SendOptions, Visit } from "@engage/client";
import {
  type Answers,
  Composer,
  Icon,
  Log,
  useChat,
  useChatStore,
  useEngage,
  useEngageState,
  useSeen,
} from "@engage/react";
import { type RefObject, useEffect, useRef, useState } from "react";
import { useLazy } from "./lazy";
import { Start } from "./start";

interface TalkProps {
  name: string;
  shown: boolean;
  field: RefObject<HTMLTextAreaElement | null>;
  begin(): void;
  /** Whether the form for one's name stands open, and whether somebody asked for it just now. */
  telling: boolean;
  asked: boolean;
  tell(): void;
  invitation: Invitation | null;
  /** Where the visitor was, for a conversation that begins. */
  pages(): Visit[];
  /** A bot has the conversation. */
  robot: boolean;
}

const prechat = () => import("./asked");
const whoever = () => import("./who");
const emoji = () => import("./emoji");
const person = () => import("./to-person");
const rating = () => import("./rating");
const attach = () => import("./attach");
const suggestions = () => import("./ideas");

/** One conversation, read and written. */
export function Talk({ name, shown, field, begin, telling, asked, tell, invitation, pages, robot }: TalkProps) {
  const { client, strings, locale } = useEngage();
  const { site, self, blocked, session } = useEngageState();
  // Who is shut out altogether is told so above, and has no box.
  const shut = blocked || session.phase === "denied";
  const chat = useChatStore(name);
  const view = useChat(chat);
  const [answers, setAnswers] = useState<Answers>(() => kept(client.memo("answers")));
  const [faults, setFaults] = useState<readonly Fault[]>([]);
  const [picking, pick] = useState(false);
  const frame = useRef<HTMLDivElement>(null);
  const closed = view.conversation?.status === "closed";
  const picker = useLazy(emoji, picking);
  const written = view.items.some((item) => item.mine && item.state === "stored");
  const who = useLazy(whoever, !shut && (written || telling));
  const rated = useLazy(rating, closed && !blocked);
  const bot = useLazy(person, !blocked && robot);
  const clip = useLazy(attach, !shut && !!site?.files);
  const [beside, tellBeside] = useState<"ready" | "busy" | null>(null);
  useSeen(chat, view, shown);

  // What the server would not begin with goes back to where it can be mended.
  const refused = view.items.find(({ pending }) =>
    pending?.faults?.some((fault) => fault.field.startsWith("/answers")),
  );
  useEffect(() => {
    if (!refused?.pending) return;
    setFaults(refused.pending.faults ?? []);
    chat.edit(refused.key);
  }, [refused, chat]);
  useEffect(() => {
    frame.current?.querySelector<HTMLElement>(".e-field [aria-invalid=true]")?.focus();
  }, [faults]);

  const empty = view.items.length === 0;
  const asks = empty && site !== null && (site.fields.length > 0 || site.needsEmail);
  const form = useLazy(prechat, asks);
  const ideas = useLazy(suggestions, empty && !shut && view.draft !== "");
  const fields = form?.askedOf(site, self, strings.email) ?? [];

  // Where the panel opened before there was a box to write in, the focus waited on the panel itself.
  useEffect(() => {
    const root = frame.current?.getRootNode() as ShadowRoot | undefined;
    if (root?.activeElement?.matches(".panel")) field.current?.focus();
  }, [view.phase, field]);

  if (view.phase === "loading") return <p className="loading">{strings.loading}</p>;
  if (view.phase === "gone") {
    return (
      <div className="closed">
        {strings.gone} <Begin begin={begin} />
      </div>
    );
  }
  const answer = (field: string, text: string) => {
    const next = { ...answers, [field]: text };
    setAnswers(next);
    client.setMemo("answers", JSON.stringify(next));
  };
  const prepare = (): SendOptions | null => {
    const opening = empty ? open() : {};
    const files = opening && clip?.take(client, chat);
    return opening && { ...opening, ...(files && { files }) };
  };
  const open = (): SendOptions | null => {
    // What is asked comes along a moment later than the box: nothing is sent without it.
    if (asks && !form) return null;
    const found = form?.check(fields, answers) ?? [];
    setFaults(found);
    if (found.length > 0) return null;
    client.setMemo("answers", "");
    const trail = site?.pageTrail ? pages() : [];
    return {
      opening: {
        ...(locale && { language: locale.toLowerCase() }),
        ...(fields.length > 0 && form && { answers: form.given(fields, answers) }),
        ...(invitation && { invitation: invitation.id }),
        ...(trail.length > 0 && { pages: trail }),
      },
    };
  };
  const insert = (text: string) => {
    const box = field.current;
    if (!box) return;
    box.setRangeText(text, box.selectionStart, box.selectionEnd, "end");
    chat.setDraft(box.value);
    pick(false);
    box.focus();
  };
  /** The focus goes on to the box, if it was in here. */
  const leave = () => {
    const root = frame.current?.getRootNode() as ShadowRoot | undefined;
    if (root?.activeElement) field.current?.focus();
  };

  return (
    <div className="talk" ref={frame}>
      {empty ? (
        <Start site={site} invitation={invitation}>
          {form && !shut && <form.AskedFields fields={fields} answers={answers} faults={faults} input={answer} />}
        </Start>
      ) : (
        <Log chat={chat} view={view} />
      )}
      {bot && view.conversation && <bot.ToPerson id={view.conversation.id} />}
      {closed && (
        <div className="closed">
          {rated && view.conversation && (
            <rated.RatingForm key={view.conversation.id} conversation={view.conversation} />
          )}
          {!blocked && (
            <p>
              {strings.closedHint} <Begin begin={begin} />
            </p>
          )}
        </div>
      )}
      {who && <who.Who open={telling} asked={asked} toggle={tell} written={written} leave={leave} />}
      {picker && (
        <picker.EmojiPicker
          pick={insert}
          close={() => {
            pick(false);
            field.current?.focus();
          }}
        />
      )}
      {shut ? (
        blocked && (
          <p className="closed" role="status">
            {strings.blocked}
          </p>
        )
      ) : (
        <>
          {ideas && <ideas.Ideas chat={chat} text={view.draft} />}
          {clip && <clip.Attached chat={chat} tell={tellBeside} />}
          {site?.typingPreview && <p className="preview">{strings.preview}</p>}
          <Composer
            chat={chat}
            view={view}
            field={field}
            prepare={prepare}
            beside={beside}
            tools={
              <>
                {clip && <clip.Clip chat={chat} />}
                <button
                  type="button"
                  className="tool"
                  aria-label={strings.emoji}
                  title={strings.emoji}
                  aria-expanded={picking}
                  onClick={() => pick(!picking)}
                >
                  <Icon name="smile" />
                </button>
              </>
            }
          />
        </>
      )}
    </div>
  );
}

function Begin({ begin }: { begin(): void }) {
  const { strings } = useEngage();
  return (
    <button type="button" className="link" onClick={begin}>
      {strings.newConversation}
    </button>
  );
}

function kept(memo: string): Answers {
  try {
    return Object.fromEntries(Object.entries(JSON.parse(memo)).map(([name, text]) => [name, String(text)]));
  } catch {
    return {};
  }
}
