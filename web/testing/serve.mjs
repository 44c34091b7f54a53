// Serves the built front end and the fake server on 127.0.0.1, as a host with engage mounted would.
// Usage: node testing/serve.mjs [--port 4173] [--no-socket]; ENGAGE_DIST names another build than engage-ui/dist.
import { createReadStream, existsSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { dirname, extname, join, normalize, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { WebSocketServer } from "ws";
import { FakeServer, Refusal } from "./fake.mjs";

const dist = resolve(process.env.ENGAGE_DIST ?? join(dirname(fileURLToPath(import.meta.url)), "../../engage-ui/dist"));
const here = dirname(fileURLToPath(import.meta.url));
const story = (name) => readFileSync(join(here, "../../examples/quickstart/gallery", name), "utf8");
const SITE = "/engage";
const ADMIN = "/admin/engage";
const CSP =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; " +
  "base-uri 'none'; form-action 'self'; require-trusted-types-for 'script'; trusted-types engage";
const TYPES = {
  ".js": "text/javascript",
  ".css": "text/css",
  ".html": "text/html; charset=utf-8",
  ".svg": "image/svg+xml",
};

/** Starts the server; gives back its address, the fake behind it, and how to end it. */
export async function serve({ port = 0, socket = true, fake = new FakeServer() } = {}) {
  const agents = new Map([
    ["ada", fake.addAgent("Ada", "admin")],
    ["ben", fake.addAgent("Ben")],
  ]);
  fake.tickets.mails.addresses.set(agents.get("ada").id, "ada@acme.example");
  const whoIs = (request, staff) => {
    const cookies = Object.fromEntries((request.headers.cookie ?? "").split("; ").map((part) => part.split("=")));
    if (staff) return agents.get(cookies.host) ?? null;
    const id = fake.sessions.get(cookies.engage);
    return id ? { kind: "visitor", id } : null;
  };

  const look = () => {
    const set = (key) => fake.desk.settings.get(key)?.value;
    return { ...set("chat.look"), texts: set("chat.texts") };
  };
  const server = createServer(async (request, response) => {
    const url = new URL(request.url, "http://x");
    const staff = url.pathname.startsWith(ADMIN);
    const base = staff ? ADMIN : SITE;
    response.setHeader("content-security-policy", CSP);
    response.setHeader("x-content-type-options", "nosniff");
    if (!url.pathname.startsWith(`${base}/v1/`)) return page(url, response, agents, look);
    try {
      const body = await readBody(request);
      let who = whoIs(request, staff);
      if (!staff && url.pathname === `${SITE}/v1/session` && request.method === "POST" && !who) {
        who = fake.addContact();
        const secret = crypto.randomUUID();
        fake.sessions.set(secret, who.id);
        response.setHeader("set-cookie", `engage=${secret}; Path=/; HttpOnly; SameSite=Lax`);
      }
      if (staff && !who) throw new Refusal(403, "forbidden");
      const answer = await fake.http(request.method, url.pathname.slice(base.length) + url.search, body, who);
      const text = typeof answer === "string";
      response.writeHead(answer === undefined ? 204 : 200, {
        "content-type": text ? "text/plain; charset=utf-8" : "application/json",
        ...(text && { "content-disposition": 'attachment; filename="conversation.txt"' }),
      });
      response.end(answer === undefined || text ? answer : JSON.stringify(answer));
    } catch (error) {
      const refusal = error instanceof Refusal ? error : new Refusal(500, "internal", String(error));
      if (refusal.status === 500) console.error(error);
      response.writeHead(refusal.status, { "content-type": "application/problem+json" });
      response.end(JSON.stringify(refusal.problem));
    }
  });

  const sockets = new WebSocketServer({ noServer: true, maxPayload: 65_536 });
  server.on("upgrade", (request, raw, head) => {
    const staff = request.url.startsWith(ADMIN);
    const who = whoIs(request, staff);
    if (!socket || !who) return raw.end(`HTTP/1.1 ${who ? 404 : 401} No\r\nConnection: close\r\n\r\n`);
    sockets.handleUpgrade(request, raw, head, (ws) => {
      const say = (frame) => ws.readyState === ws.OPEN && ws.send(JSON.stringify(frame));
      const end = fake.connect(who, say, (code) => ws.close(code));
      const beat = setInterval(() => say({ type: "ping", n: 1 }), fake.heartbeat);
      ws.on("message", (data) => end.receive(JSON.parse(data.toString())));
      ws.on("close", () => {
        clearInterval(beat);
        end.gone();
      });
    });
  });

  await new Promise((resolve) => server.listen(port, "127.0.0.1", resolve));
  const stop = () =>
    new Promise((resolve) => {
      for (const ws of sockets.clients) ws.terminate();
      server.closeAllConnections();
      server.close(resolve);
    });
  return {
    base: `http://127.0.0.1:${server.address().port}`,
    fake,
    agents,
    stop,
    drop() {
      for (const ws of sockets.clients) ws.terminate();
    },
  };
}

function page(url, response, agents, look) {
  const html = (text) => response.writeHead(200, { "content-type": TYPES[".html"] }).end(text);
  if (url.pathname === "/login") {
    const name = url.searchParams.get("as") ?? "ada";
    if (!agents.has(name)) return response.writeHead(404).end();
    return response.writeHead(303, { location: ADMIN, "set-cookie": `host=${name}; Path=/; HttpOnly` }).end();
  }
  if (url.pathname === "/") return html(host(url.searchParams));
  if (url.pathname === "/tickets") return html(host(url.searchParams, "<engage-tickets></engage-tickets>"));
  if (url.pathname === "/gallery") return html(story("index.html"));
  if (url.pathname === "/gallery/frame") {
    const lang = url.searchParams.get("lang") ?? "en";
    const filled = {
      "%LANG%": lang,
      "%DIR%": lang === "ar" ? "rtl" : "ltr",
      "%THEME%": url.searchParams.get("theme") ?? "auto",
    };
    response.setHeader("content-security-policy", `${CSP}; frame-ancestors 'self'`);
    return html(story("frame.html").replace(/%[A-Z]+%/g, (name) => filled[name] ?? ""));
  }
  if (/^\/gallery\/\w+\.js$/.test(url.pathname) || /^\/gallery\/[\w-]+\.mjs$/.test(url.pathname)) {
    response.writeHead(200, { "content-type": "text/javascript" });
    const own = url.pathname.endsWith(".mjs");
    return response.end(
      own ? readFileSync(join(here, url.pathname.split("/").at(-1))) : story(url.pathname.split("/").at(-1)),
    );
  }
  if (url.pathname === "/host.css") return response.writeHead(200, { "content-type": "text/css" }).end(HOST_CSS);
  if (url.pathname === "/style.css")
    return response.writeHead(200, { "content-type": "text/css" }).end(story("../style.css"));
  if (url.pathname === ADMIN || url.pathname === `${ADMIN}/`) {
    return html(readFileSync(join(dist, "admin/index.html"), "utf8").replaceAll("%BASE%", ADMIN));
  }
  const base = url.pathname.startsWith(`${ADMIN}/`) ? ADMIN : SITE;
  const file = join(dist, normalize(url.pathname.slice(base.length)));
  if (!url.pathname.startsWith(base) || !file.startsWith(dist) || !existsSync(file))
    return response.writeHead(404).end();
  response.writeHead(200, { "content-type": TYPES[extname(file)] ?? "application/octet-stream" });
  // As the server: with what the site has set of the look in its first line.
  if (file.endsWith("/loader.js")) response.write(`const engageLook=${JSON.stringify(look())};\n`);
  createReadStream(file).pipe(response);
}

const host = (query, more = "") => `<!doctype html>
<html lang="${query.get("lang") ?? "en"}" dir="${query.get("dir") ?? "ltr"}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Acme</title>
<link rel="stylesheet" href="/host.css"></head>
<body><main><h1>Acme Anvils</h1><p>Everything a coyote needs, delivered to the desert.</p>
<p><a href="/login?as=ada">Ada's inbox</a> <a href="/login?as=ben">Ben's inbox</a></p>${more}</main>
<script type="module" src="${SITE}/loader.js"${query.has("theme") ? ` data-theme="${query.get("theme")}"` : ""}></script></body></html>`;

const HOST_CSS = `:root{color-scheme:light dark}body{font:18px/1.6 Georgia,serif;margin:0;padding:4rem 8vw}button{background:red!important}
p{letter-spacing:.02em}`;

async function readBody(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString("utf8");
  try {
    return text ? JSON.parse(text) : undefined;
  } catch {
    throw new Refusal(400, "malformed");
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({
    options: { port: { type: "string", default: "4173" }, "no-socket": { type: "boolean" } },
  });
  const { base } = await serve({ port: Number(values.port), socket: !values["no-socket"] });
  console.log(`visitor  ${base}/\nagents   ${base}/login?as=ada  ${base}/login?as=ben`);
}
