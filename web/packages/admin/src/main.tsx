import { createClient } from "@engage/client";
import { EngageProvider } from "@engage/react";
import "@engage/react/chat.css";
import "@engage/react/notes.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app";
import "./admin.css";
import { words } from "./words";

// This module lies in `MOUNT/assets/`, wherever the host put the mount.
const base = new URL(import.meta.url).pathname.replace(/\/assets\/[^/]*$/, "");
const client = createClient({ base, role: "agent", filter: { status: "open", assignee: "any" } });
const root = document.getElementById("root");

client.start();
if (root) {
  createRoot(root).render(
    <StrictMode>
      <EngageProvider client={client} strings={words} locale={document.documentElement.lang || undefined}>
        <App />
      </EngageProvider>
    </StrictMode>,
  );
}
