// What the fake server answers to the rest of the panel: everything besides the chat itself. It is part of `fake.mjs`, which
// asks it for what it does not know.

import { forms, newForms } from "./fake-forms.mjs";
import { MAIL_SETTINGS, mail, newMail } from "./fake-mail.mjs";
import { TICKET_SETTINGS, wrongRules } from "./fake-rules.mjs";

const uuid = () => globalThis.crypto.randomUUID();

/** What a new fake server keeps of it. */
export function newDesk(now) {
  const at = new Date(now()).toISOString().replace("Z", "000Z");
  const settings = {
    "chat.auto_assign": true,
    "chat.capacity": null,
    "chat.fields": [],
    "chat.greeting": "Hello! How can we help?",
    "chat.hours": null,
    "chat.invitations": [],
    "chat.look": { accent: null, theme: "auto", position: "end", icon: "chat", label: "", title: "", avatars: true },
    "chat.texts": {},
    "chat.offline_email": false,
    "chat.page_trail": true,
    "chat.teams": ["sales"],
    "chat.reassign_after_s": 180,
    "chat.typing_preview": false,
    ...TICKET_SETTINGS,
    ...MAIL_SETTINGS,
  };
  return {
    at,
    settings: new Map(Object.entries(settings).map(([key, value]) => [key, { key, value, version: 0 }])),
    canned: new Map(),
    views: new Map(),
    webhooks: new Map(),
    deliveries: new Map(),
    dead: [],
    audit: [],
    keys: new Map(),
    pages: new Map(),
    blocked: new Map(),
    contacts: new Map(),
    capacity: new Map(),
    mail: newMail(),
    forms: newForms(),
    /** Paths that this server does not know, as an older one would not. */
    lacks: [],
  };
}

/** The members that staff's conversations have beyond what visitors see. */
export function staffFacts(conversation) {
  return {
    priority: conversation.priority ?? "normal",
    language: conversation.language ?? null,
    labels: conversation.labels ?? [],
    attributes: conversation.attributes ?? {},
    rating: conversation.rating ?? null,
    unanswered_since: conversation.unanswered ?? null,
    waiting_since: conversation.waiting ?? null,
  };
}

/** Since when the visitor waits for an answer and the conversation for somebody, after `raw`. */
export function wait(conversation, raw) {
  const { status, assignee, unanswered = null, waiting = null } = conversation;
  if (raw.type === "message") conversation.unanswered = raw.author.kind === "visitor" ? (unanswered ?? raw.at) : null;
  if (status === "closed") conversation.unanswered = null;
  const waits = status === "open" && !assignee;
  conversation.waiting = waits ? (waiting ?? conversation.unanswered ?? raw.at) : null;
}

/** The teams that are set, that agents are in and that conversations have: everybody of this server's is in sales. */
function teams(fake) {
  const set = fake.desk.settings.get("chat.teams").value;
  const open = [...fake.conversations.values()].filter((it) => it.status === "open" && it.team);
  const names = new Set([...set, "sales", ...open.map((it) => it.team)]);
  return [...names].sort().map((name) => {
    const mine = open.filter((it) => it.team === name);
    const agents = name === "sales" ? [...fake.agents.keys()] : [];
    const waiting = mine.filter((it) => it.waiting).length;
    return { name, is_set: set.includes(name), agents, open: mine.length, waiting };
  });
}

