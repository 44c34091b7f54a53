import { ApiError, type DeskTicket, type TicketEdit, type TicketEntry, type TicketSnapshot } from "@engage/client";
import { useRef, useState } from "react";
import { same } from "../settings/versioned";
import { toast } from "../shell/toast";
import { useLoad } from "../shell/use";
import { codeOf } from "../words/trouble";
import { AGAIN, useTicketChanges, useTickets } from "./use";

export type Snapshot = TicketSnapshot<DeskTicket>;

/** What waits for a decision of whoever edits. */
export type Stuck =
  /** Somebody else has changed the same: `theirs` is how it is now. */
  | { why: "version"; edit: TicketEdit; theirs: DeskTicket }
  /** It has parts that are not solved. */
  | { why: "open_parts"; edit: TicketEdit };

/** How often an edit is tried anew because something else of the ticket was changed meanwhile. */
const TRIES = 3;

export type Opened = ReturnType<typeof useTicket>;

/** A ticket as it should be shown, kept up to date, and what can be done with its fields. `id` may be its number. */
export function useTicket(id: string) {
  const desk = useTickets();
  const loaded = useLoad<Snapshot>(`ticket ${id}`, () => desk.show(id), AGAIN);
  const [older, setOlder] = useState<Older | null>(null);
  const [hoped, setHoped] = useState<TicketEdit | null>(null);
  const [stuck, setStuck] = useState<Stuck | null>(null);
  const snapshot = loaded.data;
  const latest = useRef(snapshot);
  latest.current = snapshot;

  useTicketChanges((changed) => {
    if (changed === null || changed === latest.current?.ticket.id) loaded.reload();
  });

  /** Takes over what the server said of the ticket, and tells everybody. */
  const take = (ticket: DeskTicket, entry?: TicketEntry) => {
    const known = latest.current;
    if (known && ticket.id === known.ticket.id) {
      const isNew = entry && !known.entries.some((one) => one.seq === entry.seq);
      loaded.set({ ...known, ticket, entries: isNew ? [...known.entries, entry] : known.entries });
    }
    desk.changed(ticket.id);
  };

  /** Changes fields, seen at once. Gives whether it is done; else it is left to be decided, or throws why not. */
  const tryEdit = async (change: TicketEdit, seen = latest.current?.ticket): Promise<boolean> => {
    if (!seen) return false;
    setStuck(null);
    setHoped(change);
    try {
      take(await put(seen, change));
      return true;
    } catch (error) {
      const code = codeOf(error);
      if (error instanceof Differs) setStuck({ why: "version", edit: change, theirs: error.theirs });
      else if (code === "open_parts") setStuck({ why: "open_parts", edit: change });
      else throw error;
      return false;
    } finally {
      setHoped(null);
    }
  };
  /** The same, and says when it did not work. */
  const edit = (change: TicketEdit, seen?: DeskTicket): Promise<boolean> =>
    tryEdit(change, seen).catch((error) => {
      toast.failed(error);
      return false;
    });

  /** What somebody else changed beside it is no reason to ask: only the same field is. */
  const put = async (seen: DeskTicket, change: TicketEdit): Promise<DeskTicket> => {
    let { version } = seen.desk;
    for (let tries = 1; ; tries += 1) {
      try {
        return await desk.edit(seen.id, change, version);
      } catch (error) {
        if (codeOf(error) !== "version" || tries === TRIES) throw error;
        const { ticket: theirs } = await desk.show(seen.id);
        if (clashes(change, seen, theirs)) throw new Differs(theirs);
        version = theirs.desk.version;
      }
    }
  };

  const fetchOlder = async () => {
    if (!snapshot || older?.loading) return;
    const before = older ?? { entries: [], more: moreOf(snapshot), loading: false };
    setOlder({ ...before, loading: true });
    try {
      const pages = await Promise.all(
        [...before.more].map(async ([ticket, seq]) => ({ ticket, ...(await desk.before(ticket, seq)) })),
      );
      const more = new Map<string, number>();
      for (const page of pages) {
        const first = page.entries[0];
        if (page.has_more && first) more.set(page.ticket, first.seq);
      }
      setOlder({ entries: [...pages.flatMap((page) => page.entries), ...before.entries], more, loading: false });
    } catch (error) {
      toast.failed(error);
      setOlder({ ...before, loading: false });
    }
  };

  return {
    snapshot,
    ticket: snapshot && shown(snapshot.ticket, hoped),
    entries: snapshot ? timeline(snapshot, older?.entries ?? []) : [],
    error: loaded.error,
    reload: loaded.reload,
    take,
    tryEdit,
    edit,
    stuck,
    /** Leaves what was to be changed as it is now. */
    yield: () => {
      setStuck(null);
      loaded.reload();
    },
    hasOlder: snapshot !== null && (older ? older.more.size > 0 : moreOf(snapshot).size > 0),
    loadingOlder: older?.loading ?? false,
    fetchOlder,
  };
}

