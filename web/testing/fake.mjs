// An in-memory server of chat protocol 1, without sockets or HTTP of its own: tests and the development server drive it.
// It favours plainness over speed, and knows nothing of the client's source.

import { desk, newDesk, staffFacts, wait } from "./fake-desk.mjs";
import { help, newHelp } from "./fake-help.mjs";
import { newTickets, tickets } from "./fake-tickets.mjs";

const uuid = () => globalThis.crypto.randomUUID();
const REPLAY = 500;

export class Refusal extends Error {
  constructor(status, code, detail = code, errors = undefined) {
    super(detail);
    Object.assign(this, { status, code, detail, errors });
  }

  /** The problem document that says so. */
  get problem() {
    const { status, code, detail, errors } = this;
    return { type: "about:blank", title: code, status, code, detail, request_id: "fake", ...(errors && { errors }) };
  }
}

export class FakeServer {
  constructor({ now = () => Date.now(), after = realTimer, heartbeat = 25_000, site = "Acme" } = {}) {
    Object.assign(this, { now, after, heartbeat, site, greeting: "Hello! How can we help?" });
    /** What else the site says of itself, over what it says by itself. */
    this.says = {};
    /** Files that are whole, by id: put here by who takes them. */
    this.cards = new Map();
    this.visits = [];
    this.blocked = new Set();
    this.desk = newDesk(now);
    this.tickets = newTickets();
    this.help = newHelp();
    this.sessions = new Map();
    this.contacts = new Map();
    this.agents = new Map();
    this.conversations = new Map();
    this.created = new Map();
    this.links = new Set();
    this.waiting = new Set();
    this.tick = 0;
    this.epoch = 1;
    this.cursor = 0;
    this.log = [];
  }

  addAgent(name, role = "agent") {
    const agent = { id: uuid(), name, role, status: "online" };
    this.agents.set(agent.id, agent);
    return { kind: "agent", id: agent.id };
  }

  time() {
    this.tick = (this.tick + 1) % 1000;
    return new Date(this.now()).toISOString().replace("Z", `${String(this.tick).padStart(3, "0")}Z`);
  }

  // ----- what each kind of reader sees

  author(entry, who) {
    const { kind, id } = entry.author;
    if (kind === "system" || kind === "bot") return { kind, name: kind === "bot" ? "Robby" : null };
    const name = kind === "agent" ? this.agents.get(id).name : (this.contacts.get(id)?.name ?? null);
    return who.kind === "visitor" && kind === "agent" ? { kind, name } : { kind, name, id };
  }

  entry(conversation, raw, who) {
    const seq = who.kind === "visitor" ? raw.visitorSeq : raw.seq;
    if (!seq) return null;
    const { visitorSeq: _, ...rest } = raw;
    const entry = { ...rest, conversation: conversation.id, seq, author: this.author(raw, who) };
    if (entry.type === "assigned" && entry.agent && who.kind === "visitor") entry.agent = { name: entry.agent.name };
    if (who.kind === "visitor") delete entry.snoozed_until;
    return entry;
  }

  entries(conversation, who) {
    return conversation.entries.map((raw) => this.entry(conversation, raw, who)).filter(Boolean);
  }

  position(conversation, who) {
    return this.entries(conversation, who).at(-1)?.seq ?? 0;
  }

  mark(conversation, who) {
    return conversation.reads.get(who.id) ?? 0;
  }

  reads(conversation, who) {
    const marks = [];
    let agents = 0;
    for (const [id, seq] of conversation.reads) {
      const agent = this.agents.get(id);
      if (who.kind === "visitor") {
        if (agent) agents = Math.max(agents, seen(conversation, seq));
        else marks.push({ reader: { kind: "visitor", id, name: this.contacts.get(id)?.name ?? null }, seq });
      } else if (agent) marks.push({ reader: { kind: "agent", id, name: agent.name }, seq });
      else {
        const staff = conversation.entries.findLast((raw) => raw.visitorSeq && raw.visitorSeq <= seq)?.seq ?? 0;
        marks.push({ reader: { kind: "visitor", id, name: this.contacts.get(id)?.name ?? null }, seq: staff });
      }
    }
    if (agents > 0) marks.push({ reader: { kind: "agent" }, seq: agents });
    return marks;
  }