/** Answers a request of staff's, or throws what `refuse` makes; undefined answers 204. */
export function desk(fake, method, path, query, body, who, Refusal) {
  const kept = fake.desk;
  const refuse = (status, code, errors) => {
    throw new Refusal(status, code, code, errors);
  };
  const staff = who?.kind === "agent";
  const me = staff && fake.agents.get(who.id);
  if (!staff) refuse(404, "not_found");
  if (kept.lacks.some((part) => path.includes(part))) refuse(404, "not_found");
  const admin = () => me.role === "admin" || refuse(403, "forbidden");
  const find = (map, id) => map.get(id) ?? refuse(404, "not_found");
  const note = (action, target, detail = {}) =>
    kept.audit.unshift({ id: uuid(), at: fake.time(), actor: `staff:${who.id}`, action, target, detail });
  const versioned = (thing, expected) => thing.version === expected || refuse(409, "conflict");
  const invalid = (field, code) => refuse(422, "invalid", [{ field, code, detail: code }]);
  const route = `${method} ${path}`;
  let id = "";
  const at = (pattern) => {
    const found = route.match(new RegExp(`^${pattern.replaceAll(":id", "([^/]+)")}$`));
    id = found?.[1] ?? id;
    return found !== null;
  };

  const part = {
    ...{ me, admin, refuse, invalid, versioned },
    at: (pattern) => (at(pattern) ? id : null),
    page: (all, name, cursor) => paged(all, name, query, cursor),
  };
  if (path.startsWith("/v1/forms") || path.startsWith("/v1/submissions")) return forms(fake, route, query, body, part);
  if (path.startsWith("/v1/mail")) return admin() && mail(fake, route, query, body, part);

  // ----- conversations
  const talk = (id) => fake.find(id, who);
  const change = (conversation, part, entry) => {
    Object.assign(conversation, part);
    fake.commit(conversation, who, entry, false);
    return fake.view(conversation, who);
  };
  if (at("PUT /v1/chat/conversations/:id/priority")) {
    return change(talk(id), { priority: body.priority }, { type: "priority", priority: body.priority });
  }
  if (at("PUT /v1/chat/conversations/:id/language")) {
    return change(talk(id), { language: body.language }, { type: "language", language: body.language });
  }
  if (at("PUT /v1/chat/conversations/:id/team")) {
    const conversation = talk(id);
    if (body.release && conversation.assignee) fake.assign(who, conversation.id, { agent: null });
    return change(conversation, { team: body.team }, { type: "team", team: body.team });
  }
  if (at("PATCH /v1/chat/conversations/:id/labels")) {
    const conversation = talk(id);
    const labels = new Set([...(conversation.labels ?? []), ...(body.add ?? [])]);
    for (const label of body.remove ?? []) labels.delete(label);
    const sorted = [...labels].sort();
    return change(conversation, { labels: sorted }, { type: "labels", labels: sorted });
  }
  if (at("PATCH /v1/chat/conversations/:id/attributes")) {
    const conversation = talk(id);
    const attributes = patched(conversation.attributes, body.attributes);
    return change(conversation, { attributes }, { type: "attributes", changed: body.attributes });
  }
  if (at("GET /v1/chat/conversations/:id/pages")) return { pages: kept.pages.get(talk(id).contact) ?? [] };
  if (route === "GET /v1/chat/search") return search(fake, who, query);
  if (at("PUT /v1/chat/conversations/:id/unread")) {
    const conversation = talk(id);
    conversation.marked ??= new Set();
    conversation.marked.add(who.id);
    return void fake.announce(conversation);
  }
  if (route === "GET /v1/chat/teams") return { teams: teams(fake) };
  if (route === "GET /v1/chat/labels") {
    const all = [...fake.conversations.values()].flatMap((it) => it.labels ?? []);
    return { labels: [...new Set(all)].sort() };
  }
  if (at("PUT /v1/chat/agents/:id")) {
    admin();
    kept.capacity.set(id, body);
    return fake.agentView(find(fake.agents, id));
  }

  // ----- people
  const person = (id) => {
    const contact = find(fake.contacts, id);
    const more = kept.contacts.get(id) ?? { attributes: {}, is_member: false };
    return { ...contact, ...more, created_at: kept.at, updated_at: kept.at, blocked: kept.blocked.get(id) ?? null };
  };
  if (route === "GET /v1/contacts") {
    const words = (query.get("query") ?? "").toLowerCase().split(/\s+/).filter(Boolean);
    const fits = ({ name, email }) => words.every((word) => `${name} ${email}`.toLowerCase().includes(word));
    const all = [...fake.contacts.values()].filter(fits).reverse();
    return { contacts: all.slice(0, 30).map(({ id }) => person(id)), next: null };
  }
  if (at("GET /v1/contacts/:id")) return person(id);
  if (at("PATCH /v1/contacts/:id")) {
    const { attributes, ...said } = body;
    const contact = find(fake.contacts, id);
    if (Object.keys(said).length > 0) fake.identify(contact, said);
    const known = kept.contacts.get(id) ?? { attributes: {}, is_member: false };
    kept.contacts.set(id, { ...known, attributes: patched(known.attributes, attributes ?? {}) });
    return person(id);
  }
  if (at("GET /v1/contacts/:id/conversations")) {
    const all = [...fake.conversations.values()].filter((it) => it.contact === id);
    return { conversations: all.map((it) => fake.view(it, who)).reverse(), next: null };
  }
  if (at("POST /v1/contacts/:id/conversations")) {
    const visitor = { kind: "visitor", id: find(fake.contacts, id).id };
    const { conversation, raw } = fake.create(visitor, body, who);
    return { conversation: fake.view(conversation, who), entry: fake.entry(conversation, raw, who) };
  }
  if (at("PUT /v1/contacts/:id/blocked")) {
    const by = { id: who.id, name: me.name };
    kept.blocked.set(id, body.blocked ? { at: fake.time(), by, reason: body.reason ?? null } : null);
    note(body.blocked ? "contact.blocked" : "contact.unblocked", `contact:${id}`);
    return person(id);
  }
  if (at("POST /v1/contacts/:id/merge")) {
    admin();
    const into = find(fake.contacts, body.into);
    for (const it of fake.conversations.values()) if (it.contact === id) it.contact = into.id;
    fake.contacts.delete(id);
    note("contacts.merge", `contact:${id}`, { into: into.id });
    return person(into.id);
  }
  if (at("DELETE /v1/contacts/:id/sessions")) return { ended: 1 };

  // ----- canned replies, views, settings
  if (route === "GET /v1/canned") {
    const prefix = query.get("search") ?? "";
    const limit = Number(query.get("limit") ?? 50);
    const all = [...kept.canned.values()].filter((one) => one.shortcode.startsWith(prefix));
    all.sort((a, b) => (a.shortcode < b.shortcode ? -1 : 1));
    return { replies: all.slice(0, limit), next: null };
  }
  const taken = (id) => {
    if (!/^[a-z0-9_-]{1,50}$/.test(body.shortcode)) invalid("/shortcode", "malformed");
    if (!body.text) invalid("/text", "required");
    const other = [...kept.canned.values()].find((one) => one.shortcode === body.shortcode && one.id !== id);
    if (other) refuse(409, "shortcode_taken");
  };
  if (route === "POST /v1/canned") {
    taken();
    return put(kept.canned, { id: uuid(), ...body, version: 1, updated_at: fake.time() });
  }
  if (at("GET /v1/canned/:id/text")) {
    const contact = fake.contacts.get(talk(query.get("conversation")).contact);
    const { text } = find(kept.canned, id);
    return { text: text.replace(/\{\{contact\.name(?:\|([^}]*))?\}\}/g, (_, other) => contact?.name ?? other ?? "") };
  }
  if (at("GET /v1/canned/:id")) return find(kept.canned, id);
  if (at("PUT /v1/canned/:id")) {
    const { expected_version, ...rest } = body;
    const one = find(kept.canned, id);
    versioned(one, expected_version);
    taken(one.id);
    return put(kept.canned, { ...one, ...rest, version: one.version + 1, updated_at: fake.time() });
  }
  if (at("DELETE /v1/canned/:id")) return void kept.canned.delete(find(kept.canned, id).id);
  if (route === "GET /v1/views") {
    const kind = query.get("kind");
    const mine = (view) => (view.shared || view.owner.id === who.id) && (!kind || view.kind === kind);
    return { views: [...kept.views.values()].filter(mine) };
  }
  if (route === "POST /v1/views") {
    return put(kept.views, { id: uuid(), ...body, owner: { id: who.id, name: me.name }, version: 1 });
  }
  if (at("PUT /v1/views/:id")) {
    const { expected_version, ...rest } = body;
    const view = find(kept.views, id);
    versioned(view, expected_version);
    return put(kept.views, { ...view, ...rest, version: view.version + 1 });
  }
  if (at("DELETE /v1/views/:id")) return void kept.views.delete(find(kept.views, id).id);
  if (route === "GET /v1/settings") return { settings: [...kept.settings.values()] };
  if (at("PUT /v1/settings/:id")) {
    admin();
    const setting = find(kept.settings, id);
    // As the server, for the one colour that is tried: a yellow that cannot be read.
    if (body.value?.accent?.light === "#f5c400") invalid("/value/accent/light", "contrast");
    const wrong = wrongRules(setting.key, body.value).map(([field, code]) => ({ field, code, detail: code }));
    if (wrong.length > 0) refuse(422, "invalid", wrong);
    versioned(setting, body.expected_version);
    const next = { key: setting.key, value: body.value, version: setting.version + 1 };
    kept.settings.set(setting.key, next);
    note("settings.set", `setting:${setting.key}`, { version: next.version });
    return next;
  }

  // ----- webhooks, the outbox, the log
  if (path.startsWith("/v1/webhooks") || path.startsWith("/v1/outbox") || path === "/v1/audit") admin();
  const secret = () => `whsec_${btoa(uuid())}`;
  if (route === "GET /v1/webhooks") return { webhooks: [...kept.webhooks.values()] };
  if (route === "POST /v1/webhooks") {
    if (!/^https:\/\//.test(body.url)) invalid("/url", "malformed");
    const plain = { disabled: null, failing_since: null, previous_secret_until: null, version: 1 };
    const times = { created_at: fake.time(), updated_at: fake.time() };
    const webhook = put(kept.webhooks, { id: uuid(), ...body, ...plain, ...times });
    note("webhooks.create", `webhook:${webhook.id}`);
    return { webhook, secret: secret() };
  }
  if (at("GET /v1/webhooks/:id")) return find(kept.webhooks, id);
  if (at("PATCH /v1/webhooks/:id")) {
    const { expected_version, enabled, ...rest } = body;
    const webhook = find(kept.webhooks, id);
    versioned(webhook, expected_version);
    const disabled = enabled === undefined ? webhook.disabled : enabled ? null : "by_hand";
    return put(kept.webhooks, { ...webhook, ...rest, disabled, version: webhook.version + 1 });
  }
  if (at("DELETE /v1/webhooks/:id")) return void kept.webhooks.delete(find(kept.webhooks, id).id);
  if (at("POST /v1/webhooks/:id/secret")) {
    const webhook = find(kept.webhooks, id);
    versioned(webhook, body.expected_version);
    const until = new Date(fake.now() + 86_400_000).toISOString();
    const next = { ...webhook, previous_secret_until: until, version: webhook.version + 1 };
    return { webhook: put(kept.webhooks, next), secret: secret() };
  }
  if (at("POST /v1/webhooks/:id/test")) {
    const time = fake.time();
    const sent = { id: uuid(), event_id: uuid(), event: "webhook.test", delivered: true, attempts: 1 };
    const all = kept.deliveries.get(id) ?? [];
    kept.deliveries.set(id, [
      { ...sent, first_at: time, last_at: time, took_ms: 42, status: 204, error: null },
      ...all,
    ]);
    return { delivery: sent.id };
  }
  if (at("GET /v1/webhooks/:id/deliveries")) {
    return { deliveries: kept.deliveries.get(id) ?? [], next: null };
  }
  if (route === "GET /v1/outbox/dead") return { letters: kept.dead };
  if (at("POST /v1/outbox/:id/release")) {
    kept.dead = kept.dead.filter((one) => one.id !== id);
    return undefined;
  }
  if (at("DELETE /v1/outbox/:id")) {
    kept.dead = kept.dead.filter((one) => one.id !== id);
    return undefined;
  }
  if (route === "GET /v1/audit") {
    const from = query.get("before") ? kept.audit.findIndex((one) => one.id === query.get("before")) + 1 : 0;
    const limit = Number(query.get("limit") ?? 50);
    const entries = kept.audit.slice(from, from + limit);
    return { entries, next: kept.audit.length > from + limit ? entries.at(-1).id : null };
  }
  return refuse(404, "not_found");
}

