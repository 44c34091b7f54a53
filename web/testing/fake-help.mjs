// What the fake server answers of the help centre to its readers. It is part of `fake.mjs`.

const uuid = () => globalThis.crypto.randomUUID();
const MOST = 20;

/** What a new fake server keeps of it: nothing yet. */
export function newHelp() {
  const [categories, articles] = [[], []];
  return {
    categories,
    articles,
    votes: new Map(),
    searches: new Map(),
    /** Puts an answer into it, and a category where there is none of that name. `html` is as the server would serve it. */
    publish({ category = "general", slug = uuid(), locale = "en", title, html }) {
      const known = categories.find((one) => one.slug === category);
      const shelf = known ?? { id: uuid(), slug: category, parent: null, icon: null, title: category, description: "" };
      if (!known) categories.push(shelf);
      articles.push({ id: uuid(), category: shelf.id, slug, locale, title, html });
    },
  };
}

/** Answers what begins with `/v1/help`. */
export function help(fake, method, path, query, body, who, Refusal) {
  const { categories, articles, votes, searches } = fake.help;
  const refuse = (status, code) => {
    throw new Refusal(status, code);
  };
  const [, part, name, rest] =
    path.match(/^\/v1\/help(?:\/(\w+)(?:\/([^/]+)(?:\/(\w+))?)?)?$/) ?? refuse(404, "not_found");
  const brief = ({ html: _, ...article }) => article;
  const article = () => articles.find((one) => one.slug === decodeURIComponent(name)) ?? refuse(404, "not_found");
  switch (`${method} ${part ?? ""}`) {
    case "GET ":
      return { categories, articles: articles.map(brief), complete: true };
    case "GET search":
      return found(articles, query.get("query") ?? "", Number(query.get("limit") ?? MOST));
    case "GET articles": {
      const one = article();
      const vote = votes.get(`${one.id} ${who?.id}`) ?? null;
      return { ...one, locales: [one.locale], updated_at: fake.time(), vote };
    }
    case "PUT articles": {
      if (rest !== "vote") refuse(404, "not_found");
      if (!who) refuse(401, "unauthenticated");
      const vote = { helpful: body.helpful, comment: body.comment ?? null };
      votes.set(`${article().id} ${who.id}`, vote);
      return vote;
    }
    case "POST suggestions": {
      const { hits } = found(articles, body.text, 5);
      return { search: hits.length > 0 ? noted(searches, body) : null, hits };
    }
    case "POST searches":
      return { id: noted(searches, body), results: found(articles, body.query, MOST).hits.length };
    case "PATCH searches":
      Object.assign(searches.get(name) ?? refuse(404, "not_found"), body);
      return undefined;
    default:
      return refuse(404, "not_found");
  }
}

function noted(searches, asked) {
  const id = uuid();
  searches.set(id, { ...asked, opened: null, ended: null });
  return id;
}

/** Those with all of the words, else those with some of them. */
function found(articles, asked, limit) {
  const words = asked.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  const texts = articles.map((one) => ({
    ...one,
    text: one.html
      .replace(/<\/?(?:a|b|code|em|strong)\b[^>]*>/g, "")
      .replace(/<[^>]*>/g, " ")
      .replace(/\s+/g, " ")
      .trim(),
  }));
  const has = (one) => (word) => `${one.title} ${one.text}`.toLowerCase().includes(word);
  const all = texts.filter((one) => words.length > 0 && words.every(has(one)));
  const shown = all.length > 0 ? all : texts.filter((one) => words.some(has(one)));
  const hits = shown.slice(0, limit).map(({ html: _, text, title, ...one }) => ({
    ...one,
    title: marked(title, words),
    excerpt: marked(Array.from(text).slice(0, 160).join(""), words),
  }));
  return { hits, partial: all.length === 0 && hits.length > 0 };
}

/** With where the words stand, in Unicode scalar values. */
function marked(text, words) {
  const ranges = [];
  const letters = Array.from(text);
  for (let at = 0; at < letters.length; at += 1) {
    const rest = letters.slice(at).join("").toLowerCase();
    const word = words.find((one) => rest.startsWith(one));
    if (!word) continue;
    ranges.push([at, at + Array.from(word).length]);
    at += Array.from(word).length - 1;
  }
  return { text, ranges };
}
