import { uuid } from "@engage/client";
import { plain } from "@engage/react";
import { useState } from "react";
import { Confirm } from "../shell/dialog";
import { useSubmit } from "../shell/form";
import { Icon } from "../shell/icon";
import { More, SearchField, usePaged } from "../shell/paged";
import { useRoute } from "../shell/route";
import { attempt, useCalm } from "../shell/use";
import { t, told } from "../words";
import { full } from "../words/time";
import { trouble } from "../words/trouble";
import { useMail } from "./use";

/** The addresses that get no mail, and why. */
export default function Suppressed() {
  const mail = useMail();
  const { query } = useRoute();
  const [text, setText] = useState(query.get("find") ?? "");
  const calm = useCalm(text.trim(), 300);
  const found = usePaged(`suppressed ${calm}`, "suppressions", (after) => mail.suppressions(calm, after), 20_000);
  const [asking, setAsking] = useState<string | null>(null);
  const { data, error, reload } = found;
  const free = async (address: string) => {
    await attempt(mail.unsuppress(address), t("mail.freed"));
    reload();
  };
  return (
    <>
      <p className="quiet">{t("mail.suppressed.hint")}</p>
      <Add added={reload} />
      <SearchField label={t("mail.suppressed.find")} most={254} value={text} set={setText} />
      {!data && <p className="quiet">{error ? trouble(error) : t("loading")}</p>}
      {data && data.suppressions.length === 0 && <p className="quiet card-empty">{t("mail.suppressed.none")}</p>}
      <ul className="cards">
        {data?.suppressions.map((one) => (
          <li key={one.address} className="card-line">
            <bdi className="mail-address">{plain(one.address)}</bdi>
            <span className={one.reason === "by_hand" ? "badge" : "badge is-bad"}>
              {told("mail.reason", one.reason, one.reason)}
            </span>
            <span className="cut-text">
              <time dateTime={one.since}>{full(one.since)}</time>
            </span>
            <button
              type="button"
              className="tool is-small"
              aria-label={t("remove", { name: one.address })}
              onClick={() => setAsking(one.address)}
            >
              <Icon name="trash" />
            </button>
          </li>
        ))}
      </ul>
      <More of={found} />
      {asking !== null && (
        <Confirm
          title={t("mail.free.title", { name: plain(asking) })}
          yes={t("mail.free")}
          act={() => void free(asking)}
          close={() => setAsking(null)}
        >
          <p>{t("mail.free.text")}</p>
        </Confirm>
      )}
    </>
  );
}

function Add({ added }: { added(): void }) {
  const mail = useMail();
  const [address, setAddress] = useState("");
  const { busy, problem, submit } = useSubmit(() => mail.suppress(address.trim(), uuid()));
  return (
    <form
      className="form"
      noValidate
      onSubmit={async (event) => {
        event.preventDefault();
        if (!address.trim() || !(await submit())) return;
        setAddress("");
        added();
      }}
    >
      <div className="mail-add">
        <label className="field">
          <span>{t("mail.suppress.label")}</span>
          <input
            type="email"
            dir="ltr"
            maxLength={254}
            aria-invalid={problem !== ""}
            value={address}
            onChange={(event) => setAddress(event.currentTarget.value)}
          />
        </label>
        <button type="submit" className="button" disabled={busy || address.trim() === ""}>
          {t("mail.suppress")}
        </button>
      </div>
      <p className="fault" role="alert">
        {problem}
      </p>
    </form>
  );
}