  view(conversation, who) {
    const entries = this.entries(conversation, who);
    const texts = entries.filter((entry) => entry.type === "message" || entry.type === "note");
    const last = texts.at(-1);
    const mark = this.mark(conversation, who);
    const mine = (author) => author.kind === who.kind && (who.kind === "visitor" || author.id === who.id);
    const base = {
      id: conversation.id,
      status: conversation.status,
      assignee: conversation.assignee && this.person(conversation.assignee, who),
      seq: entries.at(-1)?.seq ?? 0,
      unread: texts.filter((entry) => entry.seq > mark && !mine(entry.author)).length,
      last_message: last
        ? { author: last.author, excerpt: [...last.body].slice(0, 140).join(""), at: last.at, type: last.type }
        : null,
      created_at: conversation.created_at,
      updated_at: entries.at(-1)?.at ?? conversation.created_at,
      rating: conversation.rating ?? null,
      ...(conversation.bot && { bot: true }),
    };
    if (who.kind === "visitor") return { ...base, status: base.status === "snoozed" ? "open" : base.status };
    const contact = this.contacts.get(conversation.contact);
    const asks = (entry) => entry.author.id !== who.id && entry.mentions?.some((agent) => agent.id === who.id);
    return {
      ...base,
      mentioned: texts.some((entry) => entry.seq > mark && asks(entry)),
      snoozed_until: conversation.snoozed_until,
      team: conversation.team,
      contact,
      ...staffFacts(conversation),
      marked_unread: conversation.marked?.has(who.id) ?? false,
    };
  }

  person(id, who) {
    const { name } = this.agents.get(id);
    return who.kind === "visitor" ? { name } : { id, name };
  }

  find(id, who) {
    const conversation = this.conversations.get(id);
    if (!conversation || (who.kind === "visitor" && conversation.contact !== who.id))
      throw new Refusal(404, "not_found");
    return conversation;
  }

  snapshot(id, who) {
    const conversation = this.find(id, who);
    const entries = this.entries(conversation, who);
    return {
      conversation: this.view(conversation, who),
      entries: entries.slice(-50),
      has_more: entries.length > 50,
      reads: this.reads(conversation, who),
      epoch: String(this.epoch),
    };
  }

  // ----- changes

  commit(conversation, author, change, visible = true) {
    const last = conversation.entries.at(-1);
    const visitors = conversation.entries.filter((raw) => raw.visitorSeq).length;
    const raw = {
      id: uuid(),
      at: this.time(),
      author: { kind: author.kind, id: author.id },
      seq: (last?.seq ?? 0) + 1,
      visitorSeq: visible ? visitors + 1 : null,
      ...change,
    };
    conversation.entries.push(raw);
    wait(conversation, raw);
    for (const link of this.links) {
      if (!link.subs.has(conversation.id)) continue;
      const entry = this.entry(conversation, raw, link.who);
      if (entry) link.say(entry);
    }
    this.announce(conversation);
    for (const check of [...this.waiting]) check();
    return raw;
  }

  /** Another database takes over, which lacks the last `lost` entries of the conversation. */
  rewind(id, lost) {
    const conversation = this.conversations.get(id);
    for (const raw of conversation.entries.splice(-lost)) conversation.ids.delete(raw.client_message_id);
    this.epoch += 1;
    for (const link of [...this.links]) {
      link.say({ type: "bye", code: "rewound", reconnect: true, retry_after_ms: 100 });
      link.close(4011);
    }
  }

