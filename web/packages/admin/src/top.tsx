import { Icon, useConnection, useEngage, useEngageState } from "@engage/react";

/** The bar above all: whose inbox this is, and whether I take conversations now. */
export function Top({ help, attempt }: { help(): void; attempt(work: Promise<unknown>): void }) {
  const { client } = useEngage();
  const { site, self, agents } = useEngageState();
  const { state } = useConnection();
  const mine = agents.find((agent) => agent.id === self?.id)?.status;
  const online = mine === "online";
  return (
    <header className="top">
      <h1>{site?.name ?? "Inbox"}</h1>
      {self && (
        <div className="me">
          <span className="name">{self.name ?? "Me"}</span>
          <button
            type="button"
            role="switch"
            aria-checked={online}
            aria-label="Available for conversations"
            className={online && state === "online" ? "state on" : "state"}
            disabled={mine === undefined}
            onClick={() => attempt(client.setAvailable(online ? "away" : "online"))}
          >
            <span className="dot" /> {state !== "online" ? "Not connected" : online ? "Online" : "Away"}
          </button>
        </div>
      )}
      <button
        type="button"
        className="tool"
        aria-label="Keyboard shortcuts"
        title="Keyboard shortcuts (?)"
        onClick={help}
      >
        <Icon name="help" />
      </button>
    </header>
  );
}
