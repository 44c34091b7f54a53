// What the fake server answers about tickets, to requesters and to staff. It is part of `fake.mjs`.

import { obey } from "./fake-rules.mjs";

const uuid = () => globalThis.crypto.randomUUID();
const CATEGORIES = ["new", "open", "pending", "on_hold", "solved", "closed"];
const STAGES = { new: "open", open: "open", on_hold: "open", pending: "pending", solved: "solved", closed: "closed" };
/** What requesters see; a status they see as a stage. */
const SEEN = ["opened", "reply", "subject", "status", "rated", "merged", "merged_into"];
const LOOKS = 30_000;

/** What a new fake server keeps of them. */
export function newTickets() {
  // Whom the host knows an address of; null: it says of nobody where they are written to.
  const mails = { addresses: new Map(), wanted: new Set() };
  return { all: new Map(), keys: new Map(), drafts: new Map(), lookers: new Map(), number: 1_000, mails };
}

/** Answers what begins with `/v1/tickets`, or makes a conversation a ticket. */
export function tickets(fake, method, path, query, body, who, Refusal) {
  const kept = fake.tickets;
  const staff = who.kind === "agent";
  const refuse = (status, code, errors) => {
    throw new Refusal(status, code, code, errors);
  };
  const invalid = (field, code) => refuse(422, "invalid", [{ field, code, detail: code }]);
  const route = `${method} ${path}`;
  let id = "";
  const at = (pattern) => {
    const found = route.match(new RegExp(`^${pattern.replaceAll(":id", "([^/]+)")}$`));
    id = found ? decodeURIComponent(found[1] ?? "") : id;
    return found !== null;
  };
  const find = (id) => {
    const ticket = kept.all.get(id);
    return ticket && (staff || ticket.requester === who.id) ? ticket : refuse(404, "not_found");
  };
  const mine = () => staff || refuse(404, "not_found");
  const view = (ticket) => viewOf(fake, ticket, staff);
  const entry = (ticket, raw) => entryOf(fake, ticket, raw, staff);
  const commit = (ticket, change) => add(fake, ticket, who, change);
  // With files, what is said may be empty.
  const said = (text, most, field = "/body") => {
    if (field === "/body" && text === "" && body.files?.length > 0) return text;
    if (typeof text !== "string" || text.trim() === "") invalid(field, "required");
    if ([...text].length > most) invalid(field, "too_long");
    return text.trim();
  };
  const sent = () => body.files?.length > 0 && { files: body.files.map((id) => fake.cards.get(id) ?? { id }) };
  const once = (ticket, type) => {
    const known = ticket.entries.find((raw) => raw.client_message_id === body.client_message_id);
    if (known && (known.type !== type || known.body !== body.body)) refuse(409, "client_message_id_reused");
    return known;
  };

  const set = (key) => fake.desk.settings.get(key).value;
  // Does actions in the name of a rule or macro; what is so already says nothing.
  const act = (ticket, by, name, then, keep) => {
    const changes = [];
    const note = (_, change) => changes.push(change);
    for (const action of then) {
      if (action.reply || action.note) {
        note(ticket, { type: action.reply ? "reply" : "note", body: action.reply ?? action.note, mentions: [] });
      } else edit(ticket, editOf(fake, action), note, refuse);
    }
    const all = changes.length > 0 ? [{ type: "acted", by, name }, ...changes] : [];
    return all.map((change) => keep(ticket, change));
  };

  if (route === "GET /v1/tickets") return list(fake, query, who, view);
  if (route === "POST /v1/tickets") {
    fake.mayWrite(who);
    const key = `${who.id}:${body.client_message_id}`;
    if (kept.keys.has(key)) return view(kept.all.get(kept.keys.get(key)));
    const subject = said(body.subject, 200, "/subject");
    const text = said(body.body, 50_000);
    const requester = staff ? body.requester : who.id;
    if (!fake.contacts.has(requester)) invalid("/requester", "required");
    const ticket = open(fake, { ...body, subject, requester, source: staff ? "agent" : "web" });
    kept.keys.set(key, ticket.id);
    commit(ticket, { type: "opened", subject, body: text, client_message_id: body.client_message_id, ...sent() });
    const system = { kind: "system", id: "system" };
    const does = (rule) => act(ticket, "rule", rule.name, rule.then, (one, change) => add(fake, one, system, change));
    obey(ticket, view(ticket), set("tickets.rules"), "opened", fake.now(), does);
    return view(ticket);
  }
  if (route === "GET /v1/tickets/search") return mine() && search(fake, query, view, entry);
  if (route === "POST /v1/tickets/bulk") {
    mine();
    return {
      results: body.tickets.map((id) => {
        try {
          return { id, ticket: view(edit(find(id), body.edit ?? {}, commit, refuse)) };
        } catch (error) {
          return { id, code: error.code, detail: error.detail };
        }
      }),
    };
  }
  if (route === "GET /v1/tickets/macros") {
    mine();
    return { macros: set("tickets.macros").map((one) => ({ team: null, ...one })) };
  }
  if (route === "POST /v1/tickets/macros") {
    mine();
    const one = set("tickets.macros").find(({ name }) => name === body.name) ?? invalid("/name", "unknown");
    return {
      results: body.tickets.map((id) => {
        try {
          const ticket = find(id);
          if (ticket.merged_into) refuse(409, "merged");
          const key = `${id} macro ${body.client_message_id}`;
          if (!kept.keys.has(key)) act(ticket, "macro", one.name, one.then, commit);
          kept.keys.set(key, id);
          return { id, ticket: view(ticket) };
        } catch (error) {
          return { id, code: error.code, detail: error.detail };
        }
      }),
    };
  }
  if (at("POST /v1/tickets/:id/rules")) {
    mine();
    const copy = structuredClone(find(id));
    const system = { kind: "system", id: "system" };
    const keep = (ticket, change) =>
      entryOf(fake, ticket, { seq: 0, at: fake.time(), author: system, ...change }, true);
    const does = (rule) => act(copy, "rule", rule.name, rule.then, keep);
    const steps = obey(copy, view(copy), body.rules ?? set("tickets.rules"), body.cause, fake.now(), does);
    return { ticket: view(copy), steps };
  }
  if (path === "/v1/tickets/mails") {
    mine();
    const { addresses, wanted } = kept.mails;
    if (method === "PUT" && typeof body.wanted !== "boolean") invalid("/wanted", "type");
    if (method === "PUT") wanted[body.wanted ? "add" : "delete"](who.id);
    const address = addresses?.get(who.id) ?? null;
    return { available: addresses !== null, address, wanted: wanted.has(who.id) };
  }
  if (at("GET /v1/tickets/numbers/:id")) {
    const number = Number(id.replace(/^\D*/, ""));
    return view(find([...kept.all.values()].find((it) => it.number === number)?.id));
  }
  if (at("POST /v1/chat/conversations/:id/ticket")) {
    mine();
    const { contact } = fake.find(id, who);
    const subject = said(body.subject, 200, "/subject");
    const ticket = open(fake, { subject, requester: contact, source: "chat" });
    commit(ticket, { type: "opened", subject, body: subject });
    return view(ticket);
  }
  if (at("GET /v1/tickets/:id")) {
    const ticket = find(id);
    const part = (one) => {
      const entries = one.entries.map((raw) => entry(one, raw)).filter(Boolean);
      return { ticket: view(one), entries: entries.slice(-50), has_more: entries.length > 50 };
    };
    const all = [...kept.all.values()];
    return {
      ...part(ticket),
      merged: all.filter((one) => one.merged_into === ticket.id).map(part),
      children: staff ? all.filter((one) => one.parent === ticket.id).map(view) : [],
    };
  }
  if (at("PATCH /v1/tickets/:id")) {
    mine();
    const ticket = find(id);
    if (body.expected_version !== ticket.version) refuse(409, "version");
    return view(edit(ticket, body.edit, commit, refuse));
  }
  if (at("GET /v1/tickets/:id/entries")) {
    const ticket = find(id);
    const before = Number(query.get("before") ?? Number.POSITIVE_INFINITY);
    const older = ticket.entries.map((raw) => entry(ticket, raw)).filter((one) => one && one.seq < before);
    const limit = Number(query.get("limit") ?? 50);
    return { entries: older.slice(-limit), has_more: older.length > limit };
  }
  if (at("POST /v1/tickets/:id/replies")) {
    fake.mayWrite(who);
    const ticket = find(id);
    const known = once(ticket, "reply");
    const text = said(body.body, 50_000);
    const { client_message_id } = body;
    const raw = known ?? commit(ticket, { type: "reply", body: text, client_message_id, ...sent() });
    const waits = ["pending", "on_hold", "solved", "closed"].includes(ticket.status);
    if (!known && staff && (body.status || ticket.status === "new")) become(ticket, body.status ?? "open", commit);
    if (!known && !staff && waits) become(ticket, "open", commit);
    return { ticket: view(ticket), entry: entry(ticket, raw) };
  }
  if (at("POST /v1/tickets/:id/notes")) {
    mine();
    const ticket = find(id);
    const text = said(body.body, 50_000);
    const mentions = (body.mentions ?? []).map((one) => agent(fake, one));
    const raw =
      once(ticket, "note") ??
      commit(ticket, { type: "note", body: text, mentions, client_message_id: body.client_message_id, ...sent() });
    return { ticket: view(ticket), entry: entry(ticket, raw) };
  }
  if (at("POST /v1/tickets/:id/time")) {
    mine();
    const ticket = find(id);
    ticket.seconds += body.seconds;
    const raw = commit(ticket, { type: "time", seconds: body.seconds, note: body.note ?? null });
    return { ticket: view(ticket), entry: entry(ticket, raw) };
  }
  if (at("PUT /v1/tickets/:id/done")) {
    if (staff) refuse(404, "not_found");
    const ticket = find(id);
    become(ticket, body.done ? "solved" : "open", commit);
    return view(ticket);
  }
  if (at("PUT /v1/tickets/:id/rating")) {
    const ticket = find(id);
    if (!["solved", "closed"].includes(ticket.status)) refuse(409, "not_solved");
    ticket.rating = { score: body.score, comment: body.comment ?? null, at: fake.time() };
    commit(ticket, { type: "rated", ...ticket.rating });
    return view(ticket);
  }
  mine();
  if (at("POST /v1/tickets/:id/merge")) {
    const [from, into] = [find(id), find(body.into)];
    if (from === into) refuse(409, "itself");
    if (from.requester !== into.requester) refuse(409, "other_requester");
    from.merged_into = into.id;
    commit(from, { type: "merged_into", other: into.id, number: into.number });
    become(from, "closed", commit);
    commit(into, { type: "merged", other: from.id, number: from.number });
    return view(into);
  }
  if (at("POST /v1/tickets/:id/split")) {
    const ticket = find(id);
    const copied = ticket.entries.filter((raw) => body.entries.includes(raw.seq));
    const { requester, team, priority } = ticket;
    const fresh = open(fake, { subject: said(body.subject, 200, "/subject"), requester, team, priority });
    for (const { type, body: text, author, mentions } of copied) {
      add(fake, fresh, author, { type: type === "note" ? "note" : "reply", body: text, mentions: mentions ?? [] });
    }
    commit(fresh, { type: "split_from", other: ticket.id, number: ticket.number, entries: body.entries });
    commit(ticket, { type: "split", other: fresh.id, number: fresh.number, entries: body.entries });
    return view(fresh);
  }
  if (at("PUT /v1/tickets/:id/parent")) {
    const ticket = find(id);
    if (body.parent && find(body.parent).parent) refuse(409, "nested");
    const other = body.parent ?? ticket.parent;
    ticket.parent = body.parent;
    commit(ticket, { type: "related", relation: "parent", other, holds: body.parent !== null });
    return view(ticket);
  }
  if (at("PUT /v1/tickets/:id/link")) {
    const pair = [find(id), find(body.ticket)];
    for (const [one, other] of [pair, [...pair].reverse()]) {
      if (body.linked) one.links.add(other.id);
      else one.links.delete(other.id);
      commit(one, { type: "related", relation: "linked", other: other.id, holds: body.linked });
    }
    return view(pair[0]);
  }
  if (at("GET /v1/tickets/:id/draft")) return kept.drafts.get(`${find(id).id} ${who.id}`) ?? { body: "", note: false };
  if (at("PUT /v1/tickets/:id/draft")) {
    kept.drafts.set(`${find(id).id} ${who.id}`, { body: body.body, note: body.note ?? false });
    return { body: body.body, note: body.note ?? false };
  }
  if (at("PUT /v1/tickets/:id/looking")) {
    const there = kept.lookers.get(find(id).id) ?? new Map();
    kept.lookers.set(id, there);
    if (body.doing === "left") there.delete(who.id);
    else there.set(who.id, { agent: agent(fake, who.id), doing: body.doing, at: fake.time() });
    const fresh = [...there.values()].filter((one) => fake.now() - Date.parse(one.at) < LOOKS);
    return { others: fresh.filter((one) => one.agent.id !== who.id) };
  }
  return refuse(404, "not_found");
}