  announce(conversation) {
    this.cursor += 1;
    conversation.changed = this.cursor;
    for (const link of this.links) {
      if (!link.inbox || (link.who.kind === "visitor" && link.who.id !== conversation.contact)) continue;
      const cursor = String(this.cursor);
      link.say({ type: "inbox", cursor, conversations: [this.view(conversation, link.who)], gone: [] });
    }
  }

  /** A visitor who is blocked may read only. */
  mayWrite(who) {
    if (this.blocked.has(who.id)) throw new Refusal(403, "blocked");
  }

  block(id) {
    this.blocked.add(id);
    for (const link of [...this.links]) {
      if (link.who.id !== id) continue;
      link.say({ type: "bye", code: "blocked", reconnect: false, retry_after_ms: 0 });
      link.close(4403);
    }
  }

  write(who, id, type, { client_message_id, body, reply_to = null, files = [], mentions = [] }) {
    const conversation = this.find(id, who);
    this.mayWrite(who);
    if (type === "note" && who.kind !== "agent") throw new Refusal(403, "forbidden");
    if (
      typeof body !== "string" ||
      body.length + files.length === 0 ||
      [...body].length > 10_000 ||
      body.includes("\0")
    ) {
      throw new Refusal(422, "invalid", "body: 1 to 10,000 characters");
    }
    const known = conversation.ids.get(client_message_id);
    if (known) {
      if (known.body !== body || known.type !== type) throw new Refusal(409, "client_message_id_reused");
      return { raw: known, conversation, replayed: true };
    }
    if (conversation.status !== "open") this.status(who, id, { status: "open" });
    if (mentions.some((agent) => !this.agents.has(agent))) throw new Refusal(422, "invalid", "mentions: unknown");
    const asked = mentions.map((agent) => ({ id: agent, name: this.agents.get(agent).name }));
    const said = {
      ...{ type, body, client_message_id, reply_to },
      ...(files.length > 0 && { files: files.map((file) => this.cards.get(file) ?? file) }),
      ...(asked.length > 0 && { mentions: asked }),
    };
    const raw = this.commit(conversation, who, said, type === "message");
    conversation.ids.set(client_message_id, raw);
    return { raw, conversation, replayed: false };
  }

  create(who, { client_message_id, body, files, answers = {}, pages = [], invitation, language }, author = who) {
    this.mayWrite(who);
    const key = `${who.id}:${client_message_id}`;
    const known = this.conversations.get(this.created.get(key));
    if (known) return { conversation: known, raw: known.ids.get(client_message_id), replayed: true };
    this.answer(who, answers);
    this.visits.push(...pages);
    const conversation = {
      id: uuid(),
      opening: { answers, pages, invitation, language },
      contact: who.id,
      status: "open",
      snoozed_until: null,
      team: null,
      assignee: null,
      entries: [],
      reads: new Map(),
      ids: new Map(),
      created_at: this.time(),
      changed: 0,
    };
    this.conversations.set(conversation.id, conversation);
    this.created.set(key, conversation.id);
    const invited = this.says.invitations?.find(({ id }) => id === invitation);
    if (invited) this.commit(conversation, { kind: "system" }, { type: "message", body: invited.text });
    const { raw } = this.write(author, conversation.id, "message", { client_message_id, body, files });
    const free = [...this.agents.values()].find((agent) => agent.status === "online");
    if (free && this.autoAssign) this.assign({ kind: "system" }, conversation.id, { agent: free.id });
    return { conversation, raw, replayed: false };
  }

  answer(who, answers) {
    const { fields, needs_email } = this.about();
    const contact = this.contacts.get(who.id);
    const email = { name: "email", kind: "email", required: true };
    const asked = [...fields, ...(needs_email && !fields.some(({ name }) => name === "email") ? [email] : [])];
    const errors = asked.flatMap(({ name, kind, required }) => {
      const text = answers[name];
      if (text === undefined || text === "" || text === false)
        return required && !contact[name] ? fault(`answers/${name}`, "required") : [];
      return kind === "email" && !/^\S+@\S+$/.test(text) ? fault(`answers/${name}`, "not_an_address") : [];
    });
    if (errors.length > 0) throw new Refusal(422, "invalid", "see errors", errors);
    for (const name of ["name", "email"]) if (answers[name]) contact[name] = answers[name];
  }

