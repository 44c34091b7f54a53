import { createClient } from "@engage/client";
import { EngageProvider } from "@engage/react";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import "@engage/design/tokens.css";
import "./style/tokens.css";
import "./style/shell.css";
import "./style/forms.css";
import "./style/inbox.css";
import "./style/talk.css";
import "./style/pages.css";
import "./style/faq.css";
import "./style/tickets.css";
import "./style/rules.css";
import "./style/mail.css";
import { filterOf } from "./inbox/filter";
import { App } from "./shell/app";
import { prefs, usePrefs } from "./shell/prefs";
import { Speaking } from "./shell/speaking";

// This module lies in `MOUNT/assets/`, wherever the host put the mount.
const base = new URL(import.meta.url).pathname.replace(/\/assets\/[^/]*$/, "");
const client = createClient({ base, role: "agent", filter: filterOf(new URLSearchParams(prefs().inbox)) });
const root = document.getElementById("root");

function Themed() {
  const { theme } = usePrefs();
  document.documentElement.dataset.theme = theme;
  return (
    <Speaking>
      <App />
    </Speaking>
  );
}

client.start();
if (root) {
  createRoot(root).render(
    <StrictMode>
      <EngageProvider client={client}>
        <Themed />
      </EngageProvider>
    </StrictMode>,
  );
}
