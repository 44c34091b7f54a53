// What the fake server answers of mail, as a part of `fake-desk.mjs`. It has no mailer: mails are kept, unless their recipient says
// what becomes of them (`refused@…`, `uncertain@…`, `given-up@…`).

const uuid = () => globalThis.crypto.randomUUID();

const SAMPLES = { site: "Acme", site_url: "https://acme.example", by: "Ann Example", agent: "Ann Example" };
const COMMON = [
  { name: "site", about: "The site's name", kind: "text" },
  { name: "site_url", about: "The site's address", kind: "link" },
];
const TEMPLATES = {
  "chat.reply": {
    about: "To a visitor who has not read an answer on the site for ten minutes",
    variables: [
      { name: "agent", about: "Who wrote last", kind: "text" },
      { name: "messages", about: "What was written", kind: "list" },
      { name: "messages.text", about: "What", kind: "text" },
    ],
    subject: "{{ agent }} replied to you",
    body: "<mj-text>You have a reply from {{ site }}.</mj-text>\n<mj-divider />",
  },
  "mail.test": {
    about: "What the mail settings send to see whether mail arrives",
    variables: [{ name: "by", about: "Who sends it", kind: "text" }],
    subject: "A test of {{ site }}",
    body: "<mj-text>{{ by }} sent this to see whether mail arrives.</mj-text>",
  },
};
const LOCALES = ["ar", "de", "en", "es", "fr", "ja"];

export function newMail() {
  return { mails: [], received: [], suppressions: new Map(), texts: new Map(), token: "first" };
}

/** The settings of mail. */
export const MAIL_SETTINGS = {
  "mail.from": null,
  "mail.from_name": "",
  "mail.reply_domain": null,
  "mail.locale": "en",
  "mail.footer": "",
  "mail.chat_replies": true,
  "mail.waiting_to": [],
};

/** Answers a request of mail, or throws what `refuse` makes. */
export function mail(fake, route, query, body, { me, at, refuse, invalid, versioned, page }) {
  const kept = fake.desk.mail;
  const address = (text) => {
    if (!/^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(text ?? ""))
      invalid(route.includes("/test") ? "/to" : "/address", "not_an_address");
    return text.toLowerCase();
  };
  const row = ({ content, ...rest }) => rest;
  const one = (id) => kept.mails.find((mail) => mail.id === id) ?? refuse(404, "not_found");
  const info = () => ({ sending: false, from: "noreply@acme.example", from_name: "Acme", inbound_token: kept.token });
  if (route === "GET /v1/mail") return info();
  if (route === "POST /v1/mail/inbound/token") {
    kept.token = uuid();
    return info();
  }
  if (route === "GET /v1/mail/ledger") {
    const [state, recipient] = [query.get("state"), query.get("recipient")?.toLowerCase()];
    const fits = (it) => (!state || it.state === state) && (!recipient || it.recipient === recipient);
    return page(kept.mails.filter(fits).map(row), "mails", "before");
  }
  const ledger = at("GET /v1/mail/ledger/:id");
  if (ledger) {
    const { content, ...rest } = one(ledger);
    return { mail: rest, content };
  }
  const resend = at("POST /v1/mail/ledger/:id/resend");
  if (resend) {
    const mail = one(resend);
    if (!["refused", "suppressed"].includes(mail.state)) refuse(409, "mail_not_refused");
    Object.assign(mail, { state: "kept", error: null, attempts: mail.attempts + 1, updated_at: fake.time() });
    return undefined;
  }
  if (route === "POST /v1/mail/test") {
    const drawn = draw("mail.test", textOf(kept, "mail.test", "en").text);
    return { mail: post(fake, "mail.test", address(body.to), { ...drawn, by: me.name }) };
  }

  if (route === "GET /v1/mail/templates") {
    const templates = Object.entries(TEMPLATES).map(([name, { about, variables }]) => {
      const own = [...kept.texts.keys()].filter((key) => key.startsWith(`${name}/`)).map((key) => key.split("/")[1]);
      const locales = [...new Set([...LOCALES, ...own])].sort().map((locale) => {
        const { version, text, builtin } = textOf(kept, name, locale);
        return { locale, version, changed: version > 0 && text !== builtin };
      });
      return { name, about, variables: [...COMMON, ...variables], locales };
    });
    return { templates };
  }
  const [, method, name, locale, rest] = route.match(/^(\w+) \/v1\/mail\/templates\/([^/]+)\/([^/]+)(\/\w+)?$/) ?? [];
  if (name) {
    if (!TEMPLATES[name]) refuse(404, "not_found");
    const { text, version, builtin } = textOf(kept, name, locale);
    const versions = kept.texts.get(`${name}/${locale}`) ?? [];
    if (method === "POST" && rest === "/preview") return draw(name, checked(name, body, "", refuse));
    if (rest === "/versions") return { versions: [...versions].reverse() };
    if (method === "GET") return text ? { text, version, builtin } : refuse(404, "not_found");
    versioned({ version }, body.expected_version);
    const next = body.text && checked(name, body.text, "/text", refuse);
    const stored = { version: version + 1, text: next, by: me.name, created_at: fake.time() };
    kept.texts.set(`${name}/${locale}`, [...versions, stored]);
    return stored;
  }

  if (route === "GET /v1/mail/suppressions") {
    const prefix = (query.get("search") ?? "").toLowerCase();
    const all = [...kept.suppressions.values()].filter((one) => one.address.startsWith(prefix));
    return page(
      all.sort((a, b) => (a.address < b.address ? -1 : 1)),
      "suppressions",
      "after",
    );
  }
  if (route === "POST /v1/mail/suppressions") {
    const wanted = address(body.address);
    const own = kept.suppressions.get(wanted) ?? { address: wanted, reason: "by_hand", since: fake.time() };
    kept.suppressions.set(wanted, own);
    return own;
  }
  const freed = at("DELETE /v1/mail/suppressions/:id");
  if (freed) return kept.suppressions.delete(decodeURIComponent(freed)) ? undefined : refuse(404, "not_found");
  if (route === "GET /v1/mail/received") {
    const state = query.get("state");
    return page(
      kept.received.filter(({ mail }) => !state || mail.state === state).map(({ mail }) => mail),
      "mails",
      "before",
    );
  }
  const received = at("GET /v1/mail/received/:id");
  if (received) return kept.received.find(({ mail }) => mail.id === received) ?? refuse(404, "not_found");
  return refuse(404, "not_found");
}