  rate(who, id, { score, comment = null }) {
    const conversation = this.find(id, who);
    if (conversation.status !== "closed") throw new Refusal(409, "not_closed");
    conversation.rating = { score, comment };
    this.commit(conversation, who, { type: "rated", score, comment });
    return this.view(conversation, who);
  }

  handoff(who, id) {
    const conversation = this.find(id, who);
    this.mayWrite(who);
    if (conversation.bot) {
      conversation.bot = false;
      this.commit(conversation, who, { type: "handoff" });
    }
    return this.view(conversation, who);
  }

  transcript(who, id) {
    const lines = this.entries(this.find(id, who), who).filter(({ type }) => type === "message");
    return lines.map(({ author, body }) => `${author.name ?? author.kind}: ${body}`).join("\n");
  }

  status(who, id, { status, snoozed_until = null }) {
    const conversation = this.find(id, who);
    if (conversation.status === status) return conversation;
    const visible = [status, conversation.status].includes("closed");
    if (status === "closed") conversation.rating = null;
    Object.assign(conversation, { status, snoozed_until: status === "snoozed" ? snoozed_until : null });
    this.commit(conversation, who, { type: "status", status, snoozed_until: conversation.snoozed_until }, visible);
    return conversation;
  }

  assign(who, id, { agent, expected }) {
    const conversation = this.conversations.get(id);
    if (!conversation) throw new Refusal(404, "not_found");
    if (expected !== undefined && expected !== conversation.assignee) throw new Refusal(409, "conflict");
    if (conversation.assignee === agent) return conversation;
    conversation.assignee = agent;
    const person = agent && { id: agent, name: this.agents.get(agent).name };
    this.commit(conversation, who, { type: "assigned", agent: person });
    return conversation;
  }

  read(who, id, seq) {
    const conversation = this.find(id, who);
    const before = conversation.reads.get(who.id) ?? 0;
    const next = Math.min(Math.max(before, seq), this.position(conversation, who));
    if (next > before) {
      conversation.reads.set(who.id, next);
      for (const link of this.links) {
        if (!link.subs.has(id)) continue;
        for (const mark of this.reads(conversation, link.who)) {
          const own = link.who.kind === "visitor" && who.kind === "agent" ? !mark.reader.id : mark.reader.id === who.id;
          if (own) link.say({ type: "read", conversation: id, ...mark });
        }
      }
      this.announce(conversation);
    }
    if (seq > 0 && conversation.marked?.delete(who.id)) this.announce(conversation);
    return { seq: next, unread: this.view(conversation, who).unread };
  }

  typing(who, id, typing, text = undefined) {
    const conversation = this.find(id, who);
    this.mayWrite(who);
    if (text !== undefined) conversation.preview = text;
    for (const link of this.links) {
      if (link.subs.has(id) && link.who.id !== who.id) {
        link.say({ type: "typing", conversation: id, author: this.author({ author: who }, link.who), typing });
      }
    }
    return conversation;
  }

  /** Where a visitor's conversation waits, from 1; null: it waits no longer. */
  queue(id, position) {
    for (const link of this.links) {
      if (link.subs.has(id) && link.who.kind === "visitor") link.say({ type: "queue", conversation: id, position });
    }
  }

  presence(who, status) {
    const agent = this.agents.get(who.id);
    agent.status = status;
    const agents_online = [...this.agents.values()].some((other) => other.status === "online");
    for (const link of this.links) {
      if (link.who.kind === "visitor") link.say({ type: "presence", agents_online });
      else link.say({ type: "presence", agent: { id: agent.id, name: agent.name }, status });
    }
    return this.agentView(agent);
  }

