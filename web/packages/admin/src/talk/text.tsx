/** Ends before whatever ends a sentence, and before a character that would turn the rest of the address around. */
const LINK = /(https?:\/\/[^\s<>"'\u202A-\u202E\u2066-\u2069]*[^\s<>"'.,;:!?)\]\u202A-\u202E\u2066-\u2069])/;
const MENTION = /(^|\s)(@[\p{L}\p{N}][\p{L}\p{N}._-]*)/u;

/** The text, with its web addresses as links. Everything else stays text, whatever it looks like. */
export function Body({ text, mentions }: { text: string; mentions: boolean }) {
  return text.split(LINK).map((part, index) =>
    index % 2 === 1 ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a text never move
      <a key={index} href={part} target="_blank" rel="noopener noreferrer nofollow ugc">
        {part}
      </a>
    ) : mentions ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a text never move
      <Mentions key={index} text={part} />
    ) : (
      part
    ),
  );
}

function Mentions({ text }: { text: string }) {
  const parts = text.split(new RegExp(MENTION, "gu"));
  // Every third part is a mention: text, the space before it, it.
  return parts.map((part, index) =>
    // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a text never move
    index % 3 === 2 ? <strong key={index}>{part}</strong> : part,
  );
}