interface Older {
  entries: TicketEntry[];
  /** Which tickets have older ones still, and before which number. */
  more: ReadonlyMap<string, number>;
  loading: boolean;
}

class Differs extends ApiError {
  constructor(readonly theirs: DeskTicket) {
    super({ status: 409, code: "version", detail: null, retryAfter: 0 });
  }
}

/** Fields that are one value each. What is put on and taken off never clashes. */
const ONE = ["subject", "status", "snoozed_until", "priority", "team", "assignee", "organisation", "due_at"] as const;

/** Whether somebody else has given one of the fields another value than was seen. */
export function clashes(edit: TicketEdit, seen: DeskTicket, now: DeskTicket): boolean {
  const differs = ONE.some((name) => name in edit && fieldOf(seen, name) !== fieldOf(now, name));
  const own = (ticket: DeskTicket, name: string) => ticket.desk.fields[name] ?? null;
  return differs || Object.keys(edit.fields ?? {}).some((name) => !same(own(seen, name), own(now, name)));
}

export function fieldOf(ticket: DeskTicket, name: (typeof ONE)[number]): string | null {
  if (name === "assignee") return ticket.desk.assignee?.id ?? null;
  if (name === "subject" || name === "priority" || name === "organisation") return ticket[name];
  return ticket.desk[name];
}

/** The ticket as it will be when what is under way is done. */
function shown(ticket: DeskTicket, hoped: TicketEdit | null): DeskTicket {
  if (!hoped) return ticket;
  const { desk } = ticket;
  const list = (now: readonly string[], add: readonly string[] = [], remove: readonly string[] = []) =>
    [...new Set([...now, ...add])].filter((one) => !remove.includes(one)).sort();
  const assignee =
    hoped.assignee === undefined
      ? desk.assignee
      : hoped.assignee === null
        ? null
        : { id: hoped.assignee, name: desk.assignee?.id === hoped.assignee ? desk.assignee.name : null };
  return {
    ...ticket,
    subject: hoped.subject ?? ticket.subject,
    priority: hoped.priority ?? ticket.priority,
    organisation: hoped.organisation === undefined ? ticket.organisation : hoped.organisation,
    desk: {
      ...desk,
      assignee,
      status: hoped.status ?? desk.status,
      team: hoped.team === undefined ? desk.team : hoped.team,
      due_at: hoped.due_at === undefined ? desk.due_at : hoped.due_at,
      snoozed_until: hoped.snoozed_until === undefined ? desk.snoozed_until : hoped.snoozed_until,
      tags: list(desk.tags, hoped.add_tags, hoped.remove_tags),
      cc: list(desk.cc, hoped.add_cc, hoped.remove_cc),
    },
  };
}

function moreOf(snapshot: Snapshot): Map<string, number> {
  const parts = [snapshot, ...snapshot.merged].filter((part) => part.has_more && part.entries[0]);
  return new Map(parts.map((part) => [part.ticket.id, part.entries[0]?.seq ?? 1]));
}

/** What was said and done in the ticket and in all that became part of it, in the order of time. */
export function timeline(snapshot: Snapshot, older: readonly TicketEntry[]): TicketEntry[] {
  const all = [...older, ...snapshot.entries, ...snapshot.merged.flatMap((part) => part.entries)];
  // A page that was fetched before may have what the newest has by now.
  const once = new Map(all.map((entry) => [`${entry.ticket} ${entry.seq}`, entry]));
  const main = snapshot.ticket.id;
  return [...once.values()].sort((a, b) =>
    a.at === b.at ? Number(b.ticket === main) - Number(a.ticket === main) || a.seq - b.seq : a.at < b.at ? -1 : 1,
  );
}