function open(
  fake,
  { subject, requester, team = null, priority = "normal", tags = [], organisation, source = "agent" },
) {
  fake.tickets.number += 1;
  const ticket = {
    id: uuid(),
    number: fake.tickets.number,
    subject,
    requester,
    organisation: organisation ?? null,
    status: "new",
    priority,
    team,
    assignee: null,
    followers: [],
    cc: [],
    tags,
    fields: {},
    links: new Set(),
    parent: null,
    merged_into: null,
    snoozed_until: null,
    due_at: null,
    source,
    rating: null,
    owed: [],
    seconds: 0,
    version: 1,
    entries: [],
    created_at: fake.time(),
  };
  fake.tickets.all.set(ticket.id, ticket);
  return ticket;
}

function add(fake, ticket, author, change) {
  const raw = {
    seq: ticket.entries.length + 1,
    at: fake.time(),
    author: { kind: author.kind, id: author.id },
    ...change,
  };
  ticket.entries.push(raw);
  // Told once, when all of it is done.
  fake.after(200, () => {
    for (const link of fake.links) {
      const staff = link.who.kind === "agent";
      if (!link.tickets || (!staff && link.who.id !== ticket.requester)) continue;
      link.say({ type: "tickets", fetch: false, tickets: [viewOf(fake, ticket, staff)], gone: [] });
    }
  });
  return raw;
}