/** A mail in the ledger, and what its recipient makes of it. Gives its id. */
export function post(fake, template, recipient, { subject, text, html }) {
  const { desk } = fake;
  const [who] = recipient.split("@");
  const suppressed = desk.mail.suppressions.has(recipient);
  const state = suppressed
    ? "suppressed"
    : ({ refused: "refused", uncertain: "uncertain", "given-up": "deferred" }[who] ?? "kept");
  const error =
    { refused: "smtp_550", uncertain: "smtp_cut", deferred: "smtp_450", suppressed: "suppressed" }[state] ?? null;
  const id = uuid();
  const times = { created_at: fake.time(), updated_at: fake.time() };
  const content = { from: "noreply@acme.example", reply_to: null, text, html, attachments: [] };
  desk.mail.mails.unshift({
    ...{ id, message_id: `${id}@acme.example`, template, recipient, subject, state, attempts: 1 },
    ...{ uncertain: state === "uncertain", error, ...times, content },
  });
  if (state === "deferred") {
    const payload = { mail: { outgoing: { template, to: { name: null, address: recipient } } } };
    desk.dead.push({ id, topic: "mail", payload, due: fake.time(), attempts: 55, error: "mail_deferred" });
  }
  return id;
}

function textOf(kept, name, locale) {
  const { subject, body } = TEMPLATES[name];
  const builtin = LOCALES.includes(locale) ? { subject, body } : null;
  const newest = kept.texts.get(`${name}/${locale}`)?.at(-1);
  return { text: newest?.text ?? builtin, version: newest?.version ?? 0, builtin };
}

/** Of the server's check only that what stands in braces must be known. */
function checked(name, text, at, refuse) {
  const known = [...COMMON, ...TEMPLATES[name].variables].map((one) => one.name);
  for (const [field, said] of Object.entries(text)) {
    for (const [index, line] of said.split("\n").entries()) {
      const unknown = [...line.matchAll(/\{\{ *([\w.]+) *\}\}/g)].find(
        ([, one]) => !known.includes(one) && !one.startsWith("item."),
      );
      const detail = unknown && `line ${index + 1}: there is no ${unknown[1]} here`;
      if (unknown) refuse(422, "invalid", [{ field: `${at}/${field}`, code: "unknown_variable", detail }]);
    }
  }
  return text;
}

function draw(name, { subject, body }) {
  const filled = (text) =>
    text.replace(/\{\{ *([\w.]+) *\}\}/g, (_, one) => SAMPLES[one] ?? "…").replace(/\{%[^%]*%\}/g, "");
  const inside = filled(body)
    .replace(/<mj-divider ?\/>/g, "<hr>")
    .replace(/<(\/?)mj-[a-z]+([^>]*)>/g, "<$1p$2>");
  const text = `${inside.replace(/<[^>]*>/g, "").trim()}\n`;
  const html = `<!doctype html><html lang="en"><head><title>${name}</title><style type="text/css">p { margin: 16px; }</style></head><body style="background-color:#f3f4f6"><div style="max-width:600px;margin:0 auto;background:#fff;color:#1f2937;font-family:sans-serif">${inside}</div></body></html>`;
  return { subject: filled(subject), text, html };
}
