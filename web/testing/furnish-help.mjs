// Fills a fake server with a help centre as staff see it, for pictures: it is read, not written.
import { Refusal } from "./fake.mjs";

const DAY = 86_400_000;
const MARKDOWN = `Send it back within **30 days**.

## What you need
- the box
- your order's number

| Part | Weight |
|---|---|
| Anvil | 120 kg |

\`\`\`
acme return --order 4711 --reason "it pulls to the left, and I do not know why" --box large
\`\`\`
`;
const HTML =
  "<p>Send it back within <strong>30 days</strong>.</p><h2>What you need</h2><ul><li>the box</li><li>your order’s number</li></ul>" +
  "<table><tr><th>Part</th><th>Weight</th></tr><tr><td>Anvil</td><td>120 kg</td></tr></table>" +
  '<pre><code>acme return --order 4711 --reason "it pulls to the left, and I do not know why" --box large</code></pre>';

/** Gives the id of an article that is worth looking at. */
export function furnishHelp(fake, mean) {
  const at = (days) => new Date(fake.now() + days * DAY).toISOString();
  const category = (id, title, parent = null, more = {}) => ({
    id,
    parent,
    slug: id,
    icon: null,
    position: 1,
    names: { en: { title, description: `${title}, and what else there is to say of it.` }, ...more },
    version: 1,
  });
  const categories = [
    category("orders", "Orders", null, {
      ar: { title: "الطلبات", description: "" },
      de: { title: "Bestellungen", description: "" },
    }),
    category("returns", "Returns and refunds", "orders"),
    category("mean", mean),
    category("empty", "Nothing here yet"),
  ];
  const text = (locale, title, standing, head = 3) => ({
    locale,
    title,
    head,
    live: standing === "draft" ? null : standing === "changed" ? head - 1 : head,
    outdated: locale !== "en" && standing === "live",
    standing,
    updated_at: at(-2),
  });
  const article = (id, shelf, texts, more = {}) => ({
    id,
    category: shelf,
    slug: id,
    position: 1,
    visibility: "public",
    publish_at: null,
    unpublish_at: null,
    locale: "en",
    helpful: 41,
    unhelpful: 7,
    texts,
    version: 1,
    updated_at: at(-2),
    ...more,
  });
  const articles = [
    article("refund", "returns", [
      text("en", "How do I get a refund?", "changed"),
      text("de", "Wie bekomme ich mein Geld zurück?", "live"),
      text("ar", "كيف أسترد نقودي؟", "draft"),
    ]),
    article("box", "returns", [text("en", "Which box do I need?", "scheduled")], {
      publish_at: at(3),
      visibility: "members",
    }),
    article("ring", "orders", [
      text(
        "en",
        "When does somebody ring me up, and from which number will it be, as I never answer strangers?",
        "live",
      ),
    ]),
    article("secret", "orders", [text("en", "What we say when the rocket explodes", "draft")], {
      visibility: "agents",
      helpful: 0,
      unhelpful: 0,
    }),
    article("bad", "mean", [text("en", mean, "ended")], { unpublish_at: at(-1) }),
  ];
  const revision = (locale, number) => ({
    number,
    title: articles[0].texts.find((one) => one.locale === locale)?.title ?? "",
    source: number,
    by: ["staff:ada", null, mean.slice(0, 60)][number % 3],
    created_at: at(-number),
    locale,
    markdown: number === 1 ? "Send it back." : MARKDOWN,
    html: HTML,
  });
  const count = (words, searches, none) => ({ words, searches, without_result: none, without_click: 12, ended: 3 });
  const found = {
    ...count("", 1_284, 96),
    suggested: 310,
    deflected: 122,
    words: [
      count("refund", 210, 0),
      count("rocket skates pull to the left", 44, 44),
      count("أين طلبي", 31, 2),
      count(mean, 1, 1),
    ],
  };
  const answers = [
    [/^GET \/v1\/faq\/categories$/, () => ({ categories })],
    [/^GET \/v1\/faq\/articles$/, () => ({ articles, next: null })],
    [/^GET \/v1\/faq\/articles\/(\w+)$/, (id) => articles.find((one) => one.id === id)],
    [
      /^GET \/v1\/faq\/articles\/\w+\/comments$/,
      () => ({ comments: [{ helpful: false, comment: mean, at: at(-1) }], next: null }),
    ],
    [
      /^GET \/v1\/faq\/articles\/\w+\/texts\/(\w+)\/revisions$/,
      (locale) => ({ revisions: [3, 2, 1].map((n) => revision(locale, n)) }),
    ],
    [/^GET \/v1\/faq\/articles\/\w+\/texts\/(\w+)\/revisions\/(\d+)$/, (locale, n) => revision(locale, Number(n))],
    [/^POST \/v1\/faq\/preview$/, () => ({ html: HTML })],
    [
      /^GET \/v1\/faq\/synonyms\/(\w+)$/,
      (locale) => ({
        locale,
        groups: [
          ["refund", "money back", "استرداد"],
          ["box", mean.slice(0, 40)],
        ],
        version: 1,
      }),
    ],
    [/^GET \/v1\/faq\/report$/, () => found],
  ];
  const http = fake.http.bind(fake);
  fake.http = async (method, url, body, who) => {
    const route = `${method} ${url.split("?")[0]}`;
    const known = who?.kind === "agent" && answers.find(([pattern]) => pattern.test(route));
    if (!known) return http(method, url, body, who);
    const given = known[1](...(route.match(known[0]) ?? []).slice(1));
    if (!given) throw new Refusal(404, "not_found");
    return given;
  };
  return { article: "refund" };
}