function become(ticket, status, commit) {
  if (ticket.status === status) return;
  const from = ticket.status;
  ticket.status = status;
  ticket.version += 1;
  commit(ticket, { type: "status", from, to: status });
}

/** An action as the change of fields that it is. */
function editOf(fake, action) {
  const later = (minutes) => new Date(fake.now() + minutes * 60_000).toISOString().replace("Z", "000Z");
  if ("snooze" in action) return { snoozed_until: later(action.snooze) };
  if ("due" in action) return { due_at: later(action.due) };
  if (action.follow) return { add_followers: action.follow };
  if (action.field) return { fields: { [action.field.name]: action.field.value ?? null } };
  return action;
}

/** Changes fields, and notes each change. */
function edit(ticket, change, commit, refuse) {
  if (ticket.merged_into) refuse(409, "merged");
  const version = ticket.version;
  if (change.status) become(ticket, change.status, commit);
  const types = { snoozed_until: "snoozed", assignee: "assigned", due_at: "due" };
  for (const name of ["subject", "priority", "team", "organisation", "snoozed_until", "assignee", "due_at"]) {
    if (!(name in change) || change[name] === ticket[name]) continue;
    const [from, to] = [ticket[name], change[name]];
    ticket[name] = to;
    commit(ticket, { type: types[name] ?? name, ...(name === "snoozed_until" ? { until: to } : { from, to }) });
  }
  for (const name of ["tags", "cc", "followers"]) {
    const added = (change[`add_${name}`] ?? []).filter((one) => !ticket[name].includes(one));
    const removed = (change[`remove_${name}`] ?? []).filter((one) => ticket[name].includes(one));
    if (added.length + removed.length === 0) continue;
    ticket[name] = [...ticket[name].filter((one) => !removed.includes(one)), ...added].sort();
    commit(ticket, { type: name, added, removed });
  }
  if (change.fields) {
    const before = ticket.fields;
    const all = Object.entries({ ...before, ...change.fields });
    ticket.fields = Object.fromEntries(all.filter(([, value]) => value !== null));
    commit(ticket, { type: "fields", changed: change.fields, before });
  }
  ticket.version = version + 1;
  return ticket;
}

