import type { Colleague } from "@engage/client";
import { plain } from "@engage/react";
import { split } from "./mentions";

/** Ends before whatever ends a sentence, and before a character that would turn the rest of the address around. */
const LINK = /(https?:\/\/[^\s<>"'\u202A-\u202E\u2066-\u2069]*[^\s<>"'.,;:!?)\]\u202A-\u202E\u2066-\u2069])/;

interface BodyProps {
  text: string;
  /** Whom it asks to look. */
  mentions: readonly Colleague[];
  me: string | undefined;
}

/** The text, with its web addresses as links and whom it asks as chips. Everything else stays text, whatever it looks like. */
export function Body({ text, mentions, me }: BodyProps) {
  const missing = new Set(mentions);
  const parts = text.split(LINK).map((part, index) =>
    index % 2 === 1 ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a text never move
      <a key={index} href={part} target="_blank" rel="noopener noreferrer nofollow ugc">
        {part}
      </a>
    ) : (
      split(part, mentions).map((piece, at) => {
        if (typeof piece === "string") return piece;
        missing.delete(piece);
        // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a text never move
        return <Chip key={`${index} ${at}`} agent={piece} me={me} />;
      })
    ),
  );
  // Who is asked without being named in the text is named behind it.
  return (
    <>
      {parts}
      {[...missing].map((agent) => (
        <span key={agent.id}>
          {" "}
          <Chip agent={agent} me={me} />
        </span>
      ))}
    </>
  );
}

function Chip({ agent, me }: { agent: Colleague; me: string | undefined }) {
  return <bdi className={agent.id === me ? "mention is-me" : "mention"}>@{plain(agent.name)}</bdi>;
}
