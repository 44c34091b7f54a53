import { createClient } from "@engage/client";
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
import { prefs } from "./shell/prefs";

// This module lies in `MOUNT/assets/`, wherever the host put the mount.
const base = new URL(import.meta.url).pathname.replace(/\/assets\/[^/]*$/, "");
const client = createClient({ base, role: "agent", filter: filterOf(new URLSearchParams(prefs().inbox)) });
const root = document.getElementById("root");

client.start();
// The connection is made while what shows it is read, and each of the two is a task of its own: nothing holds the page up for long.
const [{ createRoot }, { Root }] = await Promise.all([import("react-dom/client"), import("./root")]);
if (root) createRoot(root).render(<Root client={client} />);