/** A page of a list, which goes on after the one that the cursor names. */
function paged(all, name, query, cursor) {
  const key = (one) => one.id ?? one.address;
  const from = query.get(cursor) ? all.findIndex((one) => key(one) === query.get(cursor)) + 1 : 0;
  const limit = Number(query.get("limit") ?? 50);
  const shown = all.slice(from, from + limit);
  return { [name]: shown, next: all.length > from + limit ? key(shown.at(-1)) : null };
}

function put(map, thing) {
  map.set(thing.id, thing);
  return thing;
}

/** RFC 7396, for flat values: null removes. */
function patched(before = {}, change) {
  return Object.fromEntries(Object.entries({ ...before, ...change }).filter(([, value]) => value !== null));
}

function search(fake, who, query) {
  const words = (query.get("query") ?? "").toLowerCase().split(/\s+/).filter(Boolean);
  const results = [];
  for (const conversation of fake.conversations.values()) {
    for (const entry of fake.entries(conversation, who)) {
      const text = entry.body?.toLowerCase();
      if (!text || words.length === 0 || !words.every((word) => text.includes(word))) continue;
      const letters = [...entry.body].slice(0, 200);
      const at = [...entry.body.toLowerCase()].join("").indexOf(words[0]);
      const ranges = at < 0 || at + words[0].length > letters.length ? [] : [[at, at + words[0].length]];
      results.push({ entry, contact: fake.contacts.get(conversation.contact), excerpt: letters.join(""), ranges });
    }
  }
  return { results: results.reverse().slice(0, 30), next: null };
}
