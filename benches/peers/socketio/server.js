// A chat server as its authors would write it: Socket.IO for the delivery, a pool of `pg` for the storage. A message is
// stored before it is delivered and acknowledged. Prints its port; ends with its standard input.
import { randomBytes, randomUUID } from "node:crypto";
import { createServer } from "node:http";
import pg from "pg";
import { Server } from "socket.io";

// Ten connections, which is also the default of `pg`.
const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 10 });

await pool.query(`
  CREATE TABLE sessions (
    token text PRIMARY KEY,
    person bigint GENERATED ALWAYS AS IDENTITY,
    conversation uuid
  );
  CREATE TABLE messages (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    conversation uuid NOT NULL,
    author bigint NOT NULL,
    client_offset text NOT NULL,
    body text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (conversation, client_offset)
  );
  CREATE INDEX ON messages (conversation, id)`);

const find = { name: "find", text: "SELECT person, conversation FROM sessions WHERE token = $1" };
// With a client's offset a message that is sent again is stored once, as Socket.IO's tutorial has it.
const store = {
  name: "store",
  text: `INSERT INTO messages (conversation, author, client_offset, body) VALUES ($1, $2, $3, $4)
    ON CONFLICT DO NOTHING RETURNING id, created_at`,
};

const http = createServer(sessions);
// WebSocket alone, as the documentation advises where every client has it; it compresses nothing unless asked.
const io = new Server(http, { transports: ["websocket"], serveClient: false });

// "Discard the initial HTTP request" of the documentation: it is kept for each connection otherwise.
io.engine.on("connection", (raw) => {
  raw.request = null;
});

io.use(async (socket, next) => {
  try {
    const { rows } = await pool.query({ ...find, values: [socket.handshake.auth.token] });
    if (rows.length === 0) return next(new Error("unauthenticated"));
    socket.data = rows[0];
    next();
  } catch (error) {
    console.error(error);
    next(new Error("unavailable"));
  }
});

io.on("connection", (socket) => {
  const { person, conversation } = socket.data;
  if (conversation !== null) socket.join(conversation);
  socket.on("send", async (room, clientOffset, body, acknowledge) => {
    if (!socket.rooms.has(room) || typeof body !== "string" || body.length > 10_000) {
      return acknowledge({ error: "refused" });
    }
    try {
      const { rows } = await pool.query({ ...store, values: [room, person, clientOffset, body] });
      if (rows.length > 0) {
        const [{ id, created_at }] = rows;
        socket.to(room).emit("message", { id, conversation: room, author: person, body, created_at });
      }
      acknowledge({});
    } catch (error) {
      console.error(error);
      acknowledge({ error: "unavailable" });
    }
  });
});

// Sessions for the run: `POST /pairs/N` makes N conversations of two, `POST /idlers/N` as many sessions without one.
async function sessions(request, response) {
  const [, kind, count] = request.url.split("/");
  const rows = Array.from({ length: Number(count) }, () => {
    const conversation = kind === "pairs" ? randomUUID() : null;
    const tokens = Array.from({ length: kind === "pairs" ? 2 : 1 }, () => randomBytes(32).toString("base64url"));
    return { conversation, tokens };
  });
  await pool.query(
    `INSERT INTO sessions (token, conversation) SELECT t, (r ->> 'conversation')::uuid
     FROM jsonb_array_elements($1::jsonb) r, jsonb_array_elements_text(r -> 'tokens') t`,
    [JSON.stringify(rows)],
  );
  response.setHeader("content-type", "application/json").end(JSON.stringify(rows));
}

http.listen(0, "127.0.0.1", () => console.log(http.address().port));
process.stdin.resume().on("end", () => process.exit(0));
