// What the widget can look like: each story brings a server of its own into the state that it tells of.

const LONG = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft ".repeat(6);
const FIELDS = [
  { name: "name", label: "Your name", kind: "text", required: true, choices: [], max_length: 100 },
  { name: "email", label: "E-mail", kind: "email", required: true, choices: [], max_length: null },
  { name: "topic", label: "What is it about?", kind: "select", required: false, choices: ["Orders", "Anvils"], max_length: null },
  { name: "terms", label: "I have read how you treat my data", kind: "checkbox", required: true, choices: [], max_length: null },
];
const HOSTILE = [
  "<img src=x onerror=alert(1)><script>alert(2)</script>",
  "\u202Egpj.exe https://evil.example/\u202Egpj.exe",
  "[your bank](https://evil.example/login) [no](javascript:alert(3)) ![x](https://tracker.example/pixel.gif)",
  `https://evil.example/${"a".repeat(1_000)}`,
  "W".repeat(2_000),
  "Z̸̢͔̥͖̈́a̷̧̛͓l̵̨̛̗g̷̢̛̗o̵̧̯̔ ".repeat(20),
];

/** A conversation with Ada, begun by the visitor. */
function talk(stage, { said = ["Hello, does the **large anvil** come with a parachute?"], answered = true } = {}) {
  const { fake, visitor, ada } = stage;
  const [first, ...more] = said;
  const { conversation } = fake.create(visitor, { client_message_id: `v0${fake.conversations.size}`, body: first });
  more.forEach((body, index) => fake.write(visitor, conversation.id, "message", { client_message_id: `v${index + 1}`, body }));
  if (!answered) return conversation;
  fake.assign(ada, conversation.id, { agent: ada.id });
  fake.write(ada, conversation.id, "message", {
    client_message_id: "a1",
    body: "Hello! Only the *large* one does:\n- a parachute\n- `ACME-7` rope\n\nSee [the manual](https://acme.example/manual).",
  });
  fake.read(visitor, conversation.id, 99);
  return conversation;
}

/** A ticket of the visitor's, and what else happened to it. */
function ticket({ fake, visitor, ada }, subject, ...more) {
  const ask = (who, method, path, body) => fake.http(method, `/v1/tickets${path}`, body, who);
  return ask(visitor, "POST", "", { client_message_id: subject, subject, body: "It pulls to the left. What can I do?" }).then(async ({ id }) => {
    for (const [verb, body] of more) await ask(ada, verb === "edit" ? "PATCH" : "POST", verb === "edit" ? `/${id}` : `/${id}/${verb}`, body);
  });
}

/** A help centre: questions in two languages, and one whose answer has all that an answer can have. */
function shelf({ fake }) {
  const say = (title, html, more) => fake.help.publish({ title, html, ...more });
  say("How do I get a refund?", "<p>Send it back within <strong>30 days</strong>. Your refund is with you a week later.</p>", { slug: "refund" });
  say("What does the large anvil come with?", `<p>With all of this:</p><ul><li>a parachute</li><li><code>ACME-7</code> rope</li></ul><table><tr><th>Part</th><th>Weight</th><th>Where it is made</th></tr><tr><td>Anvil</td><td>120 kg</td><td>Walla Walla</td></tr></table><pre><code>acme anvil --drop --from 300m --onto "the road runner, if he is there" --parachute large</code></pre><p>See <a href="https://acme.example/manual">the manual</a>.</p>`, { slug: "anvil" });
  say("كيف أعيد ما اشتريته؟", "<p>أرسله إلينا خلال 30 يومًا.</p>", { slug: "return", locale: "ar" });
  say("May I pay by invoice?", "<p>Yes.</p>", { slug: "invoice" });
}

const press = (icon) => async ({ button }) => (await button(icon)).click();