  agentView({ id, name, status }) {
    const open = [...this.conversations.values()].filter((it) => it.assignee === id && it.status === "open").length;
    const { capacity = null, languages = [] } = this.desk.capacity.get(id) ?? {};
    return { id, name, status, open, capacity, languages };
  }

  // ----- HTTP: gives a body, or throws a Refusal

  async http(method, url, body, who) {
    const [path, search = ""] = url.split("?");
    const query = new URLSearchParams(search);
    const [, id, rest] = path.match(/^\/v1\/chat\/conversations\/([^/]+)(?:\/(\w+))?$/) ?? [];
    const staff = who?.kind === "agent";
    this.log.push(`${method} ${path}`);
    if (path === "/v1/me") return staff ? this.me(who) : refuse(403, "forbidden");
    if (path === "/v1/session") return this.session(method, body, who);
    if (path.startsWith("/v1/help")) return help(this, method, path, query, body, who, Refusal);
    if (!who) throw new Refusal(401, "unauthenticated");
    if (path === "/v1/chat/conversations") {
      if (method === "GET") return this.list(who, query);
      const { conversation, raw } = this.create(who, body);
      return { conversation: this.view(conversation, who), entry: this.entry(conversation, raw, who) };
    }
    if (path.startsWith("/v1/tickets") || rest === "ticket") {
      return tickets(this, method, path, query, body, who, Refusal);
    }
    if (path === "/v1/chat/pages") return void this.visits.push(body);
    if (path === "/v1/chat/agents" && method === "GET")
      return { agents: [...this.agents.values()].map((agent) => this.agentView(agent)) };
    if (path === "/v1/chat/agents/me") return this.presence(who, body.status);
    if (!id) return desk(this, method, path, query, body, who, Refusal);
    switch (`${method} ${rest ?? ""}`) {
      case "GET ":
        return this.snapshot(id, who);
      case "GET entries":
        return this.page(id, who, query);
      case "POST messages":
      case "POST notes": {
        const { conversation, raw } = this.write(who, id, rest.slice(0, -1), body);
        return this.entry(conversation, raw, who);
      }
      case "PUT read":
        return this.read(who, id, body.seq);
      case "POST typing":
        return void this.typing(who, id, body.typing, body.text);
      case "PUT rating":
        return this.rate(who, id, body);
      case "POST handoff":
        return this.handoff(who, id);
      case "GET transcript":
        return this.transcript(who, id);
      case "PUT status":
        return staff ? this.view(this.status(who, id, body), who) : refuse(403, "forbidden");
      case "PUT assignee":
        return staff ? this.view(this.assign(who, id, body), who) : refuse(403, "forbidden");
      default:
        return desk(this, method, path, query, body, who, Refusal);
    }
  }

  me({ id }) {
    const { name, role } = this.agents.get(id);
    return { id, name, role, teams: ["sales"], site: { name: this.site }, files: this.says.files ?? null };
  }

  session(method, body, who) {
    const contact = who?.kind === "visitor" ? this.contacts.get(who.id) : null;
    if (method === "PATCH") {
      if (!contact) throw new Refusal(401, "unauthenticated");
      if (contact.managed) throw new Refusal(409, "identity_managed");
      this.identify(contact, body);
    }
    return { contact, site: this.about(), blocked: this.blocked.has(who?.id) };
  }

  about() {
    return {
      name: this.site,
      greeting: this.greeting,
      agents_online: [...this.agents.values()].some((agent) => agent.status === "online"),
      is_open: true,
      opens_at: null,
      closed_message: "",
      needs_email: false,
      fields: [],
      page_trail: false,
      typing_preview: false,
      invitations: [],
      ...this.says,
    };
  }

