import type { ReactNode } from "react";
import { plain, TURNS } from "./text";

const ADDRESS = `https?://[^\\s<>"'${TURNS}]{0,2000}`;
/** Each alternative ends within its line and a bounded length, so that no text, however hostile, takes long. */
const TOKENS = new RegExp(
  [
    "```(?:\\w{0,20}\\n)?(?<block>[^]{1,10000}?)```",
    "`(?<code>[^`\\n]{1,1000})`",
    `(?<image>!)?\\[(?<label>[^\\[\\]\\n]{0,200})\\]\\((?<target>${ADDRESS.replace("\\s", "\\s()")})\\)`,
    "\\*\\*(?=\\S)(?<bold>[^*\\n]{0,1000}[^*\\s])\\*\\*",
    "(?<![\\p{L}\\p{N}*_])(?<mark>[*_])(?=\\S)(?<italic>[^*_\\n]{0,1000}[^*_\\s])\\k<mark>(?![\\p{L}\\p{N}*_])",
    // Ends before whatever ends a sentence, and before a character that would turn the rest of the address around.
    `(?<url>${ADDRESS}[^\\s<>"'.,;:!?)\\]*_${TURNS}])`,
    "^(?<bullet>[-*])(?= )",
  ].join("|"),
  "gmu",
);

/**
 * The text with what people mean by a few marks: `**bold**`, `*italic*`, `code`, links and lists. All of it stays text: nothing is
 * parsed as HTML, no picture is fetched (its address becomes a link), and a link that calls itself otherwise says where it leads.
 */
export function rich(body: string): ReactNode[] {
  const parts: ReactNode[] = [];
  let end = 0;
  for (const match of body.matchAll(TOKENS)) {
    if (match.index > end) parts.push(body.slice(end, match.index));
    parts.push(part(match.groups ?? {}, match.index));
    end = match.index + match[0].length;
  }
  if (end < body.length) parts.push(body.slice(end));
  return parts;
}

function part(groups: Record<string, string | undefined>, key: number): ReactNode {
  const { block, code, label, target, bold, italic, url } = groups;
  if (block) return <pre key={key}>{block}</pre>;
  if (code) return <code key={key}>{code}</code>;
  if (target) return <Link key={key} to={target} text={plain(label ?? "")} />;
  if (url) return <Link key={key} to={url} text={url} />;
  if (bold) return <strong key={key}>{rich(bold)}</strong>;
  if (italic) return <em key={key}>{rich(italic)}</em>;
  return "•";
}

function Link({ to, text }: { to: string; text: string }) {
  const host = hostOf(to);
  return (
    <>
      <a href={to} target="_blank" rel="noopener noreferrer nofollow ugc">
        {text || host}
      </a>
      {text && text !== to && ` (${host})`}
    </>
  );
}

function hostOf(address: string): string {
  try {
    return new URL(address).host;
  } catch {
    return address;
  }
}