export const stories = [
  { id: "empty", title: "Nothing said yet", about: "The site's greeting, and a box to write in.", settings: { "chat.greeting": "Hello! How can we help?" } },
  { id: "long-greeting", title: "A long greeting", about: "It scrolls; the box stays.", set: ({ fake }) => { fake.greeting = LONG; } },
  { id: "talk", title: "A conversation", about: "Sender, avatar, time, day, links and a few marks; seen and typing.", set: (stage) => { const { id } = talk(stage); stage.fake.read(stage.ada, id, 9); stage.after = () => stage.fake.typing(stage.ada, id, true); } },
  { id: "queue", title: "In the queue", about: "Nobody has taken it yet.", settings: { "chat.auto_assign": true }, set: (stage) => { const { id } = talk(stage, { answered: false }); stage.after = () => stage.fake.queue(id, 3); } },
  { id: "pre-chat", title: "Asked before it begins", about: "The site's own fields. They go with the first message.", settings: { "chat.fields": FIELDS.slice(0, 2) }, set: ({ fake }) => { fake.says = { fields: FIELDS }; } },
  { id: "pre-chat-faults", title: "Not answered", about: "Each fault stands by its field, and the first has the focus.", set: ({ fake }) => { fake.says = { fields: FIELDS }; }, act: async ({ field, type, button }) => { await field(".e-field"); await type("Hello"); (await button("send")).click(); } },
  { id: "away", title: "Out of the office", about: "Hours, a message, and an address to answer to.", settings: { "chat.offline_email": true }, set: ({ fake }) => { fake.says = { is_open: false, agents_online: false, needs_email: true, opens_at: new Date(Date.now() + 2 * 86_400_000).toISOString(), closed_message: "We are closed over the weekend." }; } },
  { id: "bot", title: "A bot answers", about: "The way to a person stands open all the time.", set: (stage) => { const conversation = talk(stage, { answered: false }); conversation.bot = true; stage.fake.commit(conversation, { kind: "bot" }, { type: "message", body: "I am a robot. What is your order's number?" }); } },
  { id: "handed-over", title: "Handed to somebody else", about: "Who takes care is said, and stands in the head.", set: (stage) => { const { id } = talk(stage); stage.fake.assign(stage.ada, id, { agent: stage.ben.id }); stage.fake.write(stage.ben, id, "message", { client_message_id: "b", body: "Ada has gone home. I take over." }); } },
  { id: "rating", title: "How was it?", about: "Asked when a conversation is closed.", set: (stage) => { const { id } = talk(stage); stage.fake.status(stage.ada, id, { status: "closed" }); }, act: async ({ field }) => (await field(".e-score input[value='4']")).click() },
  { id: "list", title: "All conversations", about: "Of this visitor, latest first.", set: (stage) => { for (const said of ["The small umbrella", "مرحبا، أين طلبي؟", LONG]) talk(stage, { said: [said], answered: said !== LONG }); }, act: press("back") },
  { id: "settings", title: "Settings", about: "Sound and notifications by choice, the conversation to keep, and a way to be forgotten.", set: (stage) => { talk(stage); }, act: press("more") },
  { id: "emoji", title: "Emoji", about: "With the pointer or the arrow keys.", set: (stage) => { talk(stage); }, act: press("smile") },
  { id: "who", title: "Name and e-mail", about: "Freely given, and what is typed is not lost.", set: (stage) => { talk(stage); }, act: press("person") },
  { id: "failed", title: "Refused", about: "What was not sent says why, and what to do.", set: (stage) => { talk(stage); }, act: async ({ type, button }) => { await type("Not \u0000 like this"); (await button("send")).click(); } },
  { id: "offline", title: "The connection is gone", about: "What is written meanwhile waits, and says so.", set: (stage) => { talk(stage); }, act: async ({ stage, type, button }) => { stage.cut(); await type("From the tunnel"); (await button("send")).click(); } },
  { id: "loading", title: "No answer yet", about: "A server that takes its time.", set: (stage) => { talk(stage); stage.hold("/v1/chat/conversations"); } },
  { id: "no-server", title: "No answer at all", about: "One can write before anything is known.", set: (stage) => stage.cut() },
  { id: "denied", title: "Shut out", about: "The host says that this person may not.", set: (stage) => { stage.deny = true; } },
  { id: "blocked", title: "Blocked", about: "They may read on, but not write.", set: (stage) => { talk(stage); stage.fake.block(stage.visitor.id); } },
  { id: "preview", title: "Seen while typed", about: "Where the site has turned that on, it is said.", settings: { "chat.typing_preview": true }, set: (stage) => { stage.fake.says = { typing_preview: true }; talk(stage); } },
  { id: "invitation", title: "An invitation", about: "Beside the launcher, once in a visit. Only with `data-invitations` on the tag.", closed: true, settings: { "chat.invitations": [{ id: "hello", text: "Looking for an anvil?" }] }, set: ({ fake }) => { fake.says = { invitations: [{ id: "hello", text: "Looking for an anvil? We know them all." }] }; } },
  { id: "unread", title: "Unread while it is shut", about: "The launcher counts.", closed: true, set: (stage) => { const { id } = talk(stage); stage.remember("had"); for (const index of [1, 2, 3]) stage.fake.write(stage.ada, id, "message", { client_message_id: `u${index}`, body: "Are you there?" }); } },
  { id: "hostile", title: "Hostile texts", about: "All of it stays text; no picture is fetched; a link says where it leads.", set: (stage) => { const { id } = talk(stage, { said: HOSTILE }); stage.fake.agents.get(stage.ada.id).name = "\u202E<b>Ada</b> ".repeat(12); HOSTILE.forEach((body, index) => stage.fake.write(stage.ada, id, "message", { client_message_id: `h${index}`, body })); } },
  { id: "long", title: "A long conversation", about: "Earlier messages come when they are asked for.", set: (stage) => { talk(stage, { said: Array.from({ length: 120 }, (_, index) => `Message ${index + 1}`) }); } },
  { id: "ticket-form", title: "A new ticket", about: "`<engage-ticket-form>`: what is typed outlives the page, and answers of the help centre are offered.", element: "engage-ticket-form", act: async ({ field }) => { await field("input"); } },
  { id: "ticket-faults", title: "Not filled in", about: "Each fault stands by its field, and the first has the focus.", element: "engage-ticket-form", act: async ({ field }) => { (await field("[type=submit]")).click(); await field(".e-field .e-fault"); } },
  { id: "tickets", title: "Own tickets", about: "`<engage-tickets>`: how each stands, the latest first.", element: "engage-tickets", set: (stage) => { ticket(stage, "Rocket skates", ["replies", { client_message_id: "a", body: "Which of the two wheels is it?", status: "pending" }]); ticket(stage, HOSTILE[0]); ticket(stage, LONG.slice(0, 200), ["replies", { client_message_id: "a", body: "Done.", status: "solved" }]); }, act: async ({ field }) => { await field(".e-ticket-row"); } },
  { id: "ticket", title: "One ticket", about: "Read, answered, closed, and then rated.", element: "engage-tickets", set: (stage) => { ticket(stage, "Rocket skates", ["replies", { client_message_id: "a", body: "Turn the screw **beside** the fuse.\n\nSee https://acme.example/skates.", status: "solved" }]); }, act: async ({ field }) => { (await field(".e-ticket-row")).click(); (await field(".e-score input[value='5']")).click(); } },
  { id: "help", title: "Questions and answers", about: "`<engage-faq>`: each opens into its answer, and asks whether it has helped.", element: "engage-faq", set: shelf, act: async ({ field }) => { (await field("li:nth-child(2) h3 button")).click(); (await field(".e-help-vote button")).click(); await field(".e-help-vote [aria-pressed=true]"); } },
  { id: "help-found", title: "An answer is sought", about: "Titles are filtered with each key, and what else has the words follows.", element: "engage-faq", set: shelf, act: async ({ type, field }) => { await field("li"); await type("refund"); await field(".e-help-excerpt mark"); } },
  { id: "help-none", title: "No answer", about: "Nothing has any of the words.", element: "engage-faq", set: shelf, act: async ({ type, field }) => { await field("li"); await type("umbrella"); await field(".e-help:not(:has(li)) > p:not([role])"); } },
  { id: "help-lost", title: "The help centre does not answer", about: "It says so, and can be asked again.", element: "engage-faq", set: (stage) => stage.cut(), act: async ({ field }) => { await field("[role=alert] button"); } },
  { id: "help-hostile", title: "Hostile questions", about: "Titles stay text, and what is long breaks.", element: "engage-faq", set: ({ fake }) => { for (const [at, title] of [...HOSTILE, LONG].entries()) fake.help.publish({ title, slug: `q${at}`, html: `<p>${"W".repeat(400)}</p>` }); }, act: async ({ field }) => { (await field("li:nth-child(2) h3 button")).click(); await field("li:nth-child(2) .e-help-text p"); } },
];