  identify(contact, changes) {
    const told = Object.entries(changes).map(([field, text]) => [field, text?.trim() || null]);
    const errors = told.flatMap(([field, text]) => {
      if ([...(text ?? "")].length > (field === "name" ? 200 : 254)) return fault(field, "too_long");
      return field === "email" && text && !/^\S+@\S+$/.test(text) ? fault(field, "not_an_address") : [];
    });
    if (errors.length > 0) throw new Refusal(422, "invalid", "see errors", errors);
    Object.assign(contact, Object.fromEntries(told));
    for (const conversation of this.conversations.values()) {
      if (conversation.contact !== contact.id) continue;
      this.commit(conversation, { kind: "system" }, { type: "contact", contact: { ...contact } }, false);
    }
  }

  addContact(name = null, email = null) {
    const contact = { id: uuid(), name, email };
    this.contacts.set(contact.id, contact);
    return { kind: "visitor", id: contact.id };
  }

  list(who, query) {
    const status = query.get("status") ?? "open";
    const assignee = query.get("assignee") ?? "any";
    const limit = Number(query.get("limit") ?? 30);
    const before = query.get("before");
    const same = (name, value) => !query.get(name) || query.get(name) === value;
    const all = [...this.conversations.values()]
      .filter((it) => who.kind === "agent" || it.contact === who.id)
      .filter((it) => query.get("mentioned") !== "true" || isAsked(it, who))
      .map((it) => this.view(it, who))
      .filter((it) => status === "all" || it.status === status)
      .filter((it) => who.kind === "visitor" || fits(it.assignee?.id ?? null, assignee, who.id))
      .filter((it) => same("team", it.team) && same("priority", it.priority))
      .filter((it) => !query.get("label") || it.labels?.includes(query.get("label")))
      .filter((it) => !before || it.updated_at < before)
      .sort((a, b) => (a.updated_at < b.updated_at ? 1 : -1));
    const page = all.slice(0, limit);
    return {
      conversations: page,
      next: all.length > limit ? page.at(-1).updated_at : null,
      inbox: String(this.cursor),
    };
  }

  async page(id, who, query) {
    const conversation = this.find(id, who);
    const limit = Number(query.get("limit") ?? 50);
    const answer = () => {
      const entries = this.entries(conversation, who);
      const seq = entries.at(-1)?.seq ?? 0;
      const epoch = String(this.epoch);
      if ((query.get("epoch") ?? epoch) !== epoch) return { entries: [], seq, has_more: false, epoch };
      if (query.has("before")) {
        const older = entries.filter((entry) => entry.seq < Number(query.get("before")));
        return { entries: older.slice(-limit), seq, has_more: older.length > limit, epoch };
      }
      const newer = entries.filter((entry) => entry.seq > Number(query.get("after") ?? 0));
      return { entries: newer.slice(0, limit), seq, has_more: newer.length > limit, epoch };
    };
    if (answer().entries.length === 0 && query.has("wait")) {
      await new Promise((resolve) => {
        const done = () => {
          this.waiting.delete(check);
          calm();
          resolve();
        };
        const check = () => answer().entries.length > 0 && done();
        const calm = this.after(Number(query.get("wait")) * 1000, done);
        this.waiting.add(check);
      });
    }
    return answer();
  }

  // ----- sockets: `say(frame)` and `close(code)` reach the client; what it sends goes to the function given back

  connect(who, say, close) {
    const link = { who, say, close, subs: new Set(), inbox: false, greeted: false };
    this.links.add(link);
    return {
      receive: (frame) => this.receive(link, frame),
      gone: () => void this.links.delete(link),
      link,
    };
  }

