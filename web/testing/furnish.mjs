// Fills a fake server with what a busy day leaves: for pictures, and for journeys through the admin panel.

import { submit } from "./fake-forms.mjs";
import { post } from "./fake-mail.mjs";
import { furnishHelp } from "./furnish-help.mjs";
import { furnishTickets } from "./furnish-tickets.mjs";

const HOUR = 3_600_000;
const MEAN = `\u202E<img src=x onerror=alert(1)>"'&{{contact.name}} ${"M".repeat(120)}`;

const PEOPLE = [
  ["Wile E. Coyote", "wile@acme.example"],
  [null, null],
  ["Road Runner", null],
  [null, "marvin.the.martian@mars.example"],
  ["A very long name of somebody who filled in the form with great care and patience", "long@acme.example"],
  ["ليلى حداد", "layla@example.com"],
  ["田中 花子", "hanako@example.jp"],
  ["Granny Webster", "granny@acme.example"],
  [MEAN, "mean@evil.example"],
];
const TEXTS = [
  "Where is my rocket? It was meant to come on Tuesday.",
  "hi",
  "مرحبا، أين طلبي؟",
  "The trap door opens the wrong way round, and the sign on it is painted on the inside of the lid, so nobody sees it.",
  "注文した商品がまだ届きません。",
  "Can I send the anvil back? See https://acme.example/returns?order=4711.",
];

/** What forms brought, and mails in every state. Gives the id of one. */
function letters(fake) {
  const answers = { name: "Ann", email: "ann@example.com", topic: "An order", order: "4711" };
  submit(fake, { ...answers, message: "The anvil came without its handle.\nCan you send one?" }, { repeats: 2 });
  submit(fake, { name: MEAN, email: "mean@evil.example", message: MEAN }, { page: "https://acme.example/contact?x=1" });
  const reasons = [{ kind: "links", count: 7 }, { kind: "domain", domain: "evil.example" }, { kind: "trap" }];
  submit(fake, { email: "shop@evil.example", message: "Buy https://evil.example now" }, { reasons });
  submit(fake, { email: "b@example.com", message: "Hello" }, { reasons: [{ kind: "too_fast", seconds: 1 }] });
  const said = (subject) => ({
    subject,
    text: "You have a reply to your conversation with Acme.\n\nAda: It left our works on Monday.\n",
    html: `<!doctype html><html lang="en"><head><style type="text/css">p { margin: 16px 24px; }</style></head><body style="margin:0;background-color:#f3f4f6"><div style="max-width:600px;margin:0 auto;background:#ffffff;color:#1f2937;font-family:sans-serif"><p style="font-weight:600">Acme</p><p>You have a reply to your conversation with Acme.</p><p><b>Ada</b><br/>It left our works on Monday.</p><p><a href="https://acme.example" style="background:#1f2937;color:#ffffff;padding:10px 24px;border-radius:6px;text-decoration:none">To the site</a></p></div></body></html>`,
  });
  post(fake, "chat.reply", "wile@acme.example", said("Ada replied to you"));
  post(fake, "forms.notice", "desk@acme.example", said(`Write to us: ${MEAN}`));
  post(fake, "chat.transcript", "refused@acme.example", said("Your conversation with Acme"));
  post(fake, "chat.reply", "given-up@acme.example", said("Ada replied to you"));
  const uncertain = post(fake, "chat.reply", "uncertain@acme.example", said("Ada replied to you"));
  for (const [address, reason] of [
    ["nobody@acme.example", "bounced"],
    ["angry@example.com", "complained"],
    [`a.very.long.address.of.somebody.who.likes.them@${"sub.".repeat(12)}example.com`, "by_hand"],
  ]) {
    fake.desk.mail.suppressions.set(address, { address, reason, since: fake.time() });
  }
  const mail = { id: "r1", sender: "ann@example.com", subject: "Re: Your anvil", thread: null, state: "unclaimed" };
  const came = { mail: { ...mail, received_at: fake.time() }, text: "It still has no handle.\n\nAnn" };
  fake.desk.mail.received.push({ ...came, quoted: "> It left our works on Monday.", attachments: ["photo.jpg"] });
  return uncertain;
}

