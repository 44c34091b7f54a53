import type { Field, FileRules, Invitation, SiteInfo } from "./wire";

/** What the site says of itself. Older servers say less of it, and staff need only the name. */
export interface Site {
  name: string;
  /** What a visitor reads before the first message; empty for nothing. */
  greeting: string;
  agentsOnline: boolean;
  isOpen: boolean;
  /** RFC 3339; null while it is open, and when nobody knows. */
  opensAt: string | null;
  closedMessage: string;
  /** Nobody is there now, and an answer wants an address. */
  needsEmail: boolean;
  /** What is asked before a conversation begins. */
  fields: readonly Field[];
  pageTrail: boolean;
  /** Staff see what is being typed before it is sent. */
  typingPreview: boolean;
  invitations: readonly Invitation[];
  /** What files may be sent; null: none. */
  files: FileRules | null;
}

export function siteOf(info: Partial<SiteInfo> & { name: string }): Site {
  return {
    name: info.name,
    greeting: info.greeting ?? "",
    agentsOnline: info.agents_online ?? true,
    isOpen: info.is_open ?? true,
    opensAt: info.opens_at ?? null,
    closedMessage: info.closed_message ?? "",
    needsEmail: info.needs_email ?? false,
    fields: info.fields ?? [],
    pageTrail: info.page_trail ?? false,
    typingPreview: info.typing_preview ?? false,
    invitations: info.invitations ?? [],
    files: info.files ?? null,
  };
}
