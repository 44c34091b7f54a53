import type { Filter, Inbox, Self } from "./model";
import type { Conversation, Page } from "./wire";

export interface Change {
  conversations: readonly Conversation[];
  gone: readonly string[];
}

export function newInbox(filter: Filter): Inbox {
  return {
    filter,
    items: [],
    next: null,
    cursor: null,
    data: "missing",
    fetch: 0,
    retryAt: 0,
    attempts: 0,
    refreshAt: 0,
    more: false,
    held: [],
  };
}

/** Each changed conversation takes its place, or leaves when the filter no longer has it. */
export function applyChange(inbox: Inbox, change: Change, self: Self | null): Inbox {
  if (inbox.data !== "ready") return { ...inbox, held: [...inbox.held, change] };
  const old = new Map(inbox.items.map((item) => [item.id, item]));
  for (const id of change.gone) old.delete(id);
  // What lies beyond the pages that were fetched comes with them.
  const horizon = inbox.next === null ? "" : (inbox.items[inbox.items.length - 1]?.updated_at ?? "");
  for (const conversation of change.conversations) {
    const known = old.get(conversation.id);
    if (known && known.updated_at > conversation.updated_at) continue;
    // staff: begin
    // That a note asked me once is not told again when I have read it: what is listed stays.
    if (inbox.filter.mentioned && !known && !conversation.mentioned) continue;
    // staff: end
    if (!matches(conversation, inbox.filter, self)) old.delete(conversation.id);
    else if (known || conversation.updated_at >= horizon) old.set(conversation.id, conversation);
  }
  return { ...inbox, items: sorted([...old.values()]) };
}

/** The first page in place of everything, or a further one behind it; then what came meanwhile. */
export function applyPage(inbox: Inbox, page: Page, self: Self | null): Inbox {
  const ids = new Set(page.conversations.map((item) => item.id));
  const kept = inbox.more ? inbox.items.filter((item) => !ids.has(item.id)) : [];
  const ready: Inbox = {
    ...inbox,
    items: sorted([...kept, ...page.conversations]),
    next: page.next,
    cursor: inbox.cursor ?? page.inbox,
    data: "ready",
    more: false,
    attempts: 0,
    held: [],
  };
  return inbox.held.reduce((held, change) => applyChange(held, change, self), ready);
}

/** Shows at once what a command or a read mark of this client did to a conversation. */
export function patch(inbox: Inbox, id: string, change: Partial<Conversation>): Inbox {
  return { ...inbox, items: inbox.items.map((item) => (item.id === id ? { ...item, ...change } : item)) };
}

export function matches(conversation: Conversation, filter: Filter, self: Self | null): boolean {
  // staff: begin
  if (filter.team && conversation.team !== filter.team) return false;
  if (filter.priority && conversation.priority !== filter.priority) return false;
  if (filter.label && !conversation.labels?.includes(filter.label)) return false;
  if (!isAssigned(conversation, filter.assignee ?? "any", self)) return false;
  // staff: end
  return filter.status === "all" || conversation.status === filter.status;
}

// staff: begin
function isAssigned({ assignee }: Conversation, wanted: string, self: Self | null): boolean {
  if (wanted === "any") return true;
  if (wanted === "none") return assignee === null;
  return assignee !== null && assignee.id === (wanted === "me" ? self?.id : wanted);
}
// staff: end

function sorted(items: Conversation[]): Conversation[] {
  return items.sort((a, b) =>
    a.updated_at < b.updated_at ? 1 : a.updated_at > b.updated_at ? -1 : a.id < b.id ? 1 : -1,
  );
}
