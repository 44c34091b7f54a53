import { type Conversation, rate } from "@engage/client";
import { useId, useState } from "react";
import { useEngage } from "./context";

const SCORES = [1, 2, 3, 4, 5];

/** Asks how a closed conversation was: a score, then, if they like, a word about it. */
export function RatingForm({ conversation }: { conversation: Conversation }) {
  const { client, strings } = useEngage();
  const { id, rating } = conversation;
  const [score, setScore] = useState(rating?.score ?? 0);
  const [comment, setComment] = useState(rating?.comment ?? "");
  const [said, setSaid] = useState<"" | "done" | "failed">(rating ? "done" : "");
  const [busy, setBusy] = useState(false);
  const title = useId();

  const send = async () => {
    setBusy(true);
    setSaid(
      await rate(client, id, score, comment.trim()).then(
        () => "done" as const,
        () => "failed" as const,
      ),
    );
    setBusy(false);
  };

  return (
    <form
      className="e-rating"
      part="rating"
      onSubmit={(event) => {
        event.preventDefault();
        if (!busy && score) send();
      }}
    >
      {said !== "done" && (
        <>
          <fieldset>
            <legend>{strings.rateTitle}</legend>
            <div className="e-scores">
              {SCORES.map((value) => (
                <label key={value} className="e-score" title={strings.rate(value)}>
                  <input
                    type="radio"
                    name={title}
                    value={value}
                    checked={score === value}
                    onInput={() => setScore(value)}
                    aria-label={strings.rate(value)}
                  />
                  <span aria-hidden="true">{value.toLocaleString()}</span>
                </label>
              ))}
            </div>
            <p className="e-scale" aria-hidden="true">
              <span>{strings.rate(1)}</span>
              <span>{strings.rate(5)}</span>
            </p>
          </fieldset>
          {score > 0 && (
            <div className="e-field">
              <label htmlFor={`${title}c`}>
                {strings.rateComment} <span>{strings.optional}</span>
              </label>
              <textarea
                id={`${title}c`}
                dir="auto"
                rows={2}
                maxLength={1_000}
                value={comment}
                onInput={(event) => setComment(event.currentTarget.value)}
              />
              <div className="e-choices">
                <button type="submit" className="e-choice e-chief" part="button" aria-disabled={busy}>
                  {busy ? strings.saving : strings.rateSend}
                </button>
              </div>
            </div>
          )}
        </>
      )}
      <p role="status" className={said === "failed" ? "e-fault" : "e-thanks"}>
        {said === "done" ? strings.rateThanks : said === "failed" ? strings.rateFailed : ""}
      </p>
    </form>
  );
}