function agent(fake, id) {
  return { id, name: fake.agents.get(id)?.name ?? null };
}

function viewOf(fake, ticket, staff) {
  const entries = ticket.entries.map((raw) => entryOf(fake, ticket, raw, staff)).filter(Boolean);
  const replies = entries.filter((one) => one.type === "reply" || one.type === "opened");
  const last = replies.at(-1);
  const category = CATEGORIES.includes(ticket.status)
    ? ticket.status
    : fake.desk.settings.get("tickets.statuses").value.find((one) => one.id === ticket.status).category;
  const { id, number, subject, priority, organisation, rating, merged_into, created_at } = ticket;
  const shown = {
    id,
    number,
    reference: `T-${number}`,
    subject,
    stage: STAGES[category],
    priority,
    organisation,
    rating,
    merged_into,
    seq: entries.at(-1)?.seq ?? 0,
    replies: replies.length,
    last_reply: last
      ? { author: last.author, at: last.at, excerpt: [...last.body].slice(0, 140).join(""), type: "message" }
      : null,
    created_at,
    updated_at: (staff ? entries.at(-1) : last)?.at ?? created_at,
  };
  if (!staff) return shown;
  const { status, snoozed_until, team, cc, tags, fields, due_at, source, parent, owed, version } = ticket;
  const desk = { status, category, snoozed_until, team, cc, tags, fields, due_at, source, parent, owed, version };
  const waits = last?.author.kind === "visitor" && !["solved", "closed"].includes(category);
  return {
    ...shown,
    desk: {
      ...desk,
      requester: fake.contacts.get(ticket.requester),
      assignee: ticket.assignee && agent(fake, ticket.assignee),
      followers: ticket.followers.map((one) => agent(fake, one)),
      links: [...ticket.links],
      seconds_spent: ticket.seconds,
      first_reply_at: replies.find((one) => one.author.kind === "agent")?.at ?? null,
      waiting_since: waits ? last.at : null,
      solved_at: null,
    },
  };
}