/** Gives the ids of what is worth looking at. */
export function furnish(fake, agents) {
  const ada = agents.get("ada");
  const ben = agents.get("ben");
  const made = PEOPLE.map(([name, email], index) => {
    const who = fake.addContact(name, email);
    const { conversation } = fake.create(who, { client_message_id: "a", body: TEXTS[index % TEXTS.length] });
    conversation.priority = ["urgent", "normal", "high", "normal", "normal", "low"][index % 6];
    conversation.labels = [["delivery", "vip"], [], ["bug"], ["returns", MEAN.slice(0, 40)], []][index % 5];
    if (index % 2 === 0) conversation.team = "sales";
    if (index % 3 === 0) fake.assign(ada, conversation.id, { agent: index % 2 ? ben.id : ada.id });
    if (index % 4 === 1) note(fake, ada, conversation.id, "Called them, no answer.");
    return { who, conversation };
  });
  const [first] = made;
  const { who, conversation } = first;
  const say = (from, body) =>
    fake.write(from, conversation.id, "message", { client_message_id: `m${fake.tick}${body.length}`, body });
  say(
    ada,
    "Good morning! Let me look at that for you.\n\nIt left our works on Monday, so it should be with you today.",
  );
  say(who, "The tracking page says “in the canyon”. Is that bad?");
  note(fake, ben, conversation.id, "@Ada the driver always falls into that canyon. Offer the large parachute?");
  say(ada, "It happens. We are sending a new one with the large parachute, free of charge.");
  say(who, "That is very kind, thank you!");
  fake.read(ada, conversation.id, 3);
  conversation.rating = { score: 5, comment: "Quick and kind" };
  conversation.language = "en";
  conversation.attributes = { order: 4711, plan: "genius", express: true };
  fake.desk.contacts.set(who.id, { attributes: { company: "Acme", visits: 12 }, is_member: true });
  const page = (path, title, hours) => ({
    url: `https://acme.example${path}`,
    title,
    at: new Date(fake.now() - hours * HOUR).toISOString(),
  });
  fake.desk.pages.set(who.id, [
    page("/orders/4711", "Your order 4711", 0.02),
    page("/rockets", "Rockets, sledges and skates", 0.1),
    page("/", "Acme: everything a coyote needs", 0.2),
  ]);
  const before = fake.create(who, { client_message_id: "old", body: "Do the skates fit size 48?" }).conversation;
  fake.status(ada, before.id, { status: "closed" });

  const { desk } = fake;
  for (const [shortcode, text] of [
    ["hello", "Hello {{contact.name|there}}, how can I help?"],
    ["refund", "We have sent the money back. It takes three to five days until you see it."],
    ["returns", "You can send it back within 30 days: https://acme.example/returns"],
    ["thanks", "Thank you, {{contact.name|friend}}! Have a good day."],
  ]) {
    desk.canned.set(shortcode, { id: shortcode, shortcode, text, team: null, version: 1, updated_at: desk.at });
  }
  const owner = { id: ada.id, name: "Ada" };
  desk.views.set("vip", {
    id: "vip",
    kind: "chat",
    name: "VIP",
    filter: { label: "vip" },
    shared: true,
    owner,
    version: 1,
  });
  set(desk, "chat.capacity", 5);
  set(desk, "chat.fields", [
    { name: "name", label: "Your name", kind: "text", required: true },
    { name: "topic", label: "What is it about?", kind: "select", required: false, choices: ["An order", "A return"] },
    { name: "terms", label: "I have read the small print", kind: "checkbox", required: true },
  ]);
  const day = [
    ["09:00", "12:30"],
    ["13:30", "17:00"],
  ];
  set(desk, "chat.hours", {
    time_zone: "Europe/Berlin",
    week: { mon: day, tue: day, wed: day, thu: day, fri: [["09:00", "15:00"]] },
    holidays: [{ date: "2030-12-25", name: "Christmas" }],
    message: "We are back in the morning.",
  });
  desk.capacity.set(ada.id, { capacity: 3, languages: ["en", "de"] });
  desk.capacity.set(ben.id, { capacity: null, languages: ["en", "ar"] });
  hooks(fake, desk);
  const people = made.map((one) => one.who);
  const mail = letters(fake);
  return {
    mail,
    talk: conversation.id,
    plain: made[1].conversation.id,
    hostile: made[8].conversation.id,
    contact: who.id,
    ...furnishTickets(fake, agents, people, MEAN),
    ...furnishHelp(fake, MEAN),
  };
}

function hooks(fake, desk) {
  const plain = {
    disabled: null,
    failing_since: null,
    previous_secret_until: null,
    version: 1,
    created_at: desk.at,
    updated_at: desk.at,
  };
  const url = "https://hooks.acme.example/engage";
  desk.webhooks.set("a", { id: "a", url, events: [], description: "Warehouse", ...plain });
  const events = ["chat.message_sent", "chat.status_changed"];
  desk.webhooks.set("b", { id: "b", url: `${url}/crm`, events, description: "", ...plain, disabled: "failing" });
  desk.deliveries.set(
    "a",
    ["chat.message_sent", "chat.conversation_opened", "chat.message_sent"].map((event, index) => ({
      id: `d${index}`,
      event_id: `e${index}`,
      event,
      delivered: index !== 1,
      attempts: index === 1 ? 3 : 1,
      first_at: desk.at,
      last_at: desk.at,
      took_ms: 40 + index * 400,
      status: index === 1 ? 503 : 204,
      error: index === 1 ? "receiver_busy" : null,
    })),
  );
  desk.dead = ["webhook:b", "mail"].map((topic, index) => ({
    id: `dead${index}`,
    topic,
    payload: { event: "chat.message_sent", to: "granny@acme.example" },
    due: desk.at,
    attempts: 16,
    error: index ? "550 mailbox unavailable" : "receiver_refused (500)",
  }));
  const [ada] = fake.agents.values();
  for (const [action, target] of [
    ["settings.set", "setting:chat.hours"],
    ["webhooks.create", "webhook:a"],
    ["contacts.merge", "contact:019b76da-a800-7f3a-9c1e-5f8f0c2b7a11"],
  ]) {
    desk.audit.push({ id: action, at: desk.at, actor: `staff:${ada.id}`, action, target, detail: { version: 2 } });
  }
}

function note(fake, who, id, body) {
  fake.write(who, id, "note", { client_message_id: `n${body.length}`, body });
}

function set(desk, key, value) {
  desk.settings.set(key, { key, value, version: 1 });
}
