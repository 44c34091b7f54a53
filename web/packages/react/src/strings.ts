/** Everything that people read in chat. */
export interface Strings {
  title: string;
  launcher: string;
  close: string;
  back: string;
  conversations: string;
  newConversation: string;
  you: string;
  agent: string;
  visitor: string;
  log: string;
  loading: string;
  gone: string;
  earlier: string;
  newest: string;
  write: string;
  writeNote: string;
  send: string;
  addNote: string;
  sending: string;
  waiting: string;
  sent: string;
  seen: string;
  failed: string;
  retry: string;
  edit: string;
  discard: string;
  note: string;
  offline: string;
  ended: string;
  denied: string;
  reconnect: string;
  agentsOnline: string;
  agentsOffline: string;
  closedHint: string;
  noConversations: string;
  who: string;
  whoOffer: string;
  notNow: string;
  optional: string;
  name: string;
  email: string;
  save: string;
  saving: string;
  cancel: string;
  tooLong(over: number): string;
  left(characters: number): string;
  unread(count: number): string;
  typing(name: string): string;
  queue(position: number): string;
  assigned(name: string | null): string;
  status(status: "open" | "snoozed" | "closed"): string;
  team(team: string | null): string;
  priority(priority: "low" | "normal" | "high" | "urgent"): string;
  language(language: string | null): string;
  contactIs(name: string): string;
  refused(code: string): string;
  whoSaved(who: string): string;
  whoNotSaved(code: string): string;
  /** What is wrong with a field of a form. */
  fault(code: string): string;
}

export const english: Strings = {
  title: "Chat",
  launcher: "Chat with us",
  close: "Close chat",
  back: "All conversations",
  conversations: "Conversations",
  newConversation: "New conversation",
  you: "You",
  agent: "Support",
  visitor: "Visitor",
  log: "Messages",
  loading: "Loading…",
  gone: "This conversation is not available.",
  earlier: "Show earlier messages",
  newest: "New messages",
  write: "Write a message",
  writeNote: "Write a note that only your team can see",
  send: "Send",
  addNote: "Add note",
  sending: "Sending…",
  waiting: "Will be sent when you are connected",
  sent: "Sent",
  seen: "Seen",
  failed: "Not sent",
  retry: "Try again",
  edit: "Edit",
  discard: "Delete",
  note: "Private note",
  offline: "No connection. Trying again…",
  ended: "The connection has ended.",
  denied: "You have no access here.",
  reconnect: "Connect again",
  agentsOnline: "We are online",
  agentsOffline: "We are away and will answer later",
  closedHint: "This conversation is closed. Writing opens it again.",
  noConversations: "No conversations yet",
  who: "Your name and e-mail",
  whoOffer: "Leave your name or e-mail",
  notNow: "Not now",
  optional: "(optional)",
  name: "Name",
  email: "E-mail",
  save: "Save",
  saving: "Saving…",
  cancel: "Cancel",
  tooLong: (over) => `${over} characters too long`,
  left: (characters) => `${characters} characters left`,
  unread: (count) => (count === 1 ? "1 unread message" : `${count} unread messages`),
  typing: (name) => `${name} is typing…`,
  queue: (position) => (position === 1 ? "You are next" : `You are number ${position} in the queue`),
  assigned: (name) => (name === null ? "Nobody is assigned now" : `${name} takes care of this conversation`),
  status: (status) =>
    ({ open: "Conversation opened", snoozed: "Conversation snoozed", closed: "Conversation closed" })[status],
  team: (team) => (team === null ? "Removed from its team" : `Given to team ${team}`),
  priority: (priority) =>
    ({ low: "Low priority", normal: "Normal priority", high: "High priority", urgent: "Urgent" })[priority],
  language: (language) => (language === null ? "Any language" : `To be answered in ${language}`),
  contactIs: (name) => `The visitor is ${name}`,
  refused: (code) =>
    ({
      invalid: "the text cannot be sent like this",
      too_large: "the text is too long",
      not_found: "the conversation is gone",
      forbidden: "you may not write here",
      client_message_id_reused: "another message has its place",
    })[code] ?? code,
  whoSaved: (who) => (who ? `Saved: ${who}` : "Saved: no name and no e-mail"),
  whoNotSaved: (code) =>
    ({
      network: "Not saved: there is no connection. Try again when you are connected.",
      identity_managed: "This site knows you already. Change your name and e-mail in your account.",
      rate_limited: "Not saved: that was too fast. Wait a moment and try again.",
    })[code] ?? "Not saved. Try again in a moment.",
  fault: (code) =>
    ({
      too_long: "This is too long.",
      control_character: "This has characters in it that cannot be used.",
      not_an_address: "This is not an e-mail address.",
    })[code] ?? "This cannot be used.",
};
