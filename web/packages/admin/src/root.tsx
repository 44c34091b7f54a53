import type { Client } from "@engage/client";
import { EngageProvider } from "@engage/react";
import { StrictMode } from "react";
import { App } from "./shell/app";
import { usePrefs } from "./shell/prefs";
import { Speaking } from "./shell/speaking";

/** The panel of a client, in the colours and the language that whoever looks at it has chosen. */
export function Root({ client }: { client: Client }) {
  return (
    <StrictMode>
      <EngageProvider client={client}>
        <Themed />
      </EngageProvider>
    </StrictMode>
  );
}

function Themed() {
  const { theme } = usePrefs();
  document.documentElement.dataset.theme = theme;
  return (
    <Speaking>
      <App />
    </Speaking>
  );
}