  receive(link, frame) {
    const { who, say } = link;
    this.log.push(frame.type);
    try {
      switch (frame.type) {
        case "hello":
          if (this.blocked.has(who.id)) {
            link.say({ type: "bye", code: "blocked", reconnect: false, retry_after_ms: 0 });
            return link.close(4403);
          }
          return this.hello(link, frame);
        case "subscribe":
          return this.subscribe(link, frame, (answer) => say({ type: "subscribed", ref: frame.ref, ...answer }));
        case "unsubscribe":
          return void link.subs.delete(frame.conversation);
        case "send":
        case "note": {
          const type = frame.type === "send" ? "message" : "note";
          const { raw, conversation, replayed } = this.write(who, frame.conversation, type, frame);
          const { id, seq, at } = this.entry(conversation, raw, who);
          const { client_message_id } = frame;
          return say({ type: "ack", client_message_id, conversation: conversation.id, id, seq, at, replayed });
        }
        case "read":
          return void this.read(who, frame.conversation, frame.seq);
        case "typing":
          return void this.typing(who, frame.conversation, frame.typing, frame.text);
        case "tickets":
          link.tickets = frame.follow;
          return say({ type: "tickets", fetch: frame.follow, tickets: [], gone: [] });
        case "ping":
          return say({ type: "pong", n: frame.n });
        case "pong":
          return;
        default:
          throw new Refusal(400, "malformed", `unknown frame ${frame.type}`);
      }
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const ref = frame.ref ?? frame.client_message_id;
      say({ type: "error", ...(ref && { ref }), code: error.code, detail: error.detail });
    }
  }

  hello(link, frame) {
    const resumed = [];
    const later = [];
    const epoch = String(this.epoch);
    const same = (frame.epoch ?? epoch) === epoch;
    for (const { conversation, seq } of frame.resume ?? []) {
      this.subscribe(link, { conversation, seq: same ? seq : undefined }, (answer) => resumed.push(answer), later);
    }
    let inbox = null;
    const changed = [];
    if (frame.inbox !== undefined) {
      link.inbox = true;
      const recovered = same && frame.inbox !== null && link.who.kind === "agent";
      inbox = { recovered, cursor: String(this.cursor) };
      if (recovered) changed.push(...[...this.conversations.values()].filter((it) => it.changed > Number(frame.inbox)));
    }
    const limits = { body_chars: 10_000, frame_bytes: 65_536, replay_entries: REPLAY };
    link.say({ type: "welcome", protocol: 1, heartbeat_ms: this.heartbeat, limits, epoch, resumed, inbox });
    for (const entry of later) link.say(entry);
    const conversations = changed.map((it) => this.view(it, link.who));
    if (changed.length > 0) link.say({ type: "inbox", cursor: String(this.cursor), conversations, gone: [] });
  }

  subscribe(link, { conversation: id, seq: held }, answer, later = null) {
    let conversation;
    try {
      conversation = this.find(id, link.who);
    } catch {
      return answer({ conversation: id, error: "not_found" });
    }
    const seq = this.position(conversation, link.who);
    const recovered = held !== undefined && held <= seq && seq - held <= REPLAY;
    link.subs.add(id);
    answer({ conversation: id, recovered, seq, reads: this.reads(conversation, link.who) });
    if (!recovered) return;
    for (const entry of this.entries(conversation, link.who)) {
      if (entry.seq > held) later ? later.push(entry) : link.say(entry);
    }
  }
}

function realTimer(ms, task) {
  const timer = setTimeout(task, ms);
  return () => clearTimeout(timer);
}

function fault(field, code) {
  return [{ field: `/${field}`, code, detail: code }];
}

function refuse(status, code) {
  throw new Refusal(status, code);
}

function fits(assignee, filter, me) {
  if (filter === "any") return true;
  if (filter === "none") return assignee === null;
  return assignee === (filter === "me" ? me : filter);
}

/** An agent's mark in the visitor's numbering. */
function seen(conversation, seq) {
  return conversation.entries.findLast((raw) => raw.visitorSeq && raw.seq <= seq)?.visitorSeq ?? 0;
}

/** Whether a note of a conversation asks an agent to look. */
function isAsked(conversation, who) {
  const notes = conversation.entries.filter((entry) => entry.mentions && entry.author.id !== who.id);
  return notes.some((entry) => entry.mentions.some((agent) => agent.id === who.id));
}