function entryOf(fake, ticket, raw, staff) {
  const whole = { ...raw, ticket: ticket.id, author: fake.author(raw, { kind: staff ? "agent" : "visitor" }) };
  const people = (ids) => ids.map((id) => agent(fake, id));
  if (raw.type === "assigned") {
    Object.assign(whole, { from: raw.from && agent(fake, raw.from), to: raw.to && agent(fake, raw.to) });
  }
  if (raw.type === "followers") Object.assign(whole, { added: people(raw.added), removed: people(raw.removed) });
  if (staff) return whole;
  if (!SEEN.includes(raw.type)) return null;
  whole.seq = ticket.entries.filter((one) => SEEN.includes(one.type) && one.seq <= raw.seq).length;
  if (raw.type !== "status") return whole;
  const { from: _, ...rest } = whole;
  return { ...rest, type: "stage", to: STAGES[raw.to] ?? "open" };
}

function list(fake, query, who, view) {
  const staff = who.kind === "agent";
  const [status, assignee, snoozed] = ["status", "assignee", "snoozed"].map((name) => query.get(name));
  const same = (name, value) => !query.has(name) || (query.get(name) || null) === value;
  const fits = (ticket) => {
    const { category, snoozed_until } = viewOf(fake, ticket, true).desk;
    const mine = { me: who.id, none: null }[assignee ?? ""];
    return (
      (staff || ticket.requester === who.id) &&
      (!status ||
        status === "all" ||
        (status === "unsolved"
          ? !["solved", "closed"].includes(category)
          : [ticket.status, category].includes(status))) &&
      (!assignee || assignee === "any" || ticket.assignee === (mine === undefined ? assignee : mine)) &&
      same("team", ticket.team) &&
      same("priority", ticket.priority) &&
      same("requester", ticket.requester) &&
      (!query.get("tag") || ticket.tags.includes(query.get("tag"))) &&
      (snoozed !== "no" || !snoozed_until || Date.parse(snoozed_until) <= fake.now())
    );
  };
  const after = query.get("after");
  const limit = Number(query.get("limit") ?? 30);
  const all = [...fake.tickets.all.values()]
    .filter(fits)
    .map(view)
    .filter((one) => !after || one.updated_at < after)
    .sort((a, b) => (a.updated_at < b.updated_at ? 1 : -1));
  return { tickets: all.slice(0, limit), next: all.length > limit ? all[limit - 1].updated_at : null };
}

function search(fake, query, view, entry) {
  const words = (query.get("query") ?? "").toLowerCase().split(/\s+/).filter(Boolean);
  const results = [...fake.tickets.all.values()].flatMap((ticket) =>
    ticket.entries
      .filter((raw) => words.every((word) => `${raw.subject ?? ""} ${raw.body ?? ""}`.toLowerCase().includes(word)))
      .filter((raw) => raw.body)
      .map((raw) => ({ ticket: view(ticket), entry: entry(ticket, raw) })),
  );
  return { results: results.reverse().slice(0, 30), next: null };
}
